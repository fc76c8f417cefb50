"""What the bank gets, byte for byte, and read back by others than us.

The golden files are compared whole: dates and ids are arguments, so nothing in them is
blanked.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import mockbank.messages
import pytest
from bankstatementparser import Pain001Parser
from iso_schemas import schema_errors
from lxml import etree
from payment_orders import batch, document, foreign, money, order, payment, sepa

from bankio import formats
from bankio.banks import PROFILES
from bankio.identifiers import iban
from bankio.iso20022 import pain_001_writer

KID = "0010023000"


def every_kind():
    """Return one message with every kind of payment and every sort of remittance."""
    return order(
        batch(
            payment("E-1", instruction_identification="I-1"),
            payment("E-2", "4300.50 NOK", message="Faktura 771, «Ærlig & Søn» – 2. rate"),
            payment(
                "E-3",
                "700.00 NOK",
                creditor_account="NO93 8601 1117 947",
                country="NO",
                documents=(
                    document("CINV", "10023", "1000.00 NOK", kid=KID),
                    document("CINV", "10024", "50.00 NOK"),
                    document("CREN", "K-17", "350.00 NOK"),
                ),
            ),
            identification="M-1-1",
            debtor_account="30001234567",
        ),
        batch(
            payment("E-4", "31250.00 NOK", kid=None, creditor_name="Ansatt 1"),
            payment(
                "E-5", "28400.25 NOK", message="Lønn november", creditor_name="Ansatt 2"
            ),
            kind="salary",
            identification="M-1-2",
            requested_execution_date=date(2026, 11, 30),
        ),
        batch(payment("E-6", kid=None), kind="pension", identification="M-1-3"),
        batch(
            payment("E-7", "18211.00 NOK", kid="1000005-", creditor_name="Skatteetaten"),
            kind="tax",
            identification="M-1-4",
        ),
        batch(payment("E-8", kid=None), kind="own", identification="M-1-5"),
        batch(payment("E-9"), kind="urgent", identification="M-1-6"),
        batch(
            sepa("E-10"),
            sepa("E-11", message=None, kid="RF18539007547034", creditor_bic="COBADEFF"),
            sepa("E-12", town="Lüneburg", country="DE"),
            kind="sepa",
            identification="M-1-7",
        ),
        batch(
            foreign("E-13", regulatory_code="14", regulatory_text="Verktøy", country="SE"),
            foreign("E-14", "150000 JPY", creditor_account="GB29 NWBK 6016 1331 9268 19"),
            kind="foreign",
            identification="M-1-8",
        ),
        initiating_party_town="Tromsø",
        agreement_identification="00012345678",
    )


DOMESTIC = order(
    batch(payment("E-1"), payment("E-2", "1.50 NOK", message="Strøm, september")),
    batch(
        payment("E-3", "31250.00 NOK", kid=None, creditor_name="Ansatt 1"),
        kind="salary",
        identification="M-1-2",
        requested_execution_date=date(2026, 12, 11),
    ),
)

CASES = {
    "generic-domestic": (DOMESTIC, "generic"),
    "sor-domestic": (DOMESTIC, "sor"),
    "danske-domestic": (DOMESTIC, "danske"),
    "generic-every-kind": (every_kind(), "generic"),
    "sparebank1-every-kind": (every_kind(), "sparebank1"),
    "dnb-every-kind": (every_kind(), "dnb"),
    "nordea-every-kind": (every_kind(), "nordea"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_bank_gets_these_bytes(case, golden):
    ordered, bank = CASES[case]

    golden(f"pain001/{case}.xml", pain_001_writer.write(ordered, PROFILES[bank]))


@pytest.mark.parametrize("bank", PROFILES)
@pytest.mark.parametrize(
    "ordered", [DOMESTIC, every_kind()], ids=["domestic", "every-kind"]
)
def test_iso_takes_what_is_written_for_every_bank(ordered, bank):
    assert schema_errors(pain_001_writer.write(ordered, PROFILES[bank])) == []


def test_the_same_order_gives_the_same_bytes():
    same = replace(DOMESTIC.batches[0].payments[1], amount=money("1.5 NOK"))
    again = replace(
        DOMESTIC,
        batches=(
            replace(DOMESTIC.batches[0], payments=(DOMESTIC.batches[0].payments[0], same)),
            DOMESTIC.batches[1],
        ),
    )

    assert pain_001_writer.write(again, PROFILES["sor"]) == pain_001_writer.write(
        DOMESTIC, PROFILES["sor"]
    )


def found(data, path):
    """Return the texts at a path of local names."""
    steps = "/".join(f"*[local-name()='{step}']" for step in path.split("/"))
    return etree.fromstring(data).xpath(f"//{steps}/text()")


@pytest.mark.parametrize("bank", PROFILES)
def test_counts_and_sums_are_those_of_the_payments(bank):
    ordered = every_kind()

    written = pain_001_writer.write(ordered, PROFILES[bank])

    amounts = [Decimal(text) for text in found(written, "InstdAmt")]
    assert found(written, "GrpHdr/NbOfTxs") == [str(len(amounts))]
    assert [Decimal(text) for text in found(written, "GrpHdr/CtrlSum")] == [sum(amounts)]
    assert [int(text) for text in found(written, "PmtInf/NbOfTxs")] == [
        len(batch.payments) for batch in ordered.batches
    ]
    assert sum(map(Decimal, found(written, "PmtInf/CtrlSum"))) == sum(amounts)


def test_wages_are_one_lump_and_nothing_else_at_home_is():
    written = pain_001_writer.write(every_kind(), PROFILES["sor"])

    kinds = [batch.kind for batch in every_kind().batches]
    assert dict(zip(kinds, found(written, "BtchBookg"), strict=True)) == {
        "supplier": "false", "salary": "true", "pension": "true", "tax": "false",
        "own": "false", "urgent": "false", "sepa": "false", "foreign": "false",
    }  # fmt: skip


def test_a_payment_has_a_kid_or_a_text_and_never_both():
    root = etree.fromstring(pain_001_writer.write(every_kind(), PROFILES["sor"]))

    for remittance in root.iter("{*}RmtInf"):
        kinds = {etree.QName(child).localname for child in remittance}
        assert len(kinds) == 1


@pytest.mark.parametrize(
    ("bank", "form"),
    [("sor", "Othr"), ("dnb", "Othr"), ("nordea", "IBAN"), ("danske", "IBAN")],
)
def test_a_norwegian_account_has_the_form_that_the_bank_wants(bank, form):
    ordered = order(
        batch(payment("E-1"), payment("E-2", creditor_account="NO5015032080119"))
    )

    root = etree.fromstring(pain_001_writer.write(ordered, PROFILES[bank]))

    creditors = [account.find("{*}Id")[0] for account in root.iter("{*}CdtrAcct")]
    assert [etree.QName(account).localname for account in creditors] == [form, form]
    assert {(account.text or account[0].text) for account in creditors} == {
        "NO5015032080119" if form == "IBAN" else "15032080119"
    }


def test_eleven_digits_abroad_are_no_norwegian_account():
    ordered = order(batch(foreign(creditor_account="15032080119"), kind="foreign"))

    written = pain_001_writer.write(ordered, PROFILES["danske"])

    assert found(written, "CdtrAcct/Id/Othr/Id") == ["15032080119"]
    assert found(written, "CdtrAcct/Id/Othr/SchmeNm/Cd") == []


def test_letters_are_kept_at_home_and_spelled_abroad():
    ordered = order(
        batch(payment("E-1", message="Blåbærsyltetøy – 5 kg")),
        batch(
            sepa("E-2", message="Blåbærsyltetøy – 5 kg"), kind="sepa", identification="b"
        ),
    )

    written = pain_001_writer.write(ordered, PROFILES["generic"])

    assert found(written, "Ustrd") == ["Blåbærsyltetøy - 5 kg", "Blabaersyltetoy - 5 kg"]


def test_an_agreement_is_told_where_the_bank_wants_it_and_the_company_has_one():
    with_agreement = replace(DOMESTIC, agreement_identification="00012345678")

    told = pain_001_writer.write(with_agreement, PROFILES["dnb"])
    untold = pain_001_writer.write(DOMESTIC, PROFILES["dnb"])

    assert found(told, "InitgPty/Id/OrgId/Othr/Id") == ["974760673", "00012345678"]
    assert found(told, "InitgPty/Id/OrgId/Othr/SchmeNm/Cd") == ["CUST", "BANK"]
    assert found(told, "PmtInf/Dbtr/Id/OrgId/Othr/SchmeNm/Cd")[:2] == ["CUST", "BANK"]
    assert found(untold, "InitgPty/Id/OrgId/Othr/SchmeNm/Cd") == ["CUST"]


def test_hostile_text_stays_text():
    ordered = order(batch(payment(message="</Ustrd><Ustrd>&amp; %00 ]]>")))

    written = pain_001_writer.write(ordered, PROFILES["generic"])

    assert found(written, "Ustrd") == ["(/Ustrd)(Ustrd)&amp, %00 )))"]


@pytest.mark.parametrize("bank", PROFILES)
def test_bankstatementparser_reads_the_same_payments(bank, tmp_path):
    ordered = every_kind()
    file = tmp_path / "P001.xml"
    file.write_bytes(pain_001_writer.write(ordered, PROFILES[bank]))

    rows = Pain001Parser(str(file)).parse().to_dict("records")

    told = [
        (row["PmtInfId"], row["EndToEndId"], Decimal(row["InstdAmt"]), row["Currency"])
        for row in rows
    ]
    assert told == [
        (b.payment_information_identification, p.end_to_end_identification,
         p.amount.number, p.amount.currency)
        for b in ordered.batches
        for p in b.payments
    ]  # fmt: skip
    assert {row["MsgId"] for row in rows} == {"M-1"}
    assert {Decimal(row["CtrlSum"]) for row in rows} == {
        b.control_sum for b in ordered.batches
    }


@pytest.mark.parametrize("bank", PROFILES)
def test_mock_bank_reads_the_same_payments(bank):
    ordered = every_kind()

    read = mockbank.messages.read_pain001(pain_001_writer.write(ordered, PROFILES[bank]))

    assert (read.msg_id, read.nb_of_txs, Decimal(read.ctrl_sum)) == (
        "M-1",
        ordered.number_of_transactions,
        ordered.control_sum,
    )
    assert [
        (b.requested_execution_date, [(p.end_to_end_id, p.amount, p.currency) for p in b.payments])
        for b in read.batches
    ] == [
        (
            b.requested_execution_date,
            [(p.end_to_end_identification, p.amount.minor, p.amount.currency) for p in b.payments],
        )
        for b in ordered.batches
    ]  # fmt: skip
    assert read.batches[0].payments[0].remittance_references == [KID]
    assert read.batches[0].payments[2].remittance_references == [
        "10023",
        KID,
        "10024",
        "K-17",
    ]


def norwegian(account):
    """Return an account as our reader tells it: eleven digits, or as it is."""
    if iban.is_valid(account):
        return iban.bban(account) or iban.compact(account)
    return account


@pytest.mark.parametrize("bank", PROFILES)
def test_we_read_back_what_we_wrote(bank):
    ordered = every_kind()

    read = formats.read(pain_001_writer.write(ordered, PROFILES[bank]), "P001.xml")

    assert (read.problems, read.warnings) == ((), ())
    assert read.version == PROFILES[bank].pain_001_version
    assert read.message_identification == ordered.message_identification
    assert read.number_of_transactions == ordered.number_of_transactions
    assert Decimal(read.control_sum) == ordered.control_sum
    assert read.initiating_party.name == ordered.initiating_party_name
    for told, asked in zip(read.payment_informations, ordered.batches, strict=True):
        assert (
            told.payment_information_identification
            == asked.payment_information_identification
        )
        assert told.requested_execution_date == asked.requested_execution_date
        assert told.debtor_account.identification == asked.debtor_account
        assert told.debtor_account.currency == asked.currency
        assert told.batch_booking == (asked.kind in {"salary", "pension"})
        for payment_told, payment_asked in zip(
            told.transactions, asked.payments, strict=True
        ):
            assert same_payment(payment_told, payment_asked)


def same_payment(told, asked):
    assert told.end_to_end_identification == asked.end_to_end_identification
    assert told.instruction_identification == asked.instruction_identification
    assert told.amount == asked.amount
    assert told.creditor_account.identification == norwegian(asked.creditor_account)
    kids = [asked.kid, *(document.kid for document in asked.documents)]
    assert (told.creditor_references or (told.creditor_reference,)) == tuple(
        kid for kid in kids if kid
    ) or (told.creditor_reference, *kids) == (None, None)
    assert [(d.code, d.number, d.amount) for d in told.documents] == [
        (d.code, d.number, d.amount) for d in asked.documents
    ]
    assert bool(told.unstructured) == (asked.message is not None)
    return True
