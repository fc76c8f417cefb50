"""camt.052, camt.053 and camt.054: every case of a reader that FORMATS lists."""

from __future__ import annotations

from datetime import date

import pytest

from bankio import formats, inspection
from bankio.errors import Unreadable
from tests.bankio.bank_files import (
    ACCOUNT,
    balance,
    details,
    entry,
    paid,
    problems,
    read_account,
    statement,
)


def only_entry(data: bytes):
    (report,) = read_account(data).reports
    (one,) = report.entries
    return one


def only_detail(data: bytes):
    (one,) = only_entry(data).details
    return one


# --- amounts


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("12500.00", "12500.00"),
        ("1247.5", "1247.50"),
        ("3", "3.00"),
        ("0.00", "0.00"),
        ("18.150", "18.15"),
        ("\n  99.00\n ", "99.00"),
        ("000012.00", "12.00"),
    ],
)
def test_an_amount_is_read_however_many_decimals_it_has(written, text):
    assert text == only_entry(statement(entry(written))).amount.text


@pytest.mark.parametrize(
    "written",
    ["1e3", "1_000", "NaN", "Infinity", "sNaN", "١٢", "1 234,50", "1,50", "+5", ".5", "5.", "--5",
     "", "0x10", "1.2.3", "1" * 19, "1.123456", "12.00NOK", "１２", "1\u200b2", "²"],
)  # fmt: skip
def test_what_is_no_plain_number_refuses_the_file_with_its_place(written):
    with pytest.raises(Unreadable) as refusal:
        read_account(statement(entry("5.00"), entry(written)))

    assert str(refusal.value).startswith(
        "stmt.xml:5: Stmt[1]/Ntry[2]/Amt: no plain decimal number"
    )


def test_a_zero_amount_of_a_detail_is_an_amount():
    one = only_detail(statement(entry("8.85", details=details(paid("0.00")))))

    assert "0.00" == one.amount.text


def test_yen_have_no_decimals():
    message = read_account(statement(entry("100.00", currency="JPY")))

    assert "100" == message.reports[0].entries[0].amount.text
    assert [] == problems(message)


@pytest.mark.parametrize(("amount", "currency"), [("10.005", "NOK"), ("1.5", "JPY")])
def test_a_fraction_of_the_smallest_unit_is_a_problem(amount, currency):
    message = read_account(statement(entry(amount, currency=currency)))

    assert ["stmt.xml:4: Stmt[1]/Ntry[1]/Amt: a fraction of the smallest unit"] == [
        problem.partition(" (")[0] for problem in problems(message)
    ]


def test_a_negative_amount_contradicts_its_indicator():
    message = read_account(statement(entry("-5.00")))

    assert [
        (
            "stmt.xml:4: Stmt[1]/Ntry[1]/Amt: a negative amount beside an indicator "
            "(-5.00 NOK): direction unclear"
        )
    ] == problems(message)


# --- which amount is a detail's


def amounts(*, own="", tx="", instructed="", entry_amount="100.00", more=""):
    parts = ""
    if own:
        parts += f'<Amt Ccy="NOK">{own}</Amt>'
    inner = ""
    if instructed:
        inner += (
            f'<InstdAmt><Amt Ccy="{instructed[-3:]}">{instructed[:-4]}</Amt></InstdAmt>'
        )
    if tx:
        inner += f'<TxAmt><Amt Ccy="NOK">{tx}</Amt></TxAmt>'
    if inner:
        parts += f"<AmtDtls>{inner}</AmtDtls>"
    return statement(entry(entry_amount, details=details(more + parts)))


@pytest.mark.parametrize(
    ("data", "amount"),
    [
        (amounts(own="7.00", tx="8.00", instructed="9.00 NOK"), "7.00 NOK"),
        (amounts(tx="8.00", instructed="9.00 NOK"), "8.00 NOK"),
        (amounts(instructed="9.00 NOK"), "100.00 NOK"),  # the only detail: the entry's
        (amounts(), "100.00 NOK"),
        # never the first Amt found below: it may be a charge
        (amounts(more='<Chrgs><Amt Ccy="NOK">1.00</Amt></Chrgs>'), "100.00 NOK"),
    ],
)
def test_the_amount_of_a_single_detail(data, amount):
    assert amount == str(only_detail(data).amount)


@pytest.mark.parametrize(
    ("instructed", "amount"), [("60.00 NOK", "60.00 NOK"), ("60.00 USD", None)]
)
def test_the_instructed_amount_serves_where_the_currency_is_the_entrys(instructed, amount):
    one = (
        f'<AmtDtls><InstdAmt><Amt Ccy="{instructed[-3:]}">{instructed[:-4]}</Amt></InstdAmt>'
        "</AmtDtls>"
    )

    found = only_entry(statement(entry("100.00", details=details(one, paid("40.00")))))

    told = found.details[0].amount
    assert amount == (None if told is None else str(told))
    assert found.details_add_up is (amount is not None)


@pytest.mark.parametrize(
    ("rows", "add_up"),
    [
        (("60.00", "40.00"), True),
        (("60.00", "41.00"), False),
        (("100.00",), True),
        (("100.00", "0.00"), True),
    ],
)
def test_the_entry_is_the_money_where_its_details_disagree(rows, add_up):
    found = only_entry(statement(entry(details=details(*(paid(row) for row in rows)))))

    assert "100.00" == found.amount.text
    assert add_up is found.details_add_up


def test_details_in_both_directions_add_up_signed():
    rows = (
        '<Amt Ccy="NOK">150.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>',
        '<Amt Ccy="NOK">50.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>',
    )

    found = only_entry(statement(entry(details=details(*rows)), version="08"))

    assert found.details_add_up
    assert ["CRDT", "DBIT"] == [one.credit_debit_indicator for one in found.details]


