"""What the bank checks in an uploaded file, in two steps, and the codes it answers with.

The technical check judges the file as a whole (one fault, and all of it is refused); the
content check judges each payment alone. Codes are ISO's external reason codes.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from simulator import bank_calendar, customers, exchange, numbers_of_norway, ore
from simulator.answers import Status
from simulator.pain001 import Batch, Instruction, Remittance
from simulator.state import State

SCHEME_CUSTOMER = "CUST"
INSTANT = "INST"


def rejected(code: str, text: str) -> Status:
    """Return a rejection."""
    return Status(status="RJCT", code=code, text=text)


def technical(state: State, remittance: Remittance) -> Status | None:
    """Return why the whole file is refused, or None."""
    for check in TECHNICAL:
        found = check(state, remittance)
        if found is not None:
            return found
    return None


def _counts(_state: State, remittance: Remittance) -> Status | None:
    total = sum(len(batch.instructions) for batch in remittance.batches)
    if remittance.count != str(total):
        return rejected("AM18", f"NbOfTxs says {remittance.count}, the file holds {total}")
    for batch in remittance.batches:
        held = len(batch.instructions)
        if batch.count not in ("", str(held)):
            return rejected(
                "AM18",
                f"PmtInf {batch.payment_information_id}: NbOfTxs says {batch.count}, "
                f"it holds {held}",
            )
    return None


def _sum_fault(
    where: str, control_sum: str, instructions: list[Instruction]
) -> Status | None:
    if not control_sum or any(one.amount is None for one in instructions):
        return None
    total = sum(one.amount or 0 for one in instructions)
    if ore.from_file(control_sum) == total:
        return None
    return rejected(
        "AM10",
        f"{where}: CtrlSum says {control_sum}, the payments add to {ore.plain(total)}",
    )


def _sums(_state: State, remittance: Remittance) -> Status | None:
    everything = [one for batch in remittance.batches for one in batch.instructions]
    found = _sum_fault("GrpHdr", remittance.control_sum, everything)
    for batch in remittance.batches:
        where = f"PmtInf {batch.payment_information_id}"
        found = found or _sum_fault(where, batch.control_sum, list(batch.instructions))
    return found


def _batch_ids(_state: State, remittance: Remittance) -> Status | None:
    seen = Counter(batch.payment_information_id for batch in remittance.batches)
    twice = [name for name, count in seen.items() if count > 1]
    return rejected("DU02", f"PmtInfId {twice[0]} stands twice") if twice else None


def _debtor_accounts(state: State, remittance: Remittance) -> Status | None:
    owners = set()
    for batch in remittance.batches:
        if not numbers_of_norway.account_is_valid(batch.account):
            return rejected("AC01", f"debtor account {batch.account}: wrong check digit")
        row = state.one("SELECT orgnr FROM account WHERE number = ?", batch.account)
        if row is None:
            return rejected("AC01", f"debtor account {batch.account} is not in this bank")
        owners.add(row["orgnr"])
    if len(owners) > 1:
        return rejected("AG01", "the debtor accounts belong to different customers")
    return None


def _initiator(state: State, remittance: Remittance) -> Status | None:
    owner = customer_of(state, remittance)
    for scheme, number in remittance.initiator_ids:
        if scheme == SCHEME_CUSTOMER and number != owner:
            return rejected(
                "AG01", f"InitgPty {number} has no agreement for these accounts"
            )
    return None


def _duplicate(state: State, remittance: Remittance) -> Status | None:
    row = state.one(
        "SELECT received FROM message WHERE customer = ? AND message_id = ?"
        " AND state = 'received'",
        customer_of(state, remittance),
        remittance.message_id,
    )
    if row is None:
        return None
    return rejected("DU01", f"MsgId {remittance.message_id} was received {row['received']}")


def _dates(state: State, remittance: Remittance) -> Status | None:
    latest = state.today + timedelta(days=state.profile.horizon_days)
    for batch in remittance.batches:
        if batch.requested is None:
            return rejected("DT01", f"ReqdExctnDt {batch.requested_text!r} is no date")
        if batch.requested > latest:
            return rejected("DT01", f"ReqdExctnDt {batch.requested} is after {latest}")
    return None


TECHNICAL: tuple[Callable[[State, Remittance], Status | None], ...] = (
    _counts,
    _sums,
    _batch_ids,
    _debtor_accounts,
    _initiator,
    _duplicate,
    _dates,
)


def customer_of(state: State, remittance: Remittance) -> str:
    """Return the organisation number of the customer whose accounts are debited."""
    for batch in remittance.batches:
        row = state.one("SELECT orgnr FROM account WHERE number = ?", batch.account)
        if row is not None:
            return str(row["orgnr"])
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A payment under judgement, with what is around it."""

    state: State
    batch: Batch
    instruction: Instruction
    end_to_end_ids: Counter[str]
    currency: str
    """The debtor account's."""

    @property
    def kind(self) -> str:
        """Return `instant`, `foreign` (an IBAN of another country) or `domestic`."""
        if self.instruction.instrument == INSTANT:
            return "instant"
        return "foreign" if self.instruction.creditor_account[:2].isalpha() else "domestic"

    @property
    def kids(self) -> tuple[str, ...]:
        """Return every KID of the payment."""
        return tuple(d.kid for d in self.instruction.documents if d.kid)


