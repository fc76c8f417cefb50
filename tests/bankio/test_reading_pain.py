"""pain.002 and pain.001 as read: every status, reason, count and sum of every level."""

from __future__ import annotations

from datetime import date

import pytest

from bankio import formats, inspection
from bankio.errors import Unreadable


def status_report(group="", payments="", version="03", namespace=True):
    uri = (
        f' xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"'
        if namespace
        else ""
    )
    return (
        f"<Document{uri}><CstmrPmtStsRpt><GrpHdr><MsgId>R-1</MsgId></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>M-1</OrgnlMsgId>{group}</OrgnlGrpInfAndSts>"
        f"{payments}</CstmrPmtStsRpt></Document>"
    ).encode()


def payment(status="", transactions="", identification="B-1"):
    written = f"<PmtInfSts>{status}</PmtInfSts>" if status else ""
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{identification}</OrgnlPmtInfId>{written}"
        f"{transactions}</OrgnlPmtInfAndSts>"
    )


def transaction(end_to_end, status="", reasons="", more=""):
    written = f"<TxSts>{status}</TxSts>" if status else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{end_to_end}</OrgnlEndToEndId>{written}{reasons}{more}"
        "</TxInfAndSts>"
    )


def reason(code="", *lines):
    why = f"<Rsn><Cd>{code}</Cd></Rsn>" if code else ""
    return f"<StsRsnInf>{why}{''.join(f'<AddtlInf>{line}</AddtlInf>' for line in lines)}</StsRsnInf>"


def statuses(data):
    told = inspection.as_json(formats.read(data, "P002.xml"), "P002.xml", "")
    return [
        (
            one["level"],
            one["original_payment_information_id"],
            one["original_end_to_end_id"],
            one["status"],
            [(why["code"], why["text"]) for why in one["reasons"]],
        )
        for one in told["statuses"]
    ]


@pytest.mark.parametrize("version", ["03", "10", "14"])
@pytest.mark.parametrize(
    ("group", "payments", "expected"),
    [
        ("<GrpSts>ACTC</GrpSts>", "", [("group", None, None, "ACTC", [])]),
        ("<GrpSts>RCVD</GrpSts>", "", [("group", None, None, "RCVD", [])]),
        # nothing but a group without a status is told, too
        ("", "", [("group", None, None, None, [])]),
        ("", payment("ACCP"), [("payment", "B-1", None, "ACCP", [])]),
        (
            "<GrpSts>RJCT</GrpSts>"
            + reason("FF01", "Linje 1", "Linje 2")
            + reason("", "Mer"),
            "",
            [("group", None, None, "RJCT", [("FF01", "Linje 1 Linje 2"), (None, "Mer")])],
        ),
        (
            "<GrpSts>PART</GrpSts>",
            payment(
                "PART",
                transaction("E-1", "RJCT", reason("AC04")) + transaction("E-2", "PDNG"),
            ),
            [
                ("group", None, None, "PART", []),
                ("payment", "B-1", None, "PART", []),
                ("transaction", "B-1", "E-1", "RJCT", [("AC04", None)]),
                ("transaction", "B-1", "E-2", "PDNG", []),
            ],
        ),
        (
            # a transaction without a status, one with a code that nobody knows
            "",
            payment("", transaction("E-1") + transaction("E-2", "WXYZ"))
            + payment("ACSC", "", "B-2"),
            [
                ("transaction", "B-1", "E-1", None, []),
                ("transaction", "B-1", "E-2", "WXYZ", []),
                ("payment", "B-2", None, "ACSC", []),
            ],
        ),
        (
            # several reasons of one transaction
            "",
            payment(
                "",
                transaction("E-1", "RJCT", reason("AC01", "a") + reason("MS03") + reason()),
            ),
            [("transaction", "B-1", "E-1", "RJCT", [("AC01", "a"), ("MS03", None)])],
        ),
    ],
)
def test_each_level_tells_its_status_and_every_reason(version, group, payments, expected):
    assert expected == statuses(status_report(group, payments, version))


@pytest.mark.parametrize(
    "written", ["<ReqdExctnDt>2026-05-26</ReqdExctnDt>", "<ReqdExctnDt><Dt>2026-05-26</Dt></ReqdExctnDt>",
                "<ReqdExctnDt><DtTm>2026-05-26T00:00:00</DtTm></ReqdExctnDt>"],
)  # fmt: skip
def test_a_payment_accepted_with_a_change_tells_its_new_date(written):
    data = status_report(
        "",
        payment("", transaction("E-1", "ACWC", more=f"<OrgnlTxRef>{written}</OrgnlTxRef>")),
    )

    (one,) = formats.read(data, "P002.xml").payment_informations[0].transactions

    assert date(2026, 5, 26) == one.requested_execution_date


