"""Read an EHF invoice or credit note, as far as a payment needs it.

UBL 2.1 `Invoice` and `CreditNote` (Peppol BIS Billing 3; EHF 2 is read too, by what is
there). Named here are the parties, the amount to pay and where to pay it; the lines and
the tax are the business of whoever posts it. Other UBL documents (order, reminder,
invoice response) are no bills and are refused where files are recognised.

Trap: `PayableAmount` may be negative in an ordinary invoice (a correction), and the
payee may be another party (`PayeeParty`) than the supplier.
"""

from __future__ import annotations

from collections.abc import Iterable

from bankio.amount import Amount
from bankio.errors import Place, Unreadable
from bankio.iso20022 import fields as read_field
from bankio.iso20022.events import Kind, Layout, refuse
from bankio.iso20022.values import Account, InvoiceDocument, Party
from bankio.iso20022.walk import walked
from bankio.iso20022.xml import FieldError, Fields, Identity, occurrences

_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
#: Lines and attachments are not asked for; as records they are let go as they come.
LAYOUT = Layout(
    containers=frozenset({"AdditionalDocumentReference", "InvoiceLine", "CreditNoteLine"}),
    record="Attachment",
    untold_max=16 << 20,
)
_SUPPLIER = "AccountingSupplierParty/Party"
_DIGITS_OF_ORGNR = 9


def read(text: Iterable[str], source: str, identity: Identity) -> InvoiceDocument:
    """Return the invoice or credit note."""
    if not identity.namespace.startswith(_NAMESPACE):
        place = Place(source, identity.line, str(identity.message))
        raise Unreadable(place, f"is no UBL document (namespace {identity.namespace!r})")
    for event in walked(text, source, identity, LAYOUT):
        if event.kind is not Kind.FINISHED:
            continue
        try:
            return _document(event.fields, is_credit_note=identity.message == "CreditNote")
        except FieldError as error:
            refuse(source, event, error, str(identity.message))
    raise AssertionError("a walk ends with its message")


def _document(fields: Fields, *, is_credit_note: bool) -> InvoiceDocument:
    identification = fields.get("ID")
    if not identification:
        raise FieldError("ID", "the invoice number is missing")
    means = _means(fields)
    return InvoiceDocument(
        version=read_field.text(fields, "CustomizationID", "UBLVersionID") or "ubl",
        identification=identification,
        issue_date=read_field.day(fields, "IssueDate"),
        due_date=read_field.day(fields, "DueDate")
        or read_field.day(fields, f"{means}/PaymentDueDate"),
        is_credit_note=is_credit_note,
        supplier=_supplier(fields),
        supplier_orgnr=_orgnr(fields),
        payable=_payable(fields),
        creditor_account=_account(fields, means),
        creditor_reference=fields.get(f"{means}/PaymentID") or None,
    )


def _payable(fields: Fields) -> Amount:
    found = read_field.amount(fields, "LegalMonetaryTotal/PayableAmount")
    if found is None:
        raise FieldError("LegalMonetaryTotal/PayableAmount", "is missing")
    return found


def _means(fields: Fields) -> str:
    """Return the first PaymentMeans with an account, else the first."""
    for base in occurrences(fields, "PaymentMeans"):
        if fields.get(f"{base}/PayeeFinancialAccount/ID"):
            return base
    return "PaymentMeans"


def _account(fields: Fields, means: str) -> Account | None:
    written = fields.get(f"{means}/PayeeFinancialAccount/ID")
    if not written:
        return None
    return Account(identification=read_field.account_number(written))


def _supplier(fields: Fields) -> Party | None:
    name = read_field.text(
        fields,
        f"{_SUPPLIER}/PartyLegalEntity/RegistrationName",
        f"{_SUPPLIER}/PartyName/Name",
    )
    return Party(name=name, identification=_orgnr(fields)) if name else None


def _orgnr(fields: Fields) -> str | None:
    """Return nine digits; EHF writes them bare, or as `NO…MVA` in the tax scheme."""
    for path in ("PartyLegalEntity/CompanyID", "PartyTaxScheme/CompanyID", "EndpointID"):
        written = fields.get(f"{_SUPPLIER}/{path}", "").replace(" ", "").upper()
        digits = written.removeprefix("NO").removesuffix("MVA")
        if len(digits) == _DIGITS_OF_ORGNR and digits.isascii() and digits.isdigit():
            return digits
    return None
