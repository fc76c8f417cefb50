"""Own transfers, instant payments, payments abroad, limits, returns and recalls."""

from __future__ import annotations

import re

import pytest
from lxml import etree
from payment_files import ACCOUNT, BOOKS, ORGNR, POWER, batch, payment, simple

IBAN = "DE89370400440532013000"
INSTANT = "<PmtTpInf><LclInstrm><Cd>INST</Cd></LclInstrm></PmtTpInf>"


def approved(bank, body):
    assert bank.upload(body).code == 0
    return bank("approve", "--all", "--as", "Kari")


def instant(*payments: str, **more: str) -> str:
    body = simple(*payments, **more)
    return body.replace("<ReqdExctnDt>", f"{INSTANT}<ReqdExctnDt>")


def test_a_transfer_between_own_accounts_is_done_at_once(bank):
    bank("account", BOOKS, "--owner", "Fjord AS", "--orgnr", ORGNR)
    bank("advance", "--to", "2026-11-07T20:00")  # Saturday evening

    approved(bank, simple(payment("E-1", to=BOOKS), day="2026-11-07"))

    assert (bank.balance(), bank.balance(BOOKS)) == (9_990_000, 10_000)
    assert {(m["booked"], m["value"]) for m in bank("journal")} == {
        ("2026-11-09", "2026-11-07")
    }


def test_a_transfer_between_own_accounts_waits_for_its_date(bank):
    bank("account", BOOKS, "--owner", "Fjord AS", "--orgnr", ORGNR)
    approved(bank, simple(payment("E-1", to=BOOKS), day="2026-11-04"))
    assert bank.balance(BOOKS) == 0

    bank("advance", "--to", "2026-11-04T01:00")

    assert bank.balance(BOOKS) == 10_000


def test_an_rf_reference_to_an_account_with_ocr_does_not_enter_the_ocr_file(bank):
    bank("account", BOOKS, "--owner", "Vik AS", "--orgnr", "889640782")
    bank("agreement", BOOKS, "--ocr", "987654321")
    body = simple(
        payment("E-1", to=BOOKS, kid="RF18539007547034"),
        payment("E-2", to=BOOKS, kid="123456782"),
    )
    approved(bank, body)
    bank("advance", "--days", "1")

    (ocr,) = [path.read_text() for path in bank.collect() if ".OCR." in path.name]

    assert ("123456782" in ocr, "RF18" in ocr) == (True, False)
    assert sorted(m["amount_ore"] for m in bank("journal") if m["account"] == BOOKS) == [
        10000,
        10000,
    ]


def test_an_instant_payment_leaves_at_once_even_on_a_sunday(bank):
    bank("advance", "--to", "2026-11-08T20:00")

    approved(bank, instant(payment("E-1"), day="2026-11-08"))

    assert bank.states() == {"E-1": "booked"}
    assert bank("journal")[0]["kind"] == "instant"


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (payment("E-1", "500000.00"), "waiting"),
        (payment("E-1", "500000.01"), "rejected AM02"),
        (payment("E-1", kid="123456782"), "rejected RR07"),
    ],
)
def test_an_instant_payment_has_its_limit_and_no_kid(bank, line, state):
    bank.upload(instant(line))

    assert bank.states() == {"E-1": state}


def test_an_instant_payment_without_money_is_rejected_and_not_held(new_bank):
    bank = new_bank(balance="10")

    approved(bank, instant(payment("E-1"), day="2026-11-02"))

    assert bank.states() == {"E-1": "rejected AM04"}


def abroad(amount: str = "100.00", currency: str = "EUR", code: str = "") -> str:
    line = payment("E-1", amount, to=IBAN, iban=True, currency=currency, text="Rechnung 7")
    if code:
        reporting = f"<RgltryRptg><Dtls><Cd>{code}</Cd></Dtls></RgltryRptg>"
        line = line.replace("<RmtInf>", f"{reporting}<RmtInf>")
    return line


def test_a_payment_abroad_costs_its_rate_and_its_charge(bank):
    approved(bank, simple(abroad()))
    bank("advance", "--days", "2")

    paid, charge = bank("journal")
    assert (paid["kind"], charge["kind"], charge["amount_ore"]) == (
        "foreign",
        "charge",
        -5000,
    )
    assert 110_000 < -paid["amount_ore"] < 118_000
    statement = bank.collect()[-1].read_text()
    rate = re.search("<XchgRate>([0-9.]+)<", statement)[1]
    assert round(float(rate) * 10_000) == -paid["amount_ore"]
    assert '<InstdAmt>\n              <Amt Ccy="EUR">100.00</Amt>' in statement
    assert bank.balance() == 10_000_000 + paid["amount_ore"] - 5000


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (abroad("9000.00"), "rejected RR04"),  # about 102 600 NOK
        (abroad("9000.00", code="14"), "waiting"),
        (abroad("8000.00"), "waiting"),
        (abroad(currency="JPY"), "rejected AM03"),
        (abroad().replace(IBAN, "DE88370400440532013000"), "rejected AC01"),
    ],
)
def test_a_payment_abroad_is_checked(bank, line, state):
    bank.upload(simple(line))

    assert bank.states() == {"E-1": state}


def test_a_person_cannot_approve_above_the_days_limit(bank):
    bank("person", "Ola", "--account", ACCOUNT, "--limit", "150")
    bank.upload(simple(payment("E-1"), payment("E-2")))

    bank("approve", "M-1", "--as", "Ola", "--payment", "E-1")
    refused = bank.run("approve", "M-1", "--as", "Ola", "--payment", "E-2")

    assert (refused.code, refused.value["code"]) == (1, "AM02")
    assert bank.states() == {"E-1": "due", "E-2": "waiting"}