# --- lumps


def test_every_kid_of_a_batch_keeps_its_own_amount():
    rows = [(f"{n}.00", f"{n:07d}") for n in range(1, 6)]
    data = statement(
        entry(
            "15.00",
            details=details(
                *(paid(*row) for row in rows), batch="<Btch><NbOfTxs>5</NbOfTxs></Btch>"
            ),
        )
    )

    found = only_entry(data)

    assert rows == [(one.amount.text, one.creditor_reference) for one in found.details]
    assert found.details_add_up


def test_a_batch_without_details_tells_how_many_there_are():
    batch = (
        "<Btch><MsgId>M-7</MsgId><PmtInfId>P-7</PmtInfId><NbOfTxs>86</NbOfTxs>"
        '<TtlAmt Ccy="NOK">100.00</TtlAmt></Btch>'
    )

    found = only_entry(statement(entry(details=details(batch=batch))))

    assert (86, "M-7", "P-7", "100.00 NOK") == (
        found.batch_number_of_transactions,
        found.batch_message_identification,
        found.batch_payment_information_identification,
        str(found.batch_total),
    )
    assert () == found.details
    assert found.details_add_up


def test_more_payments_than_details_leaves_the_entry_a_lump():
    batch = "<Btch><NbOfTxs>86</NbOfTxs></Btch>"

    found = only_entry(statement(entry(details=details(paid("100.00"), batch=batch))))

    assert not found.details_add_up


def batch(amount, indicator=None, currency="NOK"):
    sign = f"<CdtDbtInd>{indicator}</CdtDbtInd>" if indicator else ""
    total = f'<TtlAmt Ccy="{currency}">{amount}</TtlAmt>' if amount else ""
    return details(batch=f"<Btch><NbOfTxs>1</NbOfTxs>{total}{sign}</Btch>")


@pytest.mark.parametrize(
    ("batches", "says"),
    [
        ((batch("100.00"),), None),
        ((batch("60.00"), batch("40.00")), None),
        ((batch("160.00"), batch("60.00", "DBIT")), None),
        ((batch("100.00", currency="EUR"),), None),
        # the rest of the entry stands in details without a batch, or tells no sum
        ((batch("60.00"), details(paid("40.00"))), None),
        ((batch("60.00"), batch(None)), None),
        ((batch("99.00"),), "99.00"),
        ((batch("0.00"),), "0.00"),
        ((batch("100.00", "DBIT"),), "-100.00"),
        ((batch("60.00"), batch("50.00")), "110.00"),
    ],
)
def test_batch_totals_that_are_not_the_entry_are_a_problem(batches, says):
    message = read_account(statement(entry(details="".join(batches))))

    assert [
        (
            f"stmt.xml:4: Stmt[1]/Ntry[1]/NtryDtls/Btch/TtlAmt: the batches say {says} NOK, "
            "the entry is 100.00 NOK"
        )
    ] * (says is not None) == problems(message)


def test_a_batch_count_that_is_no_number_is_noted():
    batched = details(batch="<Btch><NbOfTxs>2.0</NbOfTxs></Btch>")

    message = read_account(statement(entry(details=batched)))

    assert any("NbOfTxs of a batch is no number" in one for one in message.warnings)


def test_several_entry_details_are_one_list():
    several = details(paid("60.00", "1")) + details(paid("40.00", "2"))

    found = only_entry(statement(entry(details=several)))

    assert ["1", "2"] == [one.creditor_reference for one in found.details]
    assert found.details_add_up


@pytest.mark.parametrize("empty", ["", "<NtryDtls/>", "<NtryDtls><TxDtls/></NtryDtls>",
                                   "<NtryDtls><TxDtls><Refs/></TxDtls></NtryDtls>"])  # fmt: skip
def test_empty_details_do_no_harm(empty):
    assert only_entry(statement(entry(details=empty))).details_add_up


def test_several_batches_of_an_entry_are_counted_together():
    one = "<Btch><NbOfTxs>1</NbOfTxs></Btch>"
    several = details(paid("60.00", "1"), batch=one) + details(
        paid("40.00", "2"), batch=one
    )

    found = only_entry(statement(entry(details=several)))

    assert 2 == found.batch_number_of_transactions
    assert found.details_add_up


# --- references


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("E-1", "E-1"),
        (" E-1\n", "E-1"),
        ("NOTPROVIDED", None),
        ("", None),
        ("NotProvided", None),
    ],
)
def test_a_reference_is_trimmed_and_notprovided_is_none(written, expected):
    refs = (
        f"<Refs><MsgId>{written}</MsgId><AcctSvcrRef>{written}</AcctSvcrRef>"
        f"<PmtInfId>{written}</PmtInfId><InstrId>{written}</InstrId>"
        f"<EndToEndId>{written}</EndToEndId><TxId>{written}</TxId></Refs>"
    )
    more = f"<AcctSvcrRef>{written}</AcctSvcrRef>"

    found = only_entry(statement(entry(more=more, details=details(refs))))

    (one,) = found.details
    assert {expected} == {
        found.account_servicer_reference,
        one.message_identification,
        one.account_servicer_reference,
        one.payment_information_identification,
        one.instruction_identification,
        one.end_to_end_identification,
        one.transaction_identification,
    }


STRD = (
    "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry>{issuer}</Tp>"
    "<Ref>{ref}</Ref></CdtrRefInf></Strd>"
)