def test_a_rejection_names_the_kid_that_was_wrong():
    kids = "".join(
        f"<Strd><CdtrRefInf><Ref>{kid}</Ref></CdtrRefInf></Strd>"
        for kid in ("0010017", "0010025")
    )
    data = status_report(
        "",
        payment("", transaction("E-1", "RJCT", more=f"<OrgnlTxRef><RmtInf>{kids}</RmtInf></OrgnlTxRef>")),
    )  # fmt: skip

    (one,) = formats.read(data, "P002.xml").payment_informations[0].transactions

    assert ("0010017", "0010025") == one.creditor_references


def test_two_transactions_of_one_instruction_are_both_there():
    twice = (
        "<TxInfAndSts><OrgnlInstrId>I-1</OrgnlInstrId><TxSts>RJCT</TxSts></TxInfAndSts>" * 2
    )

    (found,) = formats.read(status_report("", payment("", twice)), "f").payment_informations

    assert ["I-1", "I-1"] == [
        one.original_instruction_identification for one in found.transactions
    ]


def test_many_transactions_are_read_in_order():
    rows = "".join(
        transaction(f"E-{n}", "RJCT", reason("AC01", f"nr {n}")) for n in range(500)
    )

    (found,) = formats.read(
        status_report("", payment("PART", rows)), "f"
    ).payment_informations

    assert [f"E-{n}" for n in range(500)] == [
        one.original_end_to_end_identification for one in found.transactions
    ]
    assert "nr 499" == found.transactions[-1].reasons[0].text


def test_original_counts_and_sums_are_kept_as_written():
    group = "<OrgnlNbOfTxs>2</OrgnlNbOfTxs><OrgnlCtrlSum>10.5</OrgnlCtrlSum>"

    found = formats.read(status_report(group), "f")

    assert (2, "10.5") == (
        found.original_number_of_transactions,
        found.original_control_sum,
    )


def counts(of_status, *, declared=""):
    per_status = "".join(
        f"<NbOfTxsPerSts><DtldNbOfTxs>{count}</DtldNbOfTxs><DtldSts>{status}</DtldSts></NbOfTxsPerSts>"
        for status, count in of_status.items()
    )
    return (f"<OrgnlNbOfTxs>{declared}</OrgnlNbOfTxs>" if declared else "") + per_status


TWO_REFUSED = transaction("E-1", "RJCT") + transaction("E-2", "RJCT")


@pytest.mark.parametrize(
    ("group", "of_payment", "found"),
    [
        (counts({}, declared="2"), counts({"RJCT": 2}, declared="2"), []),
        # banks name only those that they refuse
        (counts({"ACCP": 7}, declared="9"), counts({"RJCT": 5}), []),
        ("", counts({}, declared="1"), ["OrgnlPmtInfAndSts[1]/OrgnlNbOfTxs: says 1 transactions, the file names 2"]),
        ("", counts({"ACCP": 1, "RJCT": 1}), ["OrgnlPmtInfAndSts[1]/NbOfTxsPerSts[2]/DtldNbOfTxs: says 1 with RJCT, the file names 2"]),
        (counts({"RJCT": 0}, declared="1"), "", [
            "OrgnlGrpInfAndSts/OrgnlNbOfTxs: says 1 transactions, the file names 2",
            "OrgnlGrpInfAndSts/NbOfTxsPerSts/DtldNbOfTxs: says 0 with RJCT, the file names 2",
        ]),
    ],
)  # fmt: skip
def test_more_transactions_than_the_report_counts_are_a_problem(group, of_payment, found):
    message = formats.read(
        status_report(group, payment("", of_payment + TWO_REFUSED)), "P002.xml"
    )

    assert [f"P002.xml:1: {one}" for one in found] == inspection.problems(message)


def test_transactions_outside_of_a_payment_information_are_told():
    data = status_report("<GrpSts>PART</GrpSts>", TWO_REFUSED, version="02")

    assert [
        ("group", None, None, "PART", []),
        ("transaction", None, "E-1", "RJCT", []),
        ("transaction", None, "E-2", "RJCT", []),
    ] == statuses(data)


