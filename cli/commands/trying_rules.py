"""`books rules test FILE`: what each `[[rule]]` would take of a bank file.

Nothing is received and nothing is posted. A rule of a person comes late: what a KID, a
lump or another rule explains it never gets, though all that it says may hold. So the file
is planned as `books reconcile --dry-run FILE` does it, and each movement that a rule fits
is told with what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bankio import formats
from bankio.iso20022.values import AccountMessage
from cli import arguments
from cli.answer import Answer, Refused
from cli.commands import knowledge, receiving, reconcile
from cli.commands.rules import usable
from cli.options import Options
from cli.render import clean, count, money, table
from cli.wiring import opened
from ledger.accounts import text
from ledger.user_rules import UserRule
from reconcile import reissued
from reconcile.bank_transactions import BankEntry, BankReport, Movement, reports_of
from reconcile.known import Known, Plan, PlannedVoucher
from reconcile.matching import PARKED
from reconcile.rules import user_rule


@dataclass(frozen=True, slots=True)
class Become:
    """What `reconcile` makes of a movement."""

    rule: str | None = None
    """Whose it is; None where nothing is posted now."""
    why: str | None = None
    voucher: str | None = None
    """Which posts it already."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A movement, the rules that fit it, and what becomes of it."""

    movement: Movement
    fits: tuple[UserRule, ...]
    become: Become

    @property
    def is_taken(self) -> bool:
        """Whether a rule of the person posts it."""
        return self.become.rule == user_rule.RULE and self.become.voucher is None


def test(options: Options, file: Path) -> Answer:
    """Tell what each rule of books.toml would take of a bank file."""
    message = formats.read(arguments.content(file), file.name)
    if not isinstance(message, AccountMessage):
        raise Refused(f"{file}: {message.format} tells no movements of an account")
    with opened(options) as workplace:
        if not usable(workplace.books):
            raise Refused("books.toml has no [[rule]]")
        reports = reconcile.reports(receiving.peek(workplace, [file]).taken)
        known = knowledge.of(workplace, reports)
        found = list(_tried(reports_of(message, ""), reissued.plan(reports, known), known))
    return Answer([_row(each) for each in found], _text(found))


def _tried(reports: tuple[BankReport, ...], plan: Plan, known: Known) -> Iterator[Tried]:
    planned = dict(_planned(plan))
    for report in reports:
        for entry in report.entries:
            for movement in entry.movements:
                fits = user_rule.fitting(movement, known.user_rules)
                become = (
                    planned.get(movement.key)
                    or planned.get(entry.key)
                    or _unplanned(movement, entry, plan, known)
                )
                yield Tried(movement, fits, become)


def _planned(plan: Plan) -> Iterator[tuple[str, Become]]:
    """Yield what is planned, by the key of the movement; of a whole line by the line's."""
    for voucher in plan.vouchers:
        key = text(voucher.transaction.meta, "bank-ref")
        if key is not None:
            yield key, _become(voucher, {})
        for posting in voucher.transaction.postings:
            movement = text(posting.meta, "movement")
            if movement is not None:
                rule, why = voucher.reasons.get(movement, (None, None))
                own = {"rule": rule, "why": why} if rule else posting.meta
                yield movement, _become(voucher, own)


def _become(voucher: PlannedVoucher, own: Mapping[str, object]) -> Become:
    meta = {**voucher.transaction.meta, **own}
    return Become(rule=str(meta.get("rule", "")), why=str(meta.get("why", "")))


def _unplanned(movement: Movement, entry: BankEntry, plan: Plan, known: Known) -> Become:
    """Return why nothing of a movement is posted now."""
    for key in (movement.key, entry.key):
        if key in known.posted:
            return Become(voucher=known.posted[key])
    for held in plan.held:
        if held.bank_account == movement.bank_account and held.key in {None, entry.key}:
            return Become(why=held.reason)
    return Become()


def _row(tried: Tried) -> dict[str, object]:
    movement = tried.movement
    return {
        "ref": movement.key,
        "date": movement.booking_date.isoformat(),
        "amount": movement.amount.text,
        "currency": movement.amount.currency,
        "text": movement.text,
        "counterparty": movement.counterparty_name,
        "code": movement.code,
        "rules": [rule.name for rule in tried.fits],
        "taken": tried.is_taken,
        "account": tried.fits[0].account if tried.is_taken else None,
        "rule": tried.become.rule,
        "why": tried.become.why,
        "voucher": tried.become.voucher,
    }


def _text(found: list[Tried]) -> str:
    rows = [
        [
            each.movement.booking_date.isoformat(),
            money(each.movement.amount),
            " ".join(filter(None, (each.movement.counterparty_name, each.movement.text))),
            _told(each),
        ]
        for each in found
    ]
    taken = sum(each.is_taken for each in found)
    verb = "is" if taken == 1 else "are"
    sums = f"{count(taken, 'movement')} of {len(found)} {verb} taken by a rule."
    return "\n".join([table(rows, "lrll", indent=0), clean(sums)]) if rows else sums


def _told(tried: Tried) -> str:
    become = tried.become
    if not tried.fits:
        return "no rule"
    names = ", ".join(rule.name for rule in tried.fits)
    if tried.is_taken:
        return f"{names} -> {tried.fits[0].account}"
    if become.voucher is not None:
        return f"{names} fits, but it is in the books already: {become.voucher}"
    fits = f"{names} fits, but"
    if become.rule == PARKED:
        return f"{fits} it is parked: {become.why}"
    if become.rule is not None:
        return f"{fits} {become.rule} comes first: {become.why}"
    return f"{fits} nothing of it is posted now" + (f": {become.why}" if become.why else "")