@pytest.mark.parametrize(
    ("reference", "issuer", "kid"),
    [
        ("0010017", "", "0010017"),
        ("1000005-", "", "1000005-"),
        ("RF18539007547034", "<Issr>ISO</Issr>", None),
        ("RF18539007547034", "", None),
        ("1" * 25, "", "1" * 25),
        ("1" * 27, "", None),
        ("12A4", "", None),
    ],
)
def test_an_iso_reference_is_no_kid(reference, issuer, kid):
    data = statement(
        entry(
            details=details(f"<RmtInf>{STRD.format(ref=reference, issuer=issuer)}</RmtInf>")
        )
    )

    told = inspection.as_json(read_account(data), "stmt.xml", "")

    (detail,) = told["accounts"][0]["entries"][0]["details"]
    assert (kid, reference) == (detail["kid"], detail["creditor_reference"])


OTHER = (
    "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
    "<Ref>{ref}</Ref></CdtrRefInf></Strd>"
)
KID_STRD = STRD.format(ref="0010017", issuer="")


@pytest.mark.parametrize("kind", ["PUOR", "RADM", "RPIN", "FXDR", "DISP"])
@pytest.mark.parametrize(
    ("strds", "kid", "told"),
    [
        (("{other}",), None, ["123456782"]),
        (("{other}", KID_STRD), "0010017", ["0010017", "123456782"]),
        ((KID_STRD, "{other}"), "0010017", ["0010017", "123456782"]),
    ],
)
def test_a_purchase_order_is_no_kid_and_is_told_all_the_same(kind, strds, kid, told):
    other = OTHER.format(kind=kind, ref="123456782")
    inner = "".join(strds).replace("{other}", other)
    data = statement(entry(details=details(f"<RmtInf>{inner}</RmtInf>")))

    (found,) = only_entry(data).details
    shown = inspection.as_json(read_account(data), "stmt.xml", "")

    assert (kid, ("123456782",)) == (found.creditor_reference, found.other_references)
    (detail,) = shown["accounts"][0]["entries"][0]["details"]
    assert (kid, told) == (detail["kid"], detail["creditor_references"])


def test_blanks_are_no_part_of_a_kid():
    inner = STRD.format(ref="0010 017", issuer="")
    data = statement(entry(details=details(f"<RmtInf>{inner}</RmtInf>")))

    shown = inspection.as_json(read_account(data), "stmt.xml", "")

    assert "0010017" == shown["accounts"][0]["entries"][0]["details"][0]["kid"]


def test_what_was_written_beside_a_structured_reference_is_kept():
    inner = (
        "<Ustrd>Takk</Ustrd>"
        "<Strd><AddtlRmtInf>Faktura 10</AddtlRmtInf><AddtlRmtInf>og 11</AddtlRmtInf></Strd>"
        "<Strd><AddtlRmtInf>mindre 12</AddtlRmtInf></Strd>"
    )

    found = only_entry(statement(entry(details=details(f"<RmtInf>{inner}</RmtInf>"))))

    assert ("Takk", "Faktura 10", "og 11", "mindre 12") == found.details[0].unstructured


def test_several_references_and_documents_of_one_payment_are_all_kept():
    remittance = (
        "<RmtInf><Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>10</Nb>"
        '</RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy="NOK">150.00</RmtdAmt></RfrdDocAmt>'
        "<CdtrRefInf><Ref>0010017</Ref></CdtrRefInf></Strd>"
        "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CREN</Cd></CdOrPrtry></Tp><Nb>11</Nb>"
        '</RfrdDocInf><RfrdDocAmt><CdtNoteAmt Ccy="NOK">50.00</CdtNoteAmt></RfrdDocAmt>'
        "<CdtrRefInf><Ref>0010025</Ref></CdtrRefInf></Strd></RmtInf>"
    )

    one = only_detail(statement(entry(details=details(remittance))))

    assert ("0010017", "0010025") == one.creditor_references
    assert [("CINV", "10", "150.00"), ("CREN", "11", "50.00")] == [
        (document.code, document.number, document.amount.text) for document in one.documents
    ]


def test_every_line_of_a_message_is_kept():
    one = only_detail(
        statement(
            entry(
                details=details(
                    "<RmtInf><Ustrd>En</Ustrd><Ustrd/><Ustrd>to</Ustrd></RmtInf>"
                )
            )
        )
    )

    assert ("En", "to") == one.unstructured


# --- accounts and parties


@pytest.mark.parametrize(
    ("identification", "number"),
    [
        ("<IBAN>NO5015032080119</IBAN>", "15032080119"),
        ("<IBAN>NO50 1503 2080 119</IBAN>", "15032080119"),
        ("<Othr><Id>15032080119</Id></Othr>", "15032080119"),
        (
            "<Othr><Id>1503.20.80119</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr>",
            "15032080119",
        ),
        ("<PrtryAcct><Id>15032080119</Id></PrtryAcct>", "15032080119"),
        ("<IBAN>no5015032080119</IBAN>", "15032080119"),
        ("<Othr><Id>NO50.1503.2080.119</Id></Othr>", "15032080119"),
        ("<Othr><Id>1503-20-80119</Id></Othr>", "15032080119"),
        ("<Othr><Id> 1503 20 80119\n</Id></Othr>", "15032080119"),
        ("<IBAN>DE89370400440532013000</IBAN>", "DE89370400440532013000"),
        ("<IBAN>de89 3704 0044 0532 0130 00</IBAN>", "DE89370400440532013000"),
        ("<Othr><Id>123-456 A</Id></Othr>", "123-456A"),
    ],
)
def test_an_account_is_one_number_however_it_is_written(identification, number):
    account = f"<Acct><Id>{identification}</Id></Acct>"

    (report,) = read_account(statement(entry(), account=account)).reports

    assert number == report.account.identification


@pytest.mark.parametrize("account", ["", "<Acct/>", "<Acct><Id/></Acct>"])
def test_a_report_without_an_account_is_refused(account):
    with pytest.raises(Unreadable) as refusal:
        read_account(statement(entry(), account=account))

    assert str(refusal.value) == "stmt.xml:3: Stmt[1]/Acct: is missing or has no number"


