"""What may leave for the bank: our own rules, tighter than ISO's schema.

The schema does not know an account's check digit, a sum, an amount of nothing, or that
a KID and a message exclude each other. Banks do, and refuse a payment, or a whole file,
hours after somebody thought that it was paid. So every order passes here first, and the
writer refuses what does not. Whatever passes, ISO's schema takes as well; a property
test holds that.

Sources: ISO 20022 pain.001.001.03 and .09; the Norwegian banks' implementation guide
(characters); notices on structured addresses since 15 November 2026; Skatteetaten on
the currency register.

A problem is a line for a person: `payment E-1: kid: what is wrong (value). What to do.`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from bankio.amount import exponent
from bankio.banks.profile import BankProfile
from bankio.characters import CharacterSet, spelled, unspellable
from bankio.identifiers import (
    InvalidIdentifier,
    bban,
    bic,
    creditor_reference,
    iban,
    kid,
    orgnr,
)
from bankio.iso20022.payment_order import (
    OrderedPayment,
    PaymentBatch,
    PaymentKind,
    PaymentOrder,
)

REPORTING_THRESHOLD_NOK = Decimal(100_000)
"""From this amount the currency register is told. Sources differ on 'above' and 'from';
reporting at the very amount does no harm, leaving it out may."""

DAYS_AHEAD_MAX = 366
IDENTIFICATION = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9+?:().,'/-]{1,35}(?<!/)")
"""MsgId, PmtInfId, InstrId, EndToEndId: the Latin set without blanks, SEPA's slash rule."""

