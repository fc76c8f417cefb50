"""Write a pain.001: the file that asks the bank to pay.

Source: ISO 20022 pain.001.001.03 and pain.001.001.09, `CstmrCdtTrfInitn`. One order
gives the same bytes for ever: no clock, no chance, no order of a set is read here.

The two versions differ in what we write only in the namespace, the name of the BIC
element and a wrapper around the date; that is a `_Dialect`, not a second writer. The
namespace is declared once, on the root: repeated on every payment it would be valid and
some bank portals still trip on it. One payment stands on one line, so that two files
can be compared by eye.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from bankio.amount import exponent
from bankio.banks.profile import BankProfile, PartyIdentification, PaymentType
from bankio.characters import CharacterSet, spelled
from bankio.identifiers import bban, bic, creditor_reference, iban
from bankio.iso20022.payment_order import (
    OrderedDocument,
    OrderedPayment,
    PaymentBatch,
    PaymentOrder,
)
from bankio.iso20022.payment_rules import OrderRefused, problems

if TYPE_CHECKING:
    from lxml.etree import _IncrementalFileWriter as XmlFile


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What a version calls things."""

    namespace: str
    bic: str
    execution_date_is_choice: bool


_DIALECTS = {
    "pain.001.001.03": _Dialect(
        "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03",
        "BIC",
        execution_date_is_choice=False,
    ),
    "pain.001.001.09": _Dialect(
        "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09",
        "BICFI",
        execution_date_is_choice=True,
    ),
}


def write(order: PaymentOrder, profile: BankProfile) -> bytes:
    """Return `order` as the bytes of a pain.001 for the bank of `profile`.

    Raises:
        OrderRefused: the order breaks our own rules; it names all that is wrong.
    """
    if found := problems(order, profile):
        raise OrderRefused(order.message_identification, found)
    dialect = _DIALECTS[profile.pain_001_version]
    buffer = BytesIO()
    with etree.xmlfile(buffer, encoding="UTF-8") as file:
        file.write_declaration()
        writer = _Writer(file, dialect, profile, order)
        with (
            file.element("Document", nsmap={None: dialect.namespace}),
            file.element("CstmrCdtTrfInitn"),
        ):
            writer.group_header()
            for batch in order.batches:
                writer.batch(batch)
            file.write("\n")
    return buffer.getvalue() + b"\n"