def parties(debtor="", creditor="", debtor_account="", creditor_account=""):
    def account(tag, number):
        return f"<{tag}><Id><Othr><Id>{number}</Id></Othr></Id></{tag}>" if number else ""

    def name(tag, value):
        return f"<{tag}><Nm>{value}</Nm></{tag}>" if value else ""

    return (
        f"<RltdPties>{name('Dbtr', debtor)}{account('DbtrAcct', debtor_account)}"
        f"{name('Cdtr', creditor)}{account('CdtrAcct', creditor_account)}</RltdPties>"
    )


OURS, THEIRS = "15032080119", "86011117947"


@pytest.mark.parametrize(
    ("indicator", "more", "related", "name"),
    [
        ("CRDT", "", parties("Ola", "Oss"), "Ola"),
        ("DBIT", "", parties("Oss", "Ola"), "Ola"),
        ("CRDT", "", parties("Ola", "Oss", THEIRS, OURS), "Ola"),
        # the bank took the roles of the original payment: ours is not the other side
        ("DBIT", "", parties("Ola", "Oss", THEIRS, OURS), "Ola"),
        ("DBIT", "<RvslInd>true</RvslInd>", parties("Ola", "Oss"), "Ola"),
        ("CRDT", "<RvslInd>true</RvslInd>", parties("Oss", "Ola", OURS, THEIRS), "Ola"),
        ("CRDT", "", "<RltdPties><Dbtr><Pty><Nm>Ola</Nm></Pty></Dbtr></RltdPties>", "Ola"),
        ("CRDT", "", "<RltdPties><UltmtDbtr><Nm>Ola</Nm></UltmtDbtr></RltdPties>", "Ola"),
        ("CRDT", "", parties("", "Oss"), None),
        ("CRDT", "", "", None),
    ],
)
def test_the_counterparty_is_whoever_is_on_the_other_side(indicator, more, related, name):
    data = statement(entry(indicator=indicator, more=more, details=details(related)))

    party = only_detail(data).counterparty

    assert name == (None if party is None else party.name)


def test_a_norwegian_iban_of_a_payer_is_told_as_its_number():
    related = (
        "<RltdPties><DbtrAcct><Id><IBAN>NO9386011117947</IBAN></Id></DbtrAcct></RltdPties>"
    )

    assert (
        THEIRS
        == only_detail(
            statement(entry(details=details(related)))
        ).counterparty_account.identification
    )


# --- status, direction, reversal, return


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("<Sts>BOOK</Sts>", "BOOK"),
        ("<Sts>PDNG</Sts>", "PDNG"),
        ("<Sts>INFO</Sts>", "INFO"),
        ("<Sts><Cd>FUTR</Cd></Sts>", "FUTR"),
        ("<Sts><Prtry>X</Prtry></Sts>", "X"),
        ("", None),
    ],
)
def test_a_status_is_kept_as_it_is(written, status):
    assert status == only_entry(statement(entry(status=written))).status


@pytest.mark.parametrize("indicator", ["CRDT", "DBIT"])
@pytest.mark.parametrize(
    ("flag", "reversal"), [("true", True), ("false", False), ("1", True)]
)
def test_a_reversal_never_flips_the_sign(indicator, flag, reversal):
    found = only_entry(
        statement(entry(indicator=indicator, more=f"<RvslInd>{flag}</RvslInd>"))
    )

    assert (indicator, reversal) == (found.credit_debit_indicator, found.reversal)


@pytest.mark.parametrize(
    ("flag", "ways", "add_up"),
    [
        ("true", ("CRDT", "CRDT"), True),
        ("true", ("DBIT", "DBIT"), True),
        ("true", ("CRDT", "DBIT"), False),
        ("false", ("CRDT", "CRDT"), False),
    ],
)
def test_a_reversal_may_tell_its_details_as_the_original_had_them(flag, ways, add_up):
    """The entry says which way the money went, its details what it was."""
    rows = (
        f'<Amt Ccy="NOK">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
        for amount, way in zip(("70.00", "30.00"), ways, strict=True)
    )
    taken_back = entry(
        indicator="DBIT", more=f"<RvslInd>{flag}</RvslInd>", details=details(*rows)
    )

    found = only_entry(statement(taken_back, version="08"))

    assert (found.credit_debit_indicator, found.details_add_up) == ("DBIT", add_up)
    told = tuple(one.credit_debit_indicator for one in found.details)
    assert told == (("DBIT", "DBIT") if add_up else ways)


@pytest.mark.parametrize(
    ("written", "where"),
    [("", "Stmt[1]/Ntry[1]/CdtDbtInd: is missing"), ("KREDIT", "neither CRDT nor DBIT")],
)
def test_an_unknown_direction_refuses_the_file(written, where):
    data = statement(entry()).replace(b"<CdtDbtInd>CRDT</CdtDbtInd>", (
        f"<CdtDbtInd>{written}</CdtDbtInd>".encode() if written else b""))  # fmt: skip

    with pytest.raises(Unreadable) as refusal:
        read_account(data)

    assert where in str(refusal.value)
    assert str(refusal.value).startswith("stmt.xml:4: Stmt[1]/Ntry[1]/CdtDbtInd: ")


def test_the_direction_may_stand_after_the_details():
    data = statement(
        f'<Ntry><Amt Ccy="NOK">100.00</Amt>{details(paid("100.00", "0010017"))}'
        "<CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>"
    )

    assert "DBIT" == only_detail(data).credit_debit_indicator


