"""`books resolve`: a person says that a payment stands as the books have it.

The bank rejected it and then booked it, or we said that it was never sent and the bank has
it: the books follow the booking, and one of the two words is wrong. Who has asked the bank
writes down its answer, and the alarm ends. No money moves, and no state changes: what is
posted to the wrong place is undone and placed as always (`books undo`, `match`, `book`),
and what is parked is an alarm of its own until it is placed.

An answer to an identification of our form that nobody here knows stops all paying. Where
books and archive are the newest, it is explained in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence

from cli.answer import Answer, ExitCode, Refused
from cli.commands import lines, ordered, references
from cli.options import Options
from cli.render import line
from cli.typed_text import said
from cli.wiring import Workplace, opened
from ledger import contradictions
from ledger.contradictions import Contradiction, Resolution
from ledger.payments import Payment, PaymentStanding
from reconcile.unknown_identifications import UnknownIdentification


def run(options: Options, reference: str, reason: str) -> Answer:
    """Resolve what contradicts a payment, those of a message, or those of an item."""
    reason = said(reason, "--reason")
    with opened(options) as workplace:
        unknown = ordered.unknown_answers(workplace).get(reference)
        if unknown is not None:
            return _explained(workplace, unknown, reason)
        concerned = [each for each in _named(workplace, reference) if each.unresolved]
        made = [
            _resolution(workplace, standing, each, reason)
            for standing in concerned
            for each in standing.unresolved
        ]
        lines.write(workplace, [contradictions.line(each) for each in made], note=reference)
        names = {each.payment.end_to_end_id for each in concerned}
        after = [
            each
            for each in ordered.standings(workplace.reloaded())
            if each.payment.end_to_end_id in names
        ]
        return _answer(after, made)


def _explained(workplace: Workplace, unknown: UnknownIdentification, reason: str) -> Answer:
    """Write down what an answer is about that names nothing of ours: paying goes on."""
    made = [
        Resolution(
            end_to_end_id=unknown.name,
            contradicted=contradictions.of_file(sha256),
            told=unknown.alarm,
            reason=reason,
            by=workplace.user,
            on=workplace.clock.today,
        )
        for sha256 in unknown.files
    ]
    lines.write(workplace, [contradictions.line(each) for each in made], note=unknown.name)
    data = {
        "payments": [],
        "identification": unknown.name,
        "resolved": [
            {"contradicted": each.contradicted, "told": each.told} for each in made
        ],
        "reason": reason,
        "by": workplace.user,
    }
    told = [
        line(f"{unknown.name}: no payment of these books."),
        line(f"resolved: {reason} ({workplace.user})", 2),
    ]
    return Answer(data, "\n".join(told), ExitCode.DONE)


def _named(workplace: Workplace, given: str) -> list[PaymentStanding]:
    """Return the payments that a reference names; refuse where nothing contradicts one."""
    found = references.find(workplace, given)
    if found.kind not in {"payment", "remittance", "open-item"}:
        raise Refused(f"{given}: is a {found.kind}; name a payment, message or item")
    standings = [
        each for each in ordered.standings(workplace) if found.name in _names(each.payment)
    ]
    if not any(each.unresolved for each in standings):
        raise Refused(*_why_not(given, standings))
    return standings


def _names(payment: Payment) -> set[str]:
    """Return what a payment can be named by: itself, its message, and what it pays."""
    items = (paid.open_item for paid in payment.items)
    return {payment.end_to_end_id, payment.message_id, *items}


def _why_not(given: str, standings: Sequence[PaymentStanding]) -> list[str]:
    """Return what ends the alarms of payments that no word contradicts."""
    if not standings:
        return [f"{given}: no payment of it was ordered (books payments)"]
    parked = [entry for each in standings for entry in each.undecided]
    if parked:
        return [
            f"{given}: {abs(each.amount)} is parked as {each.open_item}; it ends with"
            " books match or books book"
            for each in parked
        ]
    done = [each.resolution for s in standings for each in s.contradictions]
    told = dict.fromkeys(f"{e.on}: {e.reason} ({e.by})" for e in done if e is not None)
    if told:
        return [f"{given}: was resolved before, {each}" for each in told]
    return [f"{given}: nothing contradicts it; there is nothing to resolve"]


def _resolution(
    workplace: Workplace, standing: PaymentStanding, each: Contradiction, reason: str
) -> Resolution:
    return Resolution(
        end_to_end_id=standing.payment.end_to_end_id,
        contradicted=each.contradicted,
        told=each.told,
        reason=reason,
        by=workplace.user,
        on=workplace.clock.today,
    )


def _answer(after: Sequence[PaymentStanding], made: Sequence[Resolution]) -> Answer:
    told = []
    for each in after:
        payment = each.payment
        items = ", ".join(paid.open_item for paid in payment.items)
        booked = f" {each.booked}" if each.booked else ""
        told.append(
            line(
                f"{payment.end_to_end_id} {payment.amount} ({items}): {each.state}{booked}."
            )
        )
        told += [
            line(f"resolved: {one.told}; {one.reason} ({one.by})", 2)
            for one in made
            if one.end_to_end_id == payment.end_to_end_id
        ]
        told += [line(f"ALARM {alarm}", 2) for alarm in each.alarms]
    data = {
        "payments": [
            {
                "end_to_end_id": each.payment.end_to_end_id,
                "state": str(each.state),
                "booked": each.booked.isoformat() if each.booked else None,
                "resolved": [
                    {"contradicted": one.contradicted, "told": one.told}
                    for one in made
                    if one.end_to_end_id == each.payment.end_to_end_id
                ],
                "alarms": list(each.alarms),
            }
            for each in after
        ],
        "reason": made[0].reason,
        "by": made[0].by,
    }
    code = ExitCode.WAITS if any(each.alarms for each in after) else ExitCode.DONE
    return Answer(data, "\n".join(told), code)
