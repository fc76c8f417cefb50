"""The answer to a recall, camt.029: which payments the bank took back."""

import pytest

from bankio import formats

ANSWER = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.03">
<RsltnOfInvstgtn>
 <Assgnmt><Id>A-1</Id><CreDtTm>2026-11-16T09:00:00</CreDtTm></Assgnmt>
 <Sts><Conf>CNCL</Conf></Sts>
 <CxlDtls>
  <OrgnlGrpInfAndSts><OrgnlMsgId>M-1</OrgnlMsgId></OrgnlGrpInfAndSts>
  {details}
 </CxlDtls>
</RsltnOfInvstgtn></Document>"""


def status(end_to_end_identification, code, reason=""):
    why = f"<CxlStsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></CxlStsRsnInf>" if reason else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{end_to_end_identification}</OrgnlEndToEndId>"
        f"<TxCxlSts>{code}</TxCxlSts>{why}</TxInfAndSts>"
    )


def batch(identification, *statuses):
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{identification}</OrgnlPmtInfId>"
        f"{''.join(statuses)}</OrgnlPmtInfAndSts>"
    )


@pytest.mark.parametrize(
    ("details", "told"),
    [
        (batch("B-1", status("E-1", "ACCR")), [("B-1", "E-1", "ACCR", [])]),
        (
            batch("B-1", status("E-1", "ACCR"), status("E-2", "RJCR", "ARDT"))
            + batch("B-2", status("E-3", "PDCR")),
            [
                ("B-1", "E-1", "ACCR", []),
                ("B-1", "E-2", "RJCR", ["ARDT"]),
                ("B-2", "E-3", "PDCR", []),
            ],
        ),
        (
            status("E-1", "ACCR") + status("E-2", "RJCR"),
            [("", "E-1", "ACCR", []), ("", "E-2", "RJCR", [])],
        ),
        ("", []),
    ],
    ids=["one", "two batches", "outside of a batch", "in all only"],
)
def test_every_payment_of_the_answer_is_told(details, told):
    answer = formats.read(ANSWER.format(details=details).encode(), "C029.xml")

    assert (answer.status, answer.original_message_identification) == ("CNCL", "M-1")
    assert [
        (
            payment.original_payment_information_identification,
            one.original_end_to_end_identification,
            one.status,
            [reason.code for reason in one.reasons],
        )
        for payment in answer.payment_informations
        for one in payment.transactions
    ] == told
