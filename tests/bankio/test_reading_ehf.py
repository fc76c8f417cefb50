"""EHF invoices and credit notes, as far as a payment needs them."""

from __future__ import annotations

from datetime import date

import pytest

from bankio import formats, inspection
from bankio.errors import Unreadable

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
COMPONENTS = (
    f'xmlns:c="{UBL}CommonBasicComponents-2" xmlns:a="{UBL}CommonAggregateComponents-2"'
)


def bill(
    kind="Invoice",
    *,
    means="",
    payable="12500.00",
    due="<c:DueDate>2026-11-20</c:DueDate>",
    supplier="",
):
    return (
        f'<{kind} xmlns="{UBL}{kind}-2" {COMPONENTS}><c:CustomizationID>urn:x</c:CustomizationID>'
        f"<c:ID>10023</c:ID><c:IssueDate>2026-11-02</c:IssueDate>{due}"
        f"<a:AccountingSupplierParty><a:Party>{supplier}<a:PartyName><c:Name>Fjellkraft</c:Name>"
        f"</a:PartyName></a:Party></a:AccountingSupplierParty>{means}<a:LegalMonetaryTotal>"
        f'<c:PayableAmount currencyID="NOK">{payable}</c:PayableAmount></a:LegalMonetaryTotal></{kind}>'
    ).encode()


def means(account="15032080119", reference="0010023000", due=""):
    number = (
        f"<a:PayeeFinancialAccount><c:ID>{account}</c:ID></a:PayeeFinancialAccount>"
        if account
        else ""
    )
    return f"<a:PaymentMeans>{due}<c:PaymentID>{reference}</c:PaymentID>{number}</a:PaymentMeans>"


def test_an_invoice_tells_what_to_pay_and_where():
    found = formats.read(bill(means=means()), "bill.xml")

    assert (
        "10023",
        date(2026, 11, 2),
        date(2026, 11, 20),
        "12500.00 NOK",
        "15032080119",
    ) == (
        found.identification,
        found.issue_date,
        found.due_date,
        str(found.payable),
        found.creditor_account.identification,
    )
    assert ("0010023000", "Fjellkraft", False) == (
        found.creditor_reference,
        found.supplier.name,
        found.is_credit_note,
    )


def test_a_credit_note_is_money_the_other_way():
    data = bill("CreditNote")

    told = inspection.as_json(formats.read(data, "f"), "f", "")

    assert "-12500.00" == told["payments"][0]["amount"]


def test_a_correction_may_be_a_negative_invoice():
    assert "-12500.00" == formats.read(bill(payable="-12500.00"), "f").payable.text


def test_the_due_date_may_stand_with_the_payment():
    data = bill(due="", means=means(due="<c:PaymentDueDate>2026-11-25</c:PaymentDueDate>"))

    assert date(2026, 11, 25) == formats.read(data, "f").due_date


def test_the_means_with_an_account_is_the_one_to_pay_by():
    data = bill(means=means(account="", reference="1") + means(reference="2"))

    assert "2" == formats.read(data, "f").creditor_reference


@pytest.mark.parametrize(
    ("supplier", "orgnr"),
    [
        ("<a:PartyLegalEntity><c:CompanyID>974760673</c:CompanyID></a:PartyLegalEntity>", "974760673"),
        ("<a:PartyLegalEntity><c:CompanyID>974 760 673</c:CompanyID></a:PartyLegalEntity>", "974760673"),
        ("<a:PartyTaxScheme><c:CompanyID>NO974760673MVA</c:CompanyID></a:PartyTaxScheme>", "974760673"),
        ("<c:EndpointID>974760673</c:EndpointID>", "974760673"),
        ("<a:PartyLegalEntity><c:CompanyID>SE5567</c:CompanyID></a:PartyLegalEntity>", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_supplier_is_known_by_its_organisation_number(supplier, orgnr):
    assert orgnr == formats.read(bill(supplier=supplier), "f").supplier_orgnr


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (bill().replace(b"<c:ID>10023</c:ID>", b""), "bill.xml:1: ID: the invoice number is missing"),
        (bill(payable="12 500,00"), "bill.xml:1: LegalMonetaryTotal/PayableAmount: no plain decimal number"),
        (bill().replace(b' currencyID="NOK"', b""), "PayableAmount@Ccy: no currency code (None)"),
        (bill().replace(UBL.encode() + b"Invoice-2", b"urn:x"), "Invoice: is no UBL document"),
        (bill("Reminder"), "an XML document of another kind (Reminder)"),
        (bill("Order"), "an XML document of another kind (Order)"),
        (bill("ApplicationResponse"), "an XML document of another kind (ApplicationResponse)"),
    ],
)  # fmt: skip
def test_what_cannot_be_paid_from_is_refused(data, message):
    with pytest.raises(Unreadable) as refusal:
        formats.read(data, "bill.xml")

    assert message in str(refusal.value)


def test_attachments_and_lines_are_let_go():
    attachment = (
        "<a:AdditionalDocumentReference><c:ID>1</c:ID><a:Attachment><c:EmbeddedDocumentBinaryObject>"
        + "QUJD" * 100_000
        + "</c:EmbeddedDocumentBinaryObject></a:Attachment></a:AdditionalDocumentReference>"
    )
    data = bill(means=attachment * 3 + means())

    assert "0010023000" == formats.read(data, "f").creditor_reference