def test_a_report_on_nothing_is_refused():
    data = status_report().replace(b"<OrgnlMsgId>M-1</OrgnlMsgId>", b"")

    with pytest.raises(Unreadable, match=r"OrgnlGrpInfAndSts/OrgnlMsgId: is missing"):
        formats.read(data, "P002.xml")


@pytest.mark.parametrize("namespace", [True, False])
def test_without_a_namespace_it_is_read_and_noted(namespace):
    found = formats.read(status_report(namespace=namespace), "P002.xml")

    assert namespace is not any("has no namespace" in one for one in found.warnings)


def test_a_national_namespace_is_read_and_noted():
    data = status_report().replace(
        b"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03",
        b"http://www.example.org/de/pain.002.001.03.ch.02.xsd",
    )

    found = formats.read(data, "P002.xml")

    assert "pain.002.001.03" == found.version
    assert any("a namespace that is not ISO's own" in one for one in found.warnings)


# --- pain.001


def order(*payments, header="", version="03"):
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.{version}">'
        f"<CstmrCdtTrfInitn>\n<GrpHdr><MsgId>M-1</MsgId>{header}</GrpHdr>\n"
        f"{''.join(payments)}</CstmrCdtTrfInitn></Document>"
    ).encode()


def batch(*amounts, declared="", date_="<ReqdExctnDt>2026-11-20</ReqdExctnDt>"):
    rows = "".join(
        f'<CdtTrfTxInf><PmtId><EndToEndId>E-{n}</EndToEndId></PmtId><Amt><InstdAmt Ccy="NOK">{one}'
        "</InstdAmt></Amt><CdtrAcct><Id><IBAN>NO9386011117947</IBAN></Id></CdtrAcct></CdtTrfTxInf>\n"
        for n, one in enumerate(amounts)
    )
    return f"<PmtInf><PmtInfId>B-1</PmtInfId>{declared}{date_}\n{rows}</PmtInf>\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (order(batch("1.00", "2.00"), header="<NbOfTxs>2</NbOfTxs><CtrlSum>3.00</CtrlSum>"), []),
        (order(batch("1.00", "2.00"), header="<NbOfTxs>2</NbOfTxs><CtrlSum>3</CtrlSum>"), []),
        (order(batch("1.00")), []),
        (order(batch("1.00"), header="<NbOfTxs>2</NbOfTxs>"),
         ["P001.xml:2: GrpHdr/NbOfTxs: says 2, the file has 1"]),
        (order(batch("1.00"), header="<CtrlSum>1.01</CtrlSum>"),
         ["P001.xml:2: GrpHdr/CtrlSum: says 1.01, the amounts make 1.00"]),
        (order(batch("1.00", declared="<NbOfTxs>3</NbOfTxs><CtrlSum>3</CtrlSum>")),
         ["P001.xml:3: PmtInf[1]/NbOfTxs: says 3, the file has 1",
          "P001.xml:3: PmtInf[1]/CtrlSum: says 3, the amounts make 1.00"]),
    ],
)  # fmt: skip
def test_counts_and_sums_of_an_order_are_checked(data, expected):
    assert expected == [str(one) for one in formats.read(data, "P001.xml").problems]


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("03", "<ReqdExctnDt>2026-11-20</ReqdExctnDt>"),
        ("09", "<ReqdExctnDt><Dt>2026-11-20</Dt></ReqdExctnDt>"),
        ("09", "<ReqdExctnDt><DtTm>2026-11-20T09:00:00+01:00</DtTm></ReqdExctnDt>"),
    ],
)
def test_the_execution_date_of_each_version(version, written):
    (found,) = formats.read(
        order(batch("1.00", date_=written), version=version), "f"
    ).payment_informations

    assert date(2026, 11, 20) == found.requested_execution_date
    assert "86011117947" == found.transactions[0].creditor_account.identification


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (order(), "PmtInf: is missing"),
        (order(batch("-1.00")), "f:4: PmtInf[1]/CdtTrfTxInf[1]/Amt/InstdAmt: a payment cannot be negative"),
        (order(batch("1.00", "1e3")), "f:5: PmtInf[1]/CdtTrfTxInf[2]/Amt/InstdAmt: no plain decimal number"),
        (order(batch("1.00")).replace(b"<MsgId>M-1</MsgId>", b""), "GrpHdr/MsgId: is missing"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_read_says_where(data, message):
    with pytest.raises(Unreadable) as refusal:
        formats.read(data, "f")

    assert message in str(refusal.value)