_NUMBER_MAX = Decimal(10) ** 12
"""Far above any payment."""
_CONTROL_SUM_MAX = Decimal(10) ** 15
"""The schema has room for 18 digits, decimals included."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ACCOUNT_ABROAD = re.compile(r"[A-Za-z0-9]{1,34}")
_IBAN_LIKE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_REGULATORY_CODE = re.compile(r"[0-9]{2}")

_TOWN_MAX = 35
_DOCUMENT_NUMBER_MAX = 35
_REGULATORY_TEXT_MAX = 35

_NEEDS_REMITTANCE = frozenset(
    {PaymentKind.SUPPLIER, PaymentKind.URGENT, PaymentKind.SEPA, PaymentKind.FOREIGN}
)
"""Where the payee must learn what is paid. Wages and own transfers explain themselves."""

_SEPA_COUNTRIES = re.compile(
    "A[DLT]|B[EG]|C[HYZ]|D[EK]|E[ES]|F[IR]|G[BGIR]|H[RU]|I[EMST]|JE|L[ITUV]|"
    "M[CDEKT]|N[LO]|P[LT]|R[OS]|S[EIKM]|VA"
)


class OrderRefused(Exception):
    """A message that breaks our rules was to be written; holds every problem."""

    def __init__(self, message_identification: str, problems: tuple[str, ...]) -> None:
        self.message_identification = message_identification
        self.problems = problems
        lines = "\n  ".join(problems)
        super().__init__(
            f"message {message_identification} may not leave, "
            f"{len(problems)} problem(s):\n  {lines}"
        )


def problems(order: PaymentOrder, profile: BankProfile) -> tuple[str, ...]:
    """Return everything that keeps `order` from leaving; empty where it may."""
    found = list(_order_problems(order, profile))
    seen_batches: set[str] = set()
    seen_payments: set[str] = set()
    for batch in order.batches:
        found += _batch_problems(order, batch, seen_batches)
        for payment in batch.payments:
            faults = payment_faults(payment, batch.kind, batch.debtor_account, profile)
            if payment.end_to_end_identification in seen_payments:
                faults = (
                    *faults,
                    _repeated("end-to-end-id", payment.end_to_end_identification),
                )
            seen_payments.add(payment.end_to_end_identification)
            if faults:
                found += [
                    f"payment {payment.end_to_end_identification}: {f}" for f in faults
                ]
    if not found and order.control_sum >= _CONTROL_SUM_MAX:
        found.append(
            f"message {order.message_identification}: control-sum: is not below "
            f"{_CONTROL_SUM_MAX:f} ({order.control_sum}). Split it."
        )
    return tuple(found)


def payment_faults(
    payment: OrderedPayment, kind: PaymentKind, debtor_account: str, profile: BankProfile
) -> tuple[str, ...]:
    """Return what is wrong with one payment by itself, without its name in front.

    So that a payment run can hold one bill and let the others go.
    """
    scope = _Scope(
        payment=payment,
        kind=kind,
        debtor_account=debtor_account,
        profile=profile,
        characters=profile.characters(kind, payment.country),
    )
    return tuple(fault for check in _PAYMENT_CHECKS for fault in check(scope))


@dataclass(frozen=True, slots=True)
class _Scope:
    """One payment with all that its checks look at."""

    payment: OrderedPayment
    kind: PaymentKind
    debtor_account: str
    profile: BankProfile
    characters: CharacterSet


# --- the message and its batches ------------------------------------------------------


def _order_problems(order: PaymentOrder, profile: BankProfile) -> Iterator[str]:
    where = f"message {order.message_identification}"
    limits, leaves = profile.text_limits, _leaves(order)
    everywhere = profile.characters_abroad if leaves else profile.characters_at_home
    name, longest = (
        order.initiating_party_name,
        limits.name_abroad if leaves else limits.name,
    )
    checks = [
        _identification("message-id", order.message_identification),
        _text("initiating-party", name, longest, everywhere),
        _identifier("organisation-number", order.organisation_number, orgnr.validate),
    ]
    if order.agreement_identification is not None:
        checks.append(_identification("agreement", order.agreement_identification))
    if order.initiating_party_town is not None:
        checks.append(_text("town", order.initiating_party_town, _TOWN_MAX, everywhere))
    if any(batch.kind is PaymentKind.SEPA for batch in order.batches):
        checks.append(_slashes("initiating-party", name, everywhere))
        checks.append(_slashes("town", order.initiating_party_town or "", everywhere))
    if not order.batches:
        checks.append(["batches: there is nothing to pay. Send no file."])
    if order.creation_date_time.year not in range(2000, 2100):
        checks.append(
            [f"created: is no likely time ({order.creation_date_time}). Correct it."]
        )
    for faults in checks:
        yield from (f"{where}: {fault}" for fault in faults)


def _leaves(order: PaymentOrder) -> bool:
    return any(not batch.kind.is_domestic for batch in order.batches)


def _batch_problems(
    order: PaymentOrder, batch: PaymentBatch, seen: set[str]
) -> Iterator[str]:
    identification = batch.payment_information_identification
    checks = [
        _identification("payment-information-id", identification),
        _execution_date(order, batch),
        _identifier("debtor-account", batch.debtor_account, _norwegian_account),
        _currency("currency", batch.currency),
    ]
    if identification in seen:
        checks.append([_repeated("payment-information-id", identification)])
    seen.add(identification)
    if not batch.payments:
        checks.append(["payments: the batch is empty. Leave it out."])
    for faults in checks:
        yield from (f"batch {identification}: {fault}" for fault in faults)


def _execution_date(order: PaymentOrder, batch: PaymentBatch) -> Iterator[str]:
    created = order.creation_date_time.date()
    wanted = batch.requested_execution_date
    if wanted < created:
        yield f"execution-date: lies before the file's day, {created} ({wanted}). Move it."
    if wanted > created + timedelta(days=DAYS_AHEAD_MAX):
        yield (
            f"execution-date: lies more than {DAYS_AHEAD_MAX} days ahead ({wanted}). "
            "Wait with it."
        )


# --- one payment ----------------------------------------------------------------------


def _identifications(scope: _Scope) -> Iterator[str]:
    payment = scope.payment
    yield from _identification("end-to-end-id", payment.end_to_end_identification)
    if payment.end_to_end_identification == "NOTPROVIDED":
        yield "end-to-end-id: is the word for none (NOTPROVIDED). Derive one."
    if payment.instruction_identification is not None:
        yield from _identification("instruction-id", payment.instruction_identification)


def _amount(scope: _Scope) -> Iterator[str]:
    amount = scope.payment.amount
    if not amount.number.is_finite() or not 0 < amount.number < _NUMBER_MAX:
        yield (
            f"amount: is not above zero and below {_NUMBER_MAX:f} ({amount.number}). "
            "Leave the payment out, or correct it."
        )
        return
    yield from _currency("amount", amount.currency)
    if _too_many_decimals(amount.number, amount.currency):
        yield (
            f"amount: has more than {exponent(amount.currency)} decimals "
            f"({amount.number} {amount.currency}). Round it in the books."
        )
    wanted = "EUR" if scope.kind is PaymentKind.SEPA else "NOK"
    if scope.kind is not PaymentKind.FOREIGN and amount.currency != wanted:
        yield (
            f"amount: a {scope.kind} payment is in {wanted} ({amount.currency}). "
            "Order it as a foreign payment."
        )


def _creditor(scope: _Scope) -> Iterator[str]:
    payment, limits = scope.payment, scope.profile.text_limits
    limit = limits.name if scope.kind.is_domestic else limits.name_abroad
    yield from _text("creditor", payment.creditor_name, limit, scope.characters)
    if scope.kind is PaymentKind.SEPA:
        yield from _slashes("creditor", payment.creditor_name, scope.characters)
    yield from _creditor_account(scope)
    if payment.creditor_bic is not None:
        yield from _identifier("creditor-bic", payment.creditor_bic, bic.validate)
    elif scope.kind is PaymentKind.FOREIGN:
        yield "creditor-bic: is missing. A payment abroad names the payee's bank."


def _creditor_account(scope: _Scope) -> Iterator[str]:
    account = scope.payment.creditor_account
    if scope.kind.is_domestic:
        yield from _identifier("creditor-account", account, _norwegian_account)
        if _same_account(account, scope.debtor_account):
            yield f"creditor-account: is the debtor's own account ({account}). Correct one."
    elif scope.kind is PaymentKind.SEPA:
        yield from _identifier("creditor-account", account, iban.validate)
        if not _SEPA_COUNTRIES.fullmatch(iban.compact(account)[:2]):
            yield f"creditor-account: is in no SEPA country ({account}). Pay it as foreign."
    elif _IBAN_LIKE.fullmatch(iban.compact(account)):
        yield from _identifier("creditor-account", account, iban.validate)
    elif not _ACCOUNT_ABROAD.fullmatch(account.replace(" ", "")):
        yield f"creditor-account: is not 1-34 letters and digits ({account!r}). Correct it."


def _remittance(scope: _Scope) -> Iterator[str]:
    payment = scope.payment
    given = [
        name
        for name, value in (
            ("kid", payment.kid),
            ("message", payment.message),
            ("documents", payment.documents or None),
        )
        if value is not None
    ]
    if len(given) > 1:
        yield f"{given[0]}: stands beside {given[1]}. Keep one: banks refuse both together."
    if not given and scope.kind in _NEEDS_REMITTANCE:
        yield "kid: is missing, and so is a message. Tell the payee what is paid."
    if scope.kind is PaymentKind.TAX and payment.kid is None:
        yield "kid: is missing. A tax payment goes by the KID of the authority's notice."
    if payment.kid is not None:
        yield from _kid("kid", payment.kid, scope)
    if payment.message is not None:
        yield from _text(
            "message", payment.message, scope.profile.text_limits.message, scope.characters
        )
        if scope.kind is PaymentKind.SEPA:
            yield from _slashes("message", payment.message, scope.characters)


def _kid(field: str, number: str, scope: _Scope) -> Iterator[str]:
    if not scope.kind.is_domestic:
        if not creditor_reference.is_valid(number):
            yield (
                f"{field}: is no RF reference ({number}). "
                "A KID is for Norwegian payees; abroad write it as the message."
            )
        return
    if not kid.has_form(number) or len(number) > scope.profile.text_limits.kid:
        yield f"{field}: is not 2-25 digits, the last perhaps '-' ({number!r}). Correct it."
    elif not scope.payment.kid_check_waived and not kid.fits_any(number):
        yield (
            f"{field}: fits neither MOD10 nor MOD11 ({number}). "
            "Compare it with the bill; release it if it is as printed."
        )


def _documents(scope: _Scope) -> Iterator[str]:
    payment = scope.payment
    if not payment.documents:
        return
    if not scope.kind.is_domestic:
        yield "documents: go with domestic payments. Abroad pay each invoice by itself."
    total = Decimal(0)
    for document in payment.documents:
        field = f"document {document.number}"
        yield from _text(field, document.number, _DOCUMENT_NUMBER_MAX, scope.characters)
        number, currency = document.amount.number, document.amount.currency
        if not number.is_finite() or not 0 < number < _NUMBER_MAX:
            yield f"{field}: amount is not above zero ({number}). Correct it."
            return
        if currency != payment.amount.currency or _too_many_decimals(number, currency):
            yield (
                f"{field}: amount is not whole minor units of {payment.amount.currency} "
                f"({number} {currency}). Correct it."
            )
        if document.code == "CREN" and document.kid is not None:
            yield f"{field}: a credit note has no KID ({document.kid}). Take it away."
        elif document.kid is not None:
            yield from _kid(f"{field}: kid", document.kid, scope)
        total += number if document.code == "CINV" else -number
    if total != payment.amount.number:
        yield (
            f"documents: come to {total}, the payment is {payment.amount.number}. "
            "Both must be the same."
        )


def _address(scope: _Scope) -> Iterator[str]:
    payment = scope.payment
    if payment.country is not None and not _COUNTRY.fullmatch(payment.country):
        yield f"country: is not two capital letters ({payment.country!r}). Use ISO 3166."
    if scope.kind.is_domestic:
        return
    if payment.town is not None:
        yield from _text("town", payment.town, _TOWN_MAX, scope.characters)
        if scope.kind is PaymentKind.SEPA:
            yield from _slashes("town", payment.town, scope.characters)
    if (payment.town is None) != (payment.country is None) or (
        payment.country is None and scope.kind is PaymentKind.FOREIGN
    ):
        yield (
            f"address: needs both town and country (town {payment.town}, "
            f"country {payment.country}). Banks refuse any other since 15 November 2026."
        )


def _regulatory(scope: _Scope) -> Iterator[str]:
    payment = scope.payment
    code, text = payment.regulatory_code, payment.regulatory_text
    if code is not None and not _REGULATORY_CODE.fullmatch(code):
        yield (
            f"regulatory-code: is not two digits ({code!r}). "
            "Use the currency register's list."
        )
    if text is not None:
        yield from _text("regulatory-text", text, _REGULATORY_TEXT_MAX, scope.characters)
    if (code is None) != (text is None):
        yield "regulatory-code: code and text go together. Give both."
    if not _crosses_border(scope):
        if code is not None:
            yield f"regulatory-code: has no place within Norway ({code}). Take it away."
    elif code is None and _is_reportable(payment):
        yield (
            f"regulatory-code: is missing ({payment.amount.number} "
            f"{payment.amount.currency}). From {REPORTING_THRESHOLD_NOK} NOK, or where "
            "the worth in NOK is not known, the currency register wants code and text."
        )


_PAYMENT_CHECKS = (
    _identifications,
    _amount,
    _creditor,
    _remittance,
    _documents,
    _address,
    _regulatory,
)


def _crosses_border(scope: _Scope) -> bool:
    if scope.kind is PaymentKind.SEPA:
        return not iban.compact(scope.payment.creditor_account).startswith("NO")
    return scope.kind is PaymentKind.FOREIGN


def _is_reportable(payment: OrderedPayment) -> bool:
    worth = payment.amount if payment.amount.currency == "NOK" else payment.counter_value
    if worth is None or worth.currency != "NOK" or not worth.number.is_finite():
        return True
    return worth.number >= REPORTING_THRESHOLD_NOK


# --- single fields --------------------------------------------------------------------


def _identification(field: str, value: str) -> Collection[str]:
    if IDENTIFICATION.fullmatch(value):
        return ()
    message = (
        f"{field}: is not 1 to 35 Latin letters, digits and +?:().,'/- "
        f"without // or / at an end ({value!r}). Derive another."
    )
    return (message,)


def _repeated(field: str, value: str) -> str:
    return f"{field}: stands twice in the message ({value}). Each is used once, for ever."


def _text(field: str, value: str, limit: int, characters: CharacterSet) -> Iterable[str]:
    # The common case first: it is asked for every name and message of a file.
    if characters.pattern.fullmatch(value):
        written = value.strip(" ")
    elif unknown := unspellable(value, characters):
        signs = ", ".join(unknown)
        return (f"{field}: holds {signs}, which no bank takes ({value!r}). Retype it.",)
    else:
        written = spelled(value, characters)
    if not written:
        return (f"{field}: is empty. Fill it in.",)
    if len(written) > limit:
        length = len(written)
        return (
            f"{field}: has {length} characters, at most {limit} ({written}). Shorten it.",
        )
    return ()


def _slashes(field: str, value: str, characters: CharacterSet) -> Collection[str]:
    r"""Look at the text as it is written: `\\` and `|` are spelled as slashes."""
    if unspellable(value, characters):
        return ()  # told already
    written = spelled(value, characters)
    if written.startswith("/") or written.endswith("/") or "//" in written:
        return (f"{field}: SEPA takes no / at an end and no // ({written}). Reword it.",)
    return ()


def _currency(field: str, currency: str) -> Collection[str]:
    if _CURRENCY.fullmatch(currency):
        return ()
    return (
        f"{field}: currency is not three capital letters ({currency!r}). Use ISO 4217.",
    )


def _identifier(field: str, value: str, validate: Callable[[str], str]) -> Iterator[str]:
    try:
        validate(value)
    except InvalidIdentifier as error:
        yield f"{field}: {error.reason} ({value}). Compare it with its source."


def _norwegian_account(number: str) -> str:
    """Return the account number of a BBAN or a Norwegian IBAN."""
    if not number[:2].isalpha():
        return bban.validate(number)
    account = iban.bban(number)
    if account is None:
        raise InvalidIdentifier("account number", number, "is no Norwegian account")
    return account


def _same_account(left: str, right: str) -> bool:
    return bban.compact(left)[-bban.LENGTH :] == bban.compact(right)[-bban.LENGTH :]


def _too_many_decimals(number: Decimal, currency: str) -> bool:
    scaled = number.scaleb(exponent(currency))
    return scaled != scaled.to_integral_value()
