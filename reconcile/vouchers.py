"""From findings to vouchers: the transactions that are written, without number and chain.

A detail posts item against clearing; a statement's entry posts bank against clearing
where its details were told, against items where it is first to tell them, and against
suspense where nobody knows. All text of a bank passes through as it came; the writer
of the books cleans it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from bankio.amount import Amount
from ledger.directives import MetaValue, Posting, Transaction
from reconcile.bank_transactions import BankEntry, Movement
from reconcile.evidence import Evidence, credit_key
from reconcile.known import PlannedVoucher
from reconcile.matches import Finding, Leg, Match
from reconcile.matching import PARKED
from reconcile.returned_payments import comes_back, reason_of
from reconcile.rules import user_rule
from reconcile.wording import counted, say

#: What Beancount takes as a link.
_LINK = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)


def link_of(open_item: str) -> str | None:
    """Return the link that shows an open item; None where Beancount takes no such link."""
    return open_item if _LINK.fullmatch(open_item) else None


def links(legs: Iterable[Leg]) -> tuple[str, ...]:
    """Return the open items of the legs as links, sorted."""
    keys = {leg.open_item for leg in legs if leg.open_item}
    return tuple(sorted(filter(None, map(link_of, keys))))


def legs_of(movement: Movement, finding: Finding, evidence: Evidence) -> tuple[Leg, ...]:
    """Return the legs of a match, or the one suspense leg of a doubt."""
    if isinstance(finding, Match):
        return finding.legs
    roles = evidence.roles
    incoming = movement.amount.number > 0
    return (
        Leg(
            account=roles.suspense_in if incoming else roles.suspense_out,
            amount=-movement.amount,
            open_item=credit_key(movement.key),
            meta=_part(finding.part)
            | _returned(movement, evidence.language)
            | _fitting(movement, finding.part, evidence),
        ),
    )


def _part(identification: str | None) -> dict[str, MetaValue]:
    return {"payment-information-id": identification} if identification else {}


def _fitting(
    movement: Movement, part: str | None, evidence: Evidence
) -> dict[str, MetaValue]:
    """Return the rule of a person that fits, if one alone does: what it says is offered."""
    found = user_rule.fitting(movement, evidence.known.user_rules)
    is_one = len({(rule.account, rule.vat) for rule in found}) == 1
    return {"user-rule": found[0].name} if is_one and part is None else {}


def _returned(movement: Movement, language: str) -> dict[str, MetaValue]:
    """Return why money came back: whoever finds its payment holds the bill for that."""
    if not comes_back(movement):
        return {}
    return {"reason": reason_of(movement, language)}


def item_posting(movement: Movement, leg: Leg, *, key: str | None = None) -> Posting:
    """Return the posting of a leg, with what the bank told about the movement."""
    meta: dict[str, MetaValue] = {}
    if leg.open_item:
        meta["open-item"] = leg.open_item
    meta["movement"] = key or movement.key
    if movement.end_to_end_id:
        meta["end-to-end-id"] = movement.end_to_end_id
    if movement.kid:
        meta["kid"] = movement.kid
    if movement.counterparty_account:
        incoming = movement.amount.number > 0
        name = "debtor-account" if incoming else "counterparty-account"
        meta[name] = movement.counterparty_account
    meta.update(leg.meta)
    return Posting(
        account=leg.account,
        units=leg.amount,
        total_price=leg.total_price,
        meta=meta,
    )


def detail_voucher(
    movement: Movement,
    finding: Finding,
    evidence: Evidence,
    *,
    clearing: str,
    group: str | None,
) -> PlannedVoucher:
    """Return the voucher of a detail: item against clearing."""
    legs = legs_of(movement, finding, evidence)
    matched = isinstance(finding, Match)
    payee, narration = _heading(movement, finding, evidence)
    return PlannedVoucher(
        transaction=Transaction(
            date=movement.booking_date,
            payee=payee,
            narration=narration,
            links=links(legs),
            meta={"rule": _rule(finding), "why": _why(finding)},
            postings=(
                *(item_posting(movement, leg) for leg in legs),
                Posting(account=clearing, units=movement.amount),
            ),
        ),
        sha256=movement.sha256,
        key=movement.key,
        group=group,
        parked=not matched,
        reason=_waits(finding),
        place=str(movement.place),
    )


def batch_voucher(
    found: Sequence[tuple[Movement, Match]],
    evidence: Evidence,
    *,
    clearing: str,
    group: str,
) -> PlannedVoucher:
    """Return one voucher for many details that are certain, each with its movement."""
    total = Amount.zero(found[0][0].amount.currency)
    postings: list[Posting] = []
    for movement, match in found:
        total += movement.amount
        postings.extend(item_posting(movement, leg) for leg in match.legs)
    language, first = evidence.language, found[0][0]
    return PlannedVoucher(
        transaction=Transaction(
            date=first.booking_date,
            payee=say(language, "bank"),
            narration=_lump_narration(total, len(found), language),
            meta={"rule": "batch", "why": say(language, "why-batch", count=len(found))},
            postings=(*postings, Posting(account=clearing, units=total)),
        ),
        sha256=first.sha256,
        key=first.key,
        group=group,
        place=str(first.place),
        reasons={movement.key: (match.rule, match.why) for movement, match in found},
    )


def statement_voucher(
    entry: BankEntry,
    found: Sequence[tuple[Movement, Finding]],
    evidence: Evidence,
    *,
    bank: str,
    clearing: str,
    cleared: Amount,
    why: str | None,
) -> PlannedVoucher:
    """Return the voucher of a statement's entry.

    Args:
        entry: What the statement shows.
        found: Movements that the statement is first to tell, with what they are.
        evidence: For the words and the accounts.
        bank: Ledger account of the bank account.
        clearing: Its clearing account.
        cleared: How much of the entry other files told.
        why: Of the part that is cleared.
    """
    postings = [Posting(account=bank, units=entry.amount)]
    if cleared:
        postings.insert(0, Posting(account=clearing, units=-cleared))
    all_legs: list[Leg] = []
    settling: list[Posting] = []
    for movement, finding in found:
        legs = legs_of(movement, finding, evidence)
        all_legs.extend(legs)
        for leg in legs:
            posting = item_posting(movement, leg)
            if len(found) > 1 or why is not None:
                reasons = {"rule": _rule(finding), "why": _why(finding)}
                posting = Posting(
                    account=posting.account,
                    units=posting.units,
                    total_price=posting.total_price,
                    meta={**posting.meta, **reasons},
                )
            settling.append(posting)
    payee, narration = _statement_heading(entry, found, evidence)
    doubts = [_waits(finding) for _, finding in found if not isinstance(finding, Match)]
    waits = [*doubts, *(_waits(finding) for _, finding in found)]
    rule, told = _statement_why(found, why, evidence)
    return PlannedVoucher(
        transaction=Transaction(
            date=entry.booking_date,
            payee=payee,
            narration=narration,
            links=links(all_legs) if len(all_legs) <= 20 else (),
            meta={"bank-ref": entry.key, "rule": rule, "why": told},
            postings=(*settling, *postings),
        ),
        sha256=entry.sha256,
        key=entry.key,
        parked=bool(doubts),
        reason=next((reason for reason in waits if reason), None),
        place=str(entry.place),
    )


def explaining_voucher(
    *,
    entry_key: str,
    suspense_item: str,
    suspense_account: str,
    part: str | None,
    amount: Amount,
    clearing: str,
    day: date,
    sources: str,
    sha256: str,
    place: str,
    evidence: Evidence,
) -> PlannedVoucher:
    """Return the voucher that moves a parked entry to clearing: its details have come.

    It names the same part of a remittance as the entry: nothing of it is parked any more.
    """
    language = evidence.language
    why = say(language, "why-explained", entry=entry_key, sources=sources)
    return PlannedVoucher(
        transaction=Transaction(
            date=day,
            payee=say(language, "bank"),
            narration=say(language, "explained"),
            links=(suspense_item,),
            meta={"rule": "lump", "why": why},
            postings=(
                Posting(
                    account=suspense_account,
                    units=amount,
                    meta={"open-item": suspense_item, **_part(part)},
                ),
                Posting(account=clearing, units=-amount),
            ),
        ),
        sha256=sha256,
        key=f"explained/{entry_key}",
        place=place,
    )


def gap_voucher(
    *,
    key: str,
    day: date,
    amount: Amount,
    bank: str,
    sha256: str,
    place: str,
    evidence: Evidence,
) -> PlannedVoucher:
    """Return the voucher of money that moved on statements that are missing for good."""
    return PlannedVoucher(
        transaction=_gap_transaction(key, day, amount, amount, bank, evidence),
        sha256=sha256,
        key=key,
        parked=True,
        reason=say(evidence.language, "gap-accepted"),
        place=place,
    )


def gap_explained_voucher(
    *,
    key: str,
    day: date,
    amount: Amount,
    bank: str,
    sha256: str,
    place: str,
    evidence: Evidence,
) -> PlannedVoucher:
    """Return the voucher that takes back a `gap_voucher`: its statements have come.

    What a person has booked the parked money to meanwhile stands; the item of the gap
    then waits with the opposite sign.
    """
    own = f"{key}-explained"
    return PlannedVoucher(
        transaction=_gap_transaction(own, day, -amount, amount, bank, evidence, of=key),
        sha256=sha256,
        key=own,
        place=place,
    )


def _gap_transaction(
    key: str,
    day: date,
    moved: Amount,
    gap: Amount,
    bank: str,
    evidence: Evidence,
    of: str | None = None,
) -> Transaction:
    language, roles = evidence.language, evidence.roles
    suspense = roles.suspense_in if gap.number > 0 else roles.suspense_out
    why = say(language, "gap-explained" if of else "gap-accepted")
    return Transaction(
        date=day,
        payee=say(language, "bank"),
        narration=say(language, "gap-narration"),
        meta={"bank-ref": key, "rule": "accepted-gap", "why": why},
        postings=(
            Posting(
                account=suspense, units=-moved, meta={"open-item": credit_key(of or key)}
            ),
            Posting(account=bank, units=moved),
        ),
    )


def _statement_why(
    found: Sequence[tuple[Movement, Finding]], why: str | None, evidence: Evidence
) -> tuple[str, str]:
    if not found:
        return "lump", why or ""
    rules = {_rule(finding) for _, finding in found}
    if why is None and (len(found) == 1 or rules == {"lump"}):
        # a lump that our own list splits tells no details; each part has the same reason
        return _rule(found[0][1]), _why(found[0][1])
    details = say(evidence.language, "why-details", count=len(found))
    return "details", "; ".join(filter(None, (details, why)))


def _statement_heading(
    entry: BankEntry, found: Sequence[tuple[Movement, Finding]], evidence: Evidence
) -> tuple[str, str]:
    language = evidence.language
    if len(found) == 1 and len(entry.movements) == 1:
        payee, narration = _heading(*found[0], evidence)
        return payee or say(language, "bank"), narration
    count = max(entry.number_of_transactions or 0, entry.payments)
    return say(language, "bank"), _lump_narration(entry.amount, count, language)


def _lump_narration(amount: Amount, count: int, language: str) -> str:
    text = "receipts" if amount.number > 0 else "payments"
    return say(language, text, count=counted(language, count))


def _heading(
    movement: Movement, finding: Finding, evidence: Evidence
) -> tuple[str | None, str]:
    if isinstance(finding, Match):
        return finding.payee, finding.narration
    if finding.narration is not None:
        return movement.counterparty_name, finding.narration
    incoming = movement.amount.number > 0
    unknown = say(evidence.language, "unknown-receipt" if incoming else "unknown-payment")
    narration = f"{unknown}: {movement.text}" if movement.text else unknown
    return movement.counterparty_name, narration


def _rule(finding: Finding) -> str:
    return finding.rule if isinstance(finding, Match) else PARKED


def _why(finding: Finding) -> str:
    return finding.why if isinstance(finding, Match) else finding.reason


def _waits(finding: Finding) -> str | None:
    return finding.waits if isinstance(finding, Match) else finding.reason