class _Writer:
    """Writes the parts of one message, in the order of the schema."""

    def __init__(
        self, file: XmlFile, dialect: _Dialect, profile: BankProfile, order: PaymentOrder
    ) -> None:
        self._file = file
        self._element = file.element
        self._dialect = dialect
        self._profile = profile
        self._order = order

    def group_header(self) -> None:
        """GrpHdr."""
        order = self._order
        stays = all(batch.kind.is_domestic for batch in order.batches)
        characters = (
            self._profile.characters_at_home if stays else self._profile.characters_abroad
        )
        self._file.write("\n")
        with self._element("GrpHdr"):
            self._leaf("MsgId", order.message_identification)
            self._leaf("CreDtTm", order.creation_date_time.isoformat(timespec="seconds"))
            self._leaf("NbOfTxs", str(order.number_of_transactions))
            self._leaf("CtrlSum", _control_sum(order.control_sum))
            with self._element("InitgPty"):
                self._leaf("Nm", spelled(order.initiating_party_name, characters))
                self._party_identifications(self._profile.initiating_party_ids)

    def batch(self, batch: PaymentBatch) -> None:
        """PmtInf."""
        self._file.write("\n")
        payment_type = self._profile.payment_types[batch.kind]
        with self._element("PmtInf"):
            self._leaf("PmtInfId", batch.payment_information_identification)
            self._leaf("PmtMtd", "TRF")
            self._leaf("BtchBookg", "true" if payment_type.batch_booking else "false")
            self._leaf("NbOfTxs", str(batch.number_of_transactions))
            self._leaf("CtrlSum", _control_sum(batch.control_sum))
            self._payment_type(payment_type)
            with self._element("ReqdExctnDt"):
                if self._dialect.execution_date_is_choice:
                    self._leaf("Dt", batch.requested_execution_date.isoformat())
                else:
                    self._file.write(batch.requested_execution_date.isoformat())
            self._debtor(batch)
            if payment_type.charge_bearer is not None:
                self._leaf("ChrgBr", payment_type.charge_bearer)
            for payment in batch.payments:
                self._payment(payment, batch)
            self._file.write("\n")

    def _debtor(self, batch: PaymentBatch) -> None:
        order = self._order
        characters = self._profile.characters(batch.kind)
        with self._element("Dbtr"):
            self._leaf("Nm", spelled(order.initiating_party_name, characters))
            if batch.kind.is_domestic:
                self._address("NO", None, characters)
            elif order.initiating_party_town is not None:
                self._address("NO", order.initiating_party_town, characters)
            self._party_identifications(self._profile.debtor_ids)
        with self._element("DbtrAcct"):
            self._account_identification(
                *_norwegian_account(batch.debtor_account, self._profile)
            )
            self._leaf("Ccy", batch.currency)
        with self._element("DbtrAgt"):
            self._agent(self._profile.bic)

    def _payment(self, payment: OrderedPayment, batch: PaymentBatch) -> None:
        """CdtTrfTxInf."""
        characters = self._profile.characters(batch.kind, payment.country)
        abroad = not batch.kind.is_domestic
        self._file.write("\n")
        with self._element("CdtTrfTxInf"):
            with self._element("PmtId"):
                if payment.instruction_identification is not None:
                    self._leaf("InstrId", payment.instruction_identification)
                self._leaf("EndToEndId", payment.end_to_end_identification)
            with (
                self._element("Amt"),
                self._element("InstdAmt", Ccy=payment.amount.currency),
            ):
                self._file.write(_number(payment.amount.number, payment.amount.currency))
            # Within Norway the account is enough, and an agent beside it may contradict it.
            if abroad and payment.creditor_bic is not None:
                with self._element("CdtrAgt"):
                    self._agent(payment.creditor_bic)
            with self._element("Cdtr"):
                self._leaf("Nm", spelled(payment.creditor_name, characters))
                if payment.country is not None:
                    self._address(
                        payment.country, payment.town if abroad else None, characters
                    )
            with self._element("CdtrAcct"):
                if abroad:
                    self._account_identification(*_account_abroad(payment.creditor_account))
                else:
                    self._account_identification(
                        *_norwegian_account(payment.creditor_account, self._profile)
                    )
            self._regulatory_reporting(payment, characters)
            self._remittance_information(payment, characters)

    def _payment_type(self, payment_type: PaymentType) -> None:
        if payment_type.service_level is None and payment_type.category_purpose is None:
            return
        with self._element("PmtTpInf"):
            if payment_type.service_level is not None:
                with self._element("SvcLvl"):
                    self._leaf("Cd", payment_type.service_level)
            if payment_type.category_purpose is not None:
                with self._element("CtgyPurp"):
                    self._leaf("Cd", payment_type.category_purpose)

    def _party_identifications(
        self, identifications: tuple[PartyIdentification, ...]
    ) -> None:
        numbers = [
            (identification.scheme, number)
            for identification in identifications
            if (number := self._own_number(identification)) is not None
        ]
        if not numbers:
            return
        with self._element("Id"), self._element("OrgId"):
            for scheme, number in numbers:
                with self._element("Othr"):
                    self._leaf("Id", number)
                    with self._element("SchmeNm"):
                        self._leaf("Cd", scheme)

    def _own_number(self, identification: PartyIdentification) -> str | None:
        if identification.value == "agreement":
            return self._order.agreement_identification
        return self._order.organisation_number.replace(" ", "")

    def _address(self, country: str, town: str | None, characters: CharacterSet) -> None:
        with self._element("PstlAdr"):
            if town is not None:
                self._leaf("TwnNm", spelled(town, characters))
            self._leaf("Ctry", country)

    def _agent(self, number: str | None) -> None:
        with self._element("FinInstnId"):
            if number is not None:
                self._leaf(self._dialect.bic, bic.compact(number))
            else:
                with self._element("Othr"):
                    self._leaf("Id", "NOTPROVIDED")

    def _account_identification(self, scheme: str | None, number: str) -> None:
        with self._element("Id"):
            if scheme == "IBAN":
                self._leaf("IBAN", number)
                return
            with self._element("Othr"):
                self._leaf("Id", number)
                if scheme is not None:
                    with self._element("SchmeNm"):
                        self._leaf("Cd", scheme)

    def _regulatory_reporting(
        self, payment: OrderedPayment, characters: CharacterSet
    ) -> None:
        if payment.regulatory_code is None or payment.regulatory_text is None:
            return
        with self._element("RgltryRptg"), self._element("Dtls"):
            self._leaf("Cd", payment.regulatory_code)
            self._leaf("Inf", spelled(payment.regulatory_text, characters))

    def _remittance_information(
        self, payment: OrderedPayment, characters: CharacterSet
    ) -> None:
        if payment.kid is None and payment.message is None and not payment.documents:
            return
        with self._element("RmtInf"):
            if payment.message is not None:
                self._leaf("Ustrd", spelled(payment.message, characters))
            if payment.kid is not None:
                with self._element("Strd"):
                    self._creditor_reference(payment.kid)
            for document in payment.documents:
                with self._element("Strd"):
                    self._document(document, characters)

    def _document(self, document: OrderedDocument, characters: CharacterSet) -> None:
        amount = document.amount
        with self._element("RfrdDocInf"):
            self._code_or_proprietary(document.code)
            self._leaf("Nb", spelled(document.number, characters))
        with (
            self._element("RfrdDocAmt"),
            self._element(
                "CdtNoteAmt" if document.code == "CREN" else "RmtdAmt", Ccy=amount.currency
            ),
        ):
            self._file.write(_number(amount.number, amount.currency))
        if document.kid is not None:
            self._creditor_reference(document.kid)

    def _creditor_reference(self, reference: str) -> None:
        with self._element("CdtrRefInf"):
            if reference.startswith("RF"):
                self._code_or_proprietary("SCOR", issuer="ISO")
                self._leaf("Ref", creditor_reference.compact(reference))
            else:
                self._code_or_proprietary("SCOR")
                self._leaf("Ref", reference)

    def _code_or_proprietary(self, code: str, issuer: str | None = None) -> None:
        with self._element("Tp"):
            with self._element("CdOrPrtry"):
                self._leaf("Cd", code)
            if issuer is not None:
                self._leaf("Issr", issuer)

    def _leaf(self, tag: str, text: str) -> None:
        with self._element(tag):
            self._file.write(text)


def _norwegian_account(account: str, profile: BankProfile) -> tuple[str, str]:
    """Return scheme and number of a Norwegian account, in the form the bank wants."""
    digits = bban.compact(account)
    if not digits.isdigit():
        digits = iban.compact(account)[-bban.LENGTH :]
    if profile.account_form == "IBAN":
        return "IBAN", iban.from_bban(digits)
    return "BBAN", digits


def _account_abroad(account: str) -> tuple[str | None, str]:
    """Return scheme and number of an account that need not be Norwegian.

    Eleven digits may be an account of any country here, so nothing is made of them.
    """
    if iban.is_valid(account):
        return "IBAN", iban.compact(account)
    return None, account.replace(" ", "")


def _number(number: Decimal, currency: str) -> str:
    """Return `number` with its currency's decimals; the rules saw that it has no more."""
    return f"{number:.{exponent(currency)}f}"


def _control_sum(total: Decimal) -> str:
    """Return a sum with two decimals, or three where a currency has them."""
    places = 2 if (total * 100) % 1 == 0 else 3
    return f"{total:.{places}f}"