@pytest.mark.parametrize(
    ("reason", "code", "text"),
    [
        ("<Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Konto</AddtlInf><AddtlInf>avsluttet</AddtlInf>",
         "AC04", "Konto avsluttet"),
        ("<Rsn><Prtry>X1</Prtry></Rsn>", "X1", None),
        ("", None, None),
    ],
)  # fmt: skip
def test_a_payment_that_came_back_says_why(reason, code, text):
    one = only_detail(statement(entry(details=details(f"<RtrInf>{reason}</RtrInf>"))))

    assert (code, text) == (one.return_reason.code, one.return_reason.text)


@pytest.mark.parametrize("mark", ["COPY", "DUPL", "CODU"])
def test_a_copy_is_marked(mark):
    (report,) = read_account(
        statement(entry(), head=f"<CpyDplctInd>{mark}</CpyDplctInd>")
    ).reports

    assert mark == report.copy_duplicate_indicator


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (("<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>VCOM</SubFmlyCd></Fmly>"
         "</Domn><Prtry><Cd>230</Cd></Prtry></BkTxCd>"), "PMNT/RCDT/VCOM"),
        ("<BkTxCd><Domn><Cd>PMNT</Cd></Domn></BkTxCd>", "PMNT"),
        ("<BkTxCd><Prtry><Cd>233</Cd><Issr>NETS</Issr></Prtry></BkTxCd>", "233"),
        ("<BkTxCd/>", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_bank_transaction_code_is_shown(code, told):
    data = statement(entry()).replace(b"<BkTxCd/>", code.encode())

    assert told == only_entry(data).bank_transaction_code


# --- foreign currency and charges


def test_foreign_exchange_and_charges_are_told():
    inner = (
        '<AmtDtls><InstdAmt><Amt Ccy="USD">10.00</Amt></InstdAmt><TxAmt><Amt Ccy="NOK">100.00'
        "</Amt><CcyXchg><SrcCcy>USD</SrcCcy><TrgtCcy>NOK</TrgtCcy><UnitCcy>USD</UnitCcy>"
        "<XchgRate>10.0000</XchgRate></CcyXchg></TxAmt></AmtDtls>"
        '<Chrgs><Amt Ccy="NOK">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>'
        '<Chrgs><Amt Ccy="NOK">2.00</Amt></Chrgs>'
    )

    one = only_detail(statement(entry(details=details(inner))))

    assert "10.00 USD" == str(one.instructed_amount)
    assert "100.00 NOK" == str(one.amount)
    assert ("USD", "NOK", "USD", "10.0000") == (
        one.currency_exchange.source_currency,
        one.currency_exchange.target_currency,
        one.currency_exchange.unit_currency,
        one.currency_exchange.rate,
    )
    assert ["5.00", "2.00"] == [charge.amount.text for charge in one.charges]


def test_charges_of_version_08_stand_in_records():
    more = (
        '<Chrgs><TtlChrgsAndTaxAmt Ccy="NOK">7.00</TtlChrgsAndTaxAmt>'
        '<Rcrd><Amt Ccy="NOK">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
        "<ChrgInclInd>true</ChrgInclInd></Rcrd>"
        '<Rcrd><Amt Ccy="NOK">2.00</Amt></Rcrd></Chrgs>'
    )

    found = only_entry(statement(entry(more=more), version="08"))

    assert [("5.00", True), ("2.00", None)] == [
        (charge.amount.text, charge.included) for charge in found.charges
    ]


@pytest.mark.parametrize(
    ("booked", "indicator", "told", "charges", "read", "add_up"),
    [
        ("575.00", "CRDT", ["600.00"], ["25.00"], ["575.00"], True),
        ("625.00", "DBIT", ["600.00"], ["25.00"], ["625.00"], True),
        ("1160.00", "CRDT", ["600.00", "600.00"], ["25.00", "15.00"], ["575.00", "585.00"], True),
        ("1175.00", "CRDT", ["600.00", "600.00"], ["25.00", ""], ["575.00", "600.00"], True),
        ("575.00", "CRDT", ["575.00"], ["25.00"], ["575.00"], True),  # after charges
        ("580.00", "CRDT", ["600.00"], ["25.00"], ["600.00"], False),
        ("625.00", "CRDT", ["600.00"], ["25.00"], ["600.00"], False),  # the wrong way
    ],
)  # fmt: skip
def test_a_detail_before_charges_is_read_as_what_was_booked(
    booked, indicator, told, charges, read, add_up
):
    rows = [
        paid(amount) + (f'<Chrgs><Amt Ccy="NOK">{one}</Amt></Chrgs>' if one else "")
        for amount, one in zip(told, charges, strict=True)
    ]

    found = only_entry(statement(entry(booked, indicator, details=details(*rows))))

    assert read == [one.amount.text for one in found.details]
    assert add_up is found.details_add_up


@pytest.mark.parametrize(
    "charge",
    [
        '<Amt Ccy="NOK">25.00</Amt><ChrgInclInd>false</ChrgInclInd>',
        '<Amt Ccy="NOK">25.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>',
        '<Amt Ccy="EUR">25.00</Amt>',
    ],
)
def test_charges_that_are_not_taken_off_explain_no_other_amount(charge):
    row = paid("600.00") + f"<Chrgs>{charge}</Chrgs>"

    found = only_entry(statement(entry("575.00", details=details(row))))

    assert not found.details_add_up


def test_the_charges_of_an_entry_are_those_of_its_only_detail():
    more = '<Chrgs><Amt Ccy="NOK">25.00</Amt></Chrgs>'
    one, two = (
        only_entry(statement(entry("575.00", more=more, details=details(*rows))))
        for rows in ((paid("600.00"),), (paid("300.00"), paid("300.00")))
    )

    assert ["575.00"] == [each.amount.text for each in one.details]
    assert one.charges_apart is None
    assert ["300.00", "300.00"] == [each.amount.text for each in two.details]
    assert (two.details_add_up, str(two.charges_apart)) == (True, "25.00 NOK")


def test_charges_of_an_entry_are_taken_off_receipts_and_added_to_payments():
    more = '<Chrgs><Amt Ccy="NOK">25.00</Amt></Chrgs>'
    rows = details(paid("300.00"), paid("300.00"))
    read = {
        (amount, way): only_entry(
            statement(entry(amount, more=more, details=rows, indicator=way))
        )
        for amount in ("575.00", "600.00", "625.00", "580.00")
        for way in ("CRDT", "DBIT")
    }

    assert {
        ("575.00", "CRDT"): "25.00 NOK",
        ("600.00", "CRDT"): "None",  # they make it without: the charge is booked elsewhere
        ("600.00", "DBIT"): "None",
        ("625.00", "DBIT"): "25.00 NOK",
    } == {at: str(each.charges_apart) for at, each in read.items() if each.details_add_up}


def test_a_total_is_the_charge_where_nothing_else_is_told():
    more = (
        '<Chrgs><TtlChrgsAndTaxAmt Ccy="NOK">7.00</TtlChrgsAndTaxAmt></Chrgs>'
        '<Chrgs><TtlChrgsAndTaxAmt Ccy="NOK">5.00</TtlChrgsAndTaxAmt><Amt Ccy="NOK">4.00</Amt>'
        "<Br>DEBT</Br></Chrgs>"
    )

    found = only_entry(statement(entry(more=more)))

    assert [("7.00", None), ("4.00", "DEBT")] == [
        (charge.amount.text, charge.bearer) for charge in found.charges
    ]


# --- balances and summaries


@pytest.mark.parametrize(
    ("opening", "entries", "closing"),
    [
        (balance("OPBD", "50.00"), ("100.00 CRDT",), balance("CLBD", "150.00")),
        (balance("OPBD", "50.00"), ("100.00 DBIT",), balance("CLBD", "50.00", "DBIT")),
        (balance("PRCD", "50.00"), ("100.00 DBIT",), balance("CLBD", "50.00", "DBIT")),
        # a zero balance may be tagged DBIT, and a balance may lack its indicator
        (balance("OPBD", "0.00", "DBIT"), (), balance("CLBD", "0.00", "DBIT")),
        (balance("OPBD", "50.00", None), (), balance("CLBD", "50.00", None)),
        (
            balance("OPBD", "50.00"),
            ("1.00 CRDT PDNG", "2.00 CRDT INFO"),
            balance("CLBD", "50.00"),
        ),
        # nothing to compare with
        (balance("OPBD", "50.00"), ("1.00 CRDT",), balance("ITBD", "99.00")),
        (balance("OPBD", "50.00", currency="EUR"), ("1.00 CRDT",), balance("CLBD", "9.00")),
    ],
)
def test_opening_and_booked_entries_make_closing(opening, entries, closing):
    rows = []
    for row in entries:
        amount, indicator, *status = row.split()
        rows.append(
            entry(amount, indicator, status=f"<Sts>{(status or ['BOOK'])[0]}</Sts>")
        )

    message = read_account(statement(*rows, head=opening + closing))

    assert [] == problems(message)


def on(balance_of_day, day):
    return balance_of_day.replace("2026-11-20", day)


@pytest.mark.parametrize(
    ("account", "head", "shown", "found"),
    [
        # two currencies under one account, each with its own proof
        ("NOK", balance("OPBD", "1.00", currency="EUR") + balance("OPBD", "50.00")
         + balance("CLBD", "8.00", currency="EUR") + balance("CLBD", "150.00"), ("50.00", "150.00"), []),
        ("EUR", balance("OPBD", "50.00") + balance("CLBD", "150.00")
         + balance("OPBD", "1.00", currency="EUR") + balance("CLBD", "9.00", currency="EUR"),
         ("1.00", "9.00"),
         ["opening 1.00 + booked entries 7.00 = 8.00, closing says 9.00 (difference 1.00 EUR)"]),
        # an entry without balances of its own was exchanged: nothing can be added
        ("NOK", balance("OPBD", "50.00") + balance("CLBD", "222.00"), ("50.00", "222.00"), []),
    ],
)  # fmt: skip
def test_each_currency_of_an_account_has_its_own_proof(account, head, shown, found):
    of_currency = ACCOUNT.replace("NOK", account)
    rows = (entry("100.00"), entry("7.00", currency="EUR"))
    data = statement(*rows, head=head, account=of_currency)

    told = inspection.as_json(read_account(data), "stmt.xml", "")

    (report,) = told["accounts"]
    assert shown == (report["opening"], report["closing"])
    assert found == [one.split(": ", 2)[2] for one in told.get("problems", [])]


def test_a_statement_of_several_days_opens_with_the_first_and_closes_with_the_last():
    head = (
        on(balance("OPBD", "50.00"), "2026-11-19")
        + on(balance("CLBD", "60.00"), "2026-11-19")
        + on(balance("OPBD", "60.00"), "2026-11-20")
        + on(balance("CLBD", "150.00"), "2026-11-20")
    )
    data = statement(entry("10.00"), entry("90.00"), head=head)

    told = inspection.as_json(read_account(data), "stmt.xml", "")

    (report,) = told["accounts"]
    assert ("50.00", "150.00") == (report["opening"], report["closing"])
    assert "problems" not in told


def test_a_balance_that_does_not_tie_says_its_figures():
    head = balance("OPBD", "50.00") + balance("CLBD", "151.00")

    message = read_account(statement(entry("100.00"), head=head))

    assert [
        (
            "stmt.xml:3: Stmt[1]/Bal[2]: opening 50.00 + booked entries 100.00 = 150.00, "
            "closing says 151.00 (difference 1.00 NOK)"
        )
    ] == problems(message)


@pytest.mark.parametrize(("closing", "is_told"), [("10.00", True), ("60.00", False)])
def test_balances_that_read_a_reversal_the_other_way_round_are_told_so(closing, is_told):
    head = balance("OPBD", "50.00") + balance("CLBD", closing)
    taken_back = entry("40.00", "CRDT", more="<RvslInd>true</RvslInd>")

    (told,) = problems(read_account(statement(taken_back, head=head)))

    turned = "; it ties if the entries with RvslInd (40.00 together) went the other way"
    assert (turned in told) is is_told


def summary(**parts: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in parts.items())
    return f"<TxsSummry>{inner}</TxsSummry>"


COUNT, SUM = "<NbOfNtries>{}</NbOfNtries>", "<Sum>{}</Sum>"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (summary(TtlNtries=COUNT.format(2) + SUM.format("130.00")), []),
        (summary(TtlNtries=COUNT.format(2) + SUM.format("70.00")), []),  # net is used, too
        (summary(TtlNtries=COUNT.format(3)), ["says 3 entries, the file has 2"]),
        (summary(TtlNtries=SUM.format("131.00")), ["says 131.00, the entries make 130.00"]),
        (summary(TtlCdtNtries=COUNT.format(1) + SUM.format("100.00")), []),
        (summary(TtlCdtNtries=COUNT.format(2)), ["says 2 entries, the file has 1"]),
        (summary(TtlDbtNtries=SUM.format("31")), ["says 31, the entries make 30.00"]),
        (summary(TtlNtries="<TtlNetNtryAmt>70.00</TtlNetNtryAmt><CdtDbtInd>CRDT</CdtDbtInd>"), []),
        (summary(TtlNtries="<TtlNetNtryAmt>70.00</TtlNetNtryAmt><CdtDbtInd>DBIT</CdtDbtInd>"),
         ["says -70.00, the entries make 70.00"]),
        (summary(TtlNtries="<TtlNetNtry><Amt>71</Amt><CdtDbtInd>CRDT</CdtDbtInd></TtlNetNtry>"),
         ["says 71, the entries make 70.00"]),
        (summary(TtlNtries=COUNT.format("two")), ["says two entries, the file has 2"]),
    ],
)  # fmt: skip
def test_the_summary_is_held_against_the_entries(head, found):
    message = read_account(statement(entry("100.00"), entry("30.00", "DBIT"), head=head))

    assert found == [
        problem.partition(": ")[2].partition(": ")[2] for problem in problems(message)
    ]


