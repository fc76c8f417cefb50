"""The answer to a recall, camt.029: which payments the bank took back."""

import pytest

from bankio import formats, inspection

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


def group(message, status="", reason=""):
    why = (
        f"<CxlStsRsnInf><Rsn><Cd>{reason}</Cd></Rsn><AddtlInf>For sent</AddtlInf></CxlStsRsnInf>"
        if reason
        else ""
    )
    code = f"<GrpCxlSts>{status}</GrpCxlSts>" if status else ""
    return f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId>{code}{why}</OrgnlGrpInfAndSts>"


def answer(*details, confirmation="<Sts><Conf>RJCR</Conf></Sts>", version="03"):
    parts = "".join(f"<CxlDtls>{one}</CxlDtls>\n" for one in details)
    text = (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.{version}">'
        "<RsltnOfInvstgtn><Assgnmt><Id>A-1</Id></Assgnmt>"
        f"<RslvdCase><Id>CASE-7</Id></RslvdCase>{confirmation}\n{parts}"
        "</RsltnOfInvstgtn></Document>"
    )
    return formats.read(text.encode(), "C029.xml")


def told(message):
    return [
        (
            line["level"],
            line["original_message_id"],
            line["original_end_to_end_id"],
            line["status"],
            [(reason["code"], reason["text"]) for reason in line["reasons"]],
        )
        for line in inspection.as_json(message, "C029.xml", "")["statuses"]
    ]


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        (answer(), [("group", None, None, "RJCR", [])]),
        (
            answer(group("M-1", "PACR", "ARDT")),
            [("group", "M-1", None, "PACR", [("ARDT", "For sent")])],
        ),
        (
            answer(group("M-1", "ACCR"), confirmation=""),
            [("group", "M-1", None, "ACCR", [])],
        ),
        (
            answer(group("M-1") + batch("", status("E-1", "ACCR"))),
            [("group", "M-1", None, "RJCR", []), ("transaction", "M-1", "E-1", "ACCR", [])],
        ),
        (
            answer(
                "<TxInfAndSts><OrgnlGrpInf><OrgnlMsgId>M-9</OrgnlMsgId></OrgnlGrpInf>"
                "<OrgnlEndToEndId>E-1</OrgnlEndToEndId><TxCxlSts>ACCR</TxCxlSts></TxInfAndSts>",
                version="09",
            ),
            [("group", "M-9", None, "RJCR", []), ("transaction", "M-9", "E-1", "ACCR", [])],
        ),
    ],
    ids=["in all", "of the group", "group only", "a batch without a name", "of .09"],
)
def test_every_level_of_the_answer_is_told(message, lines):
    assert lines == told(message)
    assert () == message.problems
    assert "CASE-7" == message.case_identification


def test_an_answer_for_two_messages_is_a_problem():
    """Its statuses could not be told apart: instruction ids repeat between messages."""
    message = answer(group("M-1"), group("M-2"))

    assert [
        "C029.xml:3: CxlDtls[2]: answers for message M-2, and before for M-1"
    ] == inspection.problems(message)