def test_a_payment_that_its_receiver_cannot_take_comes_back_days_later(new_bank):
    bank = new_bank("--camt054")
    bank("payee", POWER, "--returns")
    approved(bank, simple(payment("E-1", kid="123456782")))

    bank("advance", "--to", "2026-11-05T12:29")
    assert bank.states() == {"E-1": "booked"}
    assert bank.balance() == 9_990_000

    bank("advance", "--to", "2026-11-05T12:30")
    assert bank.states() == {"E-1": "returned AC01"}
    assert bank.balance() == 10_000_000
    back = bank("journal")[-1]
    assert (back["kind"], back["end_to_end_id"], back["return_code"]) == (
        "return",
        "E-1",
        "AC01",
    )
    told = bank.collect()[-1].read_text()
    for part in (
        "<SubFmlyCd>RRTN<",
        "<Rsn><Cd>AC01</Cd>",
        "<EndToEndId>E-1<",
        "<CdtrAcct>",
    ):
        assert part in told


def recall(*end_to_end_ids: str, message_id: str = "M-1", whole: bool = False) -> str:
    lines = "".join(
        f"<TxInf><OrgnlEndToEndId>{one}</OrgnlEndToEndId></TxInf>" for one in end_to_end_ids
    )
    batches = (
        ""
        if whole
        else f"<OrgnlPmtInfAndCxl><OrgnlPmtInfId>B-1</OrgnlPmtInfId>{lines}</OrgnlPmtInfAndCxl>"
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.055.001.01"><CstmrPmtCxlReq>'
        "<Assgnmt><Id>R-1</Id></Assgnmt><Undrlyg><OrgnlGrpInfAndCxl>"
        f"<OrgnlMsgId>{message_id}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>"
        f"<GrpCxl>{'true' if whole else 'false'}</GrpCxl></OrgnlGrpInfAndCxl>{batches}"
        "</Undrlyg></CstmrPmtCxlReq></Document>"
    )


def answers_to_recall(bank) -> dict[str, str]:
    path = next(path for path in bank.collect() if ".C029." in path.name)
    return {
        line.findtext("{*}OrgnlEndToEndId"): line.findtext("{*}TxCxlSts")
        for line in etree.parse(path).iter("{*}TxInfAndSts")
    }


def test_a_recall_before_the_run_is_done_and_after_it_is_refused(bank):
    bank.upload(simple(payment("E-1"), payment("E-2")))
    bank("approve", "M-1", "--as", "Kari", "--payment", "E-1")
    bank("advance", "--days", "1")

    done = bank.upload(recall("E-1", "E-2", "E-9"))

    assert done.code == 0
    assert bank.states() == {"E-1": "booked", "E-2": "cancelled CUST"}
    assert answers_to_recall(bank) == {"E-1": "RJCR", "E-2": "ACCR", "E-9": "RJCR"}


def test_a_whole_file_can_be_recalled(bank):
    bank.upload(simple(payment("E-1"), payment("E-2")))

    bank.upload(recall(whole=True))

    assert set(bank.states().values()) == {"cancelled CUST"}
    assert set(answers_to_recall(bank).values()) == {"ACCR"}


def test_a_recall_that_names_nothing_is_refused(bank):
    assert bank.upload(recall()).code == 1


def test_camt054_can_be_ordered_once_a_day(new_bank):
    bank = new_bank("--camt054", "--notify", "day")
    approved(bank, simple(payment("E-1"), day="2026-11-02"))
    bank("pay-in", ACCOUNT, "--amount", "5")
    bank("advance", "--to", "2026-11-02T17:29")
    assert [p.name.split(".")[3] for p in bank.collect()] == ["P002", "P002"]

    bank("advance", "--to", "2026-11-02T17:30")

    assert [p.name.split(".")[3] for p in bank.collect()] == ["C54D", "C54C"]


def test_card_and_interest_are_entries_of_their_own(bank):
    bank("charge", ACCOUNT, "--amount", "99", "--kind", "card", "--text", "Bensin")
    bank("charge", ACCOUNT, "--amount", "1.23", "--kind", "interest")

    assert [(m["kind"], m["amount_ore"], m["text"]) for m in bank("journal")] == [
        ("card", -9900, "Bensin"), ("interest", 123, "Renter"),
    ]  # fmt: skip


def test_two_batches_of_one_file_keep_their_own_dates(bank):
    body = simple(payment("E-1"))
    other = batch(payment("E-2"), name="B-2", day="2026-11-05")
    body = body.replace("</CstmrCdtTrfInitn>", f"{other}</CstmrCdtTrfInitn>")
    approved(bank, body.replace("<NbOfTxs>1<", "<NbOfTxs>2<"))

    bank("advance", "--days", "2")

    assert bank.states() == {"E-1": "booked", "E-2": "due"}


DOCUMENTED = (
    "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>7</Nb></RfrdDocInf>"
    '<RfrdDocAmt><RmtdAmt Ccy="NOK">150.00</RmtdAmt></RfrdDocAmt><CdtrRefInf><Tp><CdOrPrtry>'
    "<Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>123456782</Ref></CdtrRefInf></Strd>"
    "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CREN</Cd></CdOrPrtry></Tp><Nb>8</Nb></RfrdDocInf>"
    '<RfrdDocAmt><CdtNoteAmt Ccy="NOK">50.00</CdtNoteAmt></RfrdDocAmt></Strd>'
)