def test_a_slip_in_the_summary_is_noted_where_the_balances_prove_the_entries():
    head = (
        balance("OPBD", "0.00")
        + balance("CLBD", "100.00")
        + summary(TtlNtries=COUNT.format(1) + SUM.format("99.00"))
    )

    message = read_account(statement(entry("100.00"), head=head))

    assert [] == problems(message)
    assert any("says 99.00, the entries make 100.00" in one for one in message.warnings)


def test_a_wrong_number_of_entries_is_a_problem_whatever_the_balances_say():
    head = (
        balance("OPBD", "0.00")
        + balance("CLBD", "100.00")
        + summary(TtlNtries=COUNT.format(2))
    )

    assert [
        "stmt.xml:3: Stmt[1]/TxsSummry/TtlNtries/NbOfNtries: says 2 entries, the file has 1"
    ] == problems(read_account(statement(entry("100.00"), head=head)))


# --- the message around them


def test_each_statement_of_a_file_is_told_with_its_own_account_and_problems():
    one = statement(
        entry("100.00"), head=balance("OPBD", "0.00") + balance("CLBD", "99.00")
    )
    stmt = one[one.index(b"<Stmt>") : one.index(b"</Stmt>") + 7]
    other = (
        stmt.replace(b"15032080119", b"86011117947")
        .replace(b"99.00", b"100.00")
        .replace(b"<Id>S1</Id>", b"<Id>S2</Id>")
    )
    empty = b"<Stmt><Id>S3</Id>" + ACCOUNT.encode() + b"</Stmt>"

    message = read_account(one.replace(stmt, stmt + other + empty))

    assert [("15032080119", 1, 1), ("86011117947", 1, 0), ("15032080119", 0, 0)] == [
        (report.account.identification, len(report.entries), len(report.problems))
        for report in message.reports
    ]