def _amount(line: Line) -> Status | None:
    if line.instruction.amount is None:
        return rejected("AM12", f"InstdAmt {line.instruction.amount_text} is no whole øre")
    if line.instruction.amount == 0:
        return rejected("AM01", "InstdAmt is zero")
    if line.instruction.amount > ore.LARGEST_PAYMENT:
        return rejected("AM02", f"at most {ore.plain(ore.LARGEST_PAYMENT)} in one payment")
    return None


def _currency(line: Line) -> Status | None:
    currency = line.instruction.currency
    if currency == line.currency:
        return None
    if line.kind == "foreign" and line.currency == "NOK" and currency in exchange.BASE:
        return None
    return rejected("AM03", f"{currency} from an account in {line.currency}")


def _creditor(line: Line) -> Status | None:
    number = line.instruction.creditor_account
    valid = (
        numbers_of_norway.iban_is_valid
        if line.kind == "foreign"
        else numbers_of_norway.account_is_valid
    )
    if not valid(number):
        return rejected("AC01", f"creditor account {number}: wrong check digit")
    if number == line.batch.account:
        return rejected("AC01", "creditor and debtor account are the same")
    if not line.instruction.creditor:
        return rejected("BE22", "Cdtr/Nm is missing")
    return None


def _instant(line: Line) -> Status | None:
    if line.kind != "instant":
        return None
    limit = line.state.profile.instant_limit
    if (line.instruction.amount or 0) > limit:
        return rejected("AM02", f"an instant payment is at most {ore.plain(limit)}")
    if line.kids:
        return rejected("RR07", "an instant payment carries no KID")
    return None


def _reporting(line: Line) -> Status | None:
    if line.kind != "foreign" or line.instruction.regulatory_code:
        return None
    found = exchange.rate(line.state, line.instruction.currency, line.state.today)
    cost = exchange.in_nok(line.instruction.amount or 0, found)
    if cost < line.state.profile.reporting_limit:
        return None
    return rejected("RR04", "a payment abroad of this size needs a RgltryRptg code")


def _reference(line: Line) -> Status | None:
    one = line.instruction
    if one.texts and one.documents:
        return rejected("RR07", "KID and message in one payment: give one of them")
    if any(len(text) > 140 for text in one.texts):
        return rejected("RR07", "Ustrd is longer than 140 characters")
    rule = str(customers.kar(line.state, one.creditor_account)["kid"])
    if rule == "required" and not line.kids:
        return rejected("RR07", "the payee takes payments with KID only")
    if rule == "refused" and line.kids:
        return rejected("RR07", "the payee takes no KID")
    valid = numbers_of_norway.kid_is_valid if rule == "required" else _kid_form
    bad = [kid for kid in line.kids if not valid(kid)]
    return rejected("RR07", f"KID {', '.join(bad)} is not valid") if bad else None


def _kid_form(kid: str) -> bool:
    return numbers_of_norway.kid_has_form(kid) or numbers_of_norway.rf_is_valid(kid)


def _documents(line: Line) -> Status | None:
    amounts = [d.amount for d in line.instruction.documents if d.kind]
    if not amounts or not any(amounts) or sum(amounts) == line.instruction.amount:
        return None
    return rejected(
        "AM09",
        f"the documents add to {ore.plain(sum(amounts))}, InstdAmt says "
        f"{line.instruction.amount_text}",
    )


def _end_to_end_id(line: Line) -> Status | None:
    if line.end_to_end_ids[line.instruction.end_to_end_id] == 1:
        return None
    return rejected("DU04", f"EndToEndId {line.instruction.end_to_end_id} stands twice")


def _payment_type(line: Line) -> Status | None:
    if line.instruction.type_at_both_levels:
        return rejected("NARR", "PmtTpInf stands both in PmtInf and in CdtTrfTxInf")
    return None


CONTENT: tuple[Callable[[Line], Status | None], ...] = (
    _amount,
    _currency,
    _creditor,
    _reference,
    _documents,
    _end_to_end_id,
    _payment_type,
    _instant,
    _reporting,
)


def content(line: Line) -> Status | None:
    """Return why one payment is refused, or None."""
    for check in CONTENT:
        found = check(line)
        if found is not None:
            return found
    return None


def execution_date(requested: date, today: date) -> date:
    """Return the first day on which the bank can do it: never before the date asked for."""
    return bank_calendar.bank_day_on_or_after(max(requested, today))