def test_no_statement_at_all_is_refused():
    data = statement(entry())
    data = data[: data.index(b"<Stmt>")] + data[data.index(b"</Stmt>") + 7 :]

    with pytest.raises(Unreadable) as refusal:
        read_account(data)

    assert "BkToCstmrStmt: holds no statement, report or notification" in str(refusal.value)


def test_an_odd_date_is_read_as_none_with_a_warning():
    data = statement(entry()).replace(b"2026-11-20", b"20.11.2026")

    message = read_account(data)

    assert message.reports[0].entries[0].booking_date is None
    assert any("BookgDt is no date" in one for one in message.warnings)


@pytest.mark.parametrize(
    "written",
    ["<Dt>2026-11-20</Dt>", "<DtTm>2026-11-20T23:30:00+01:00</DtTm>", ("<DtTm> 2026-11-20T00:00:00"
     "</DtTm>"), "<DtTm>2026-11-20Z</DtTm>"],
)  # fmt: skip
def test_a_date_may_have_a_time_and_is_the_banks_own_day(written):
    data = statement(entry()).replace(b"<Dt>2026-11-20</Dt>", written.encode())

    assert date(2026, 11, 20) == only_entry(data).booking_date


def page(tag, last):
    return f"<{tag}><PgNb>1</PgNb><LastPgInd>{last}</LastPgInd></{tag}>"


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("true", True),
        ("1", True),
        ("YES", True),
        ("false", False),
        ("0", False),
        ("NO", False),
    ],
)
@pytest.mark.parametrize("of_message", [True, False])
def test_the_last_page_is_told(written, last, of_message):
    """Of the message, or since .08 of each statement in it."""
    before = "<MsgId>M1</MsgId>" if of_message else "<Id>S1</Id>"
    inserted = page("MsgPgntn" if of_message else "StmtPgntn", written)
    data = statement(entry()).replace(before.encode(), (before + inserted).encode())

    message = read_account(data)

    assert last is message.last_page
    told = any(
        "page 1 of several: another file has the rest" in w for w in message.warnings
    )
    assert told is not last


@pytest.mark.parametrize(
    ("version", "noted"), [("02", True), ("06", True), ("07", False), ("13", False)]
)
def test_a_time_of_creation_may_be_left_out_since_version_07(version, noted):
    message = read_account(statement(entry(), version=version))

    assert noted is any("has no CreDtTm" in warning for warning in message.warnings)


@pytest.mark.parametrize(
    ("message", "format_"),
    [
        ("BkToCstmrStmt", "camt.053"),
        ("BkToCstmrAcctRpt", "camt.052"),
        ("BkToCstmrDbtCdtNtfctn", "camt.054"),
    ],
)
@pytest.mark.parametrize("version", ["01", "02", "03", "06", "08", "13"])
def test_each_version_of_the_three_is_recognised_by_its_content(message, format_, version):
    suffix = "V01" if version == "01" else ""
    container = {"camt.053": "Stmt", "camt.052": "Rpt", "camt.054": "Ntfctn"}[format_]
    data = (
        statement(entry(details=details(paid("100.00", "0010017"))), version=version)
        .replace(b"camt.053", format_.encode())
        .replace(b"BkToCstmrStmt", f"{message}{suffix}".encode())
        .replace(b"Stmt>", f"{container}>".encode())
        .replace(f"{message}{suffix}".encode().replace(b"Stmt", container.encode()),
                 f"{message}{suffix}".encode())
    )  # fmt: skip

    found = read_account(data)

    assert (format_, f"{format_}.001.{version}") == (found.format, found.version)
    assert "0010017" == found.reports[0].entries[0].details[0].creditor_reference


def test_a_wrapped_prefixed_or_nameless_message_is_found_by_its_local_name():
    plain = statement(entry(details=details(paid("100.00", "0010017"))))
    bare = plain.replace(b' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"', b"")
    prefixed = (
        bare.replace(b"</", b"\x00").replace(b"<", b"<n:").replace(b"\x00", b"</n:")
        .replace(b"<n:?xml", b"<?xml")
        .replace(b"<n:Document>", b'<n:Document xmlns:n="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">')
    )  # fmt: skip
    start = plain.index(b"<Document")
    wrapped = (
        b'<Envelope><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><Fr/></AppHdr>'
        + plain[start:]
        + b"</Envelope>"
    )

    expected = [one.creditor_reference for one in only_entry(plain).details]

    for data in (bare, prefixed, wrapped):
        assert expected == [one.creditor_reference for one in only_entry(data).details]
    assert "camt.053" == read_account(bare).version
    assert any("has no namespace" in one for one in read_account(bare).warnings)
    assert "camt.053.001.02" == read_account(wrapped).version


def test_a_namespace_that_speaks_of_another_message_is_refused():
    data = statement(entry()).replace(b"camt.053.001.02", b"camt.054.001.02")

    with pytest.raises(
        Unreadable, match=r"says camt\.054\.001\.02, the message is a camt\.053"
    ):
        formats.read(data, "stmt.xml")


# --- where a file departs from ISO's schema


@pytest.mark.parametrize(
    ("data", "noted"),
    [
        (statement(entry(), entry(details=details(paid("100.00")))), None),
        (
            statement(entry(more="<NtryRef>1</NtryRef>")),
            "stmt.xml:4: Stmt[1]/Ntry[1]: NtryRef is not where ISO's schema has it",
        ),
        (
            statement(
                entry(
                    details=details(
                        "<RltdPties><Cdtr><Nm>A</Nm></Cdtr><DbtrAcct/></RltdPties>"
                    )
                )
            ),
            None,  # it holds nothing
        ),
        (
            statement(entry(details=details("<RmtInf/><Refs/>"))),
            "stmt.xml:4: Stmt[1]/Ntry[1]/TxDtls[1]: Refs is not where ISO's schema has it",
        ),
        (
            statement(entry(), head="<ElctrncSeqNb>1</ElctrncSeqNb>"),
            "stmt.xml:3: Stmt[1]: ElctrncSeqNb is not where ISO's schema has it",
        ),
        (
            statement(
                entry(
                    details=details(
                        f"<RmtInf><Ustrd>{'a' * 141}</Ustrd></RmtInf>" + "<Tax/>"
                    )
                )
            ),
            "stmt.xml:4: Stmt[1]/Ntry[1]/TxDtls[1]: a line of RmtInf beyond 140 characters",
        ),
    ],
)
def test_a_departure_from_the_schema_is_a_warning(data, noted):
    message = read_account(data)

    found = [w for w in message.warnings if "schema" in w or "beyond" in w]
    assert [noted] * (noted is not None) == found
    assert [] == problems(message)


def test_the_same_departure_of_many_entries_is_one_warning():
    rows = [entry(f"{n}.00", more="<NtryRef>1</NtryRef>") for n in range(1, 50)]

    message = read_account(statement(*rows))

    assert 1 == sum("NtryRef is not where" in warning for warning in message.warnings)
