"""What customers do, whichever door they come through: command, web page or SFTP.

Each function is one transaction that happens wholly or not at all.
"""

from typing import Any

from simulator import approvals, execution, recalls, statements, uploads
from simulator.approvals import Decision
from simulator.state import State, text_of
from simulator.uploads import Receipt


def approve(
    state: State, person: str, message_id: str | None, end_to_end_ids: tuple[str, ...] = ()
) -> Decision:
    """Approve, and execute at once what waits for no run."""
    with state.transaction():
        decided = _each(approvals.approve, state, person, message_id, end_to_end_ids)
        if execution.at_once(state):
            statements.notify(state)
        return _as_it_stands(state, decided)


def reject(
    state: State, person: str, message_id: str | None, end_to_end_ids: tuple[str, ...] = ()
) -> Decision:
    """Cancel payments before the run."""
    with state.transaction():
        return _each(approvals.reject, state, person, message_id, end_to_end_ids)


def _each(
    decide: Any,
    state: State,
    person: str,
    message_id: str | None,
    end_to_end_ids: tuple[str, ...],
) -> Decision:
    if not end_to_end_ids:
        decision: Decision = decide(state, person, message_id)
        return decision
    decisions = [decide(state, person, message_id, one) for one in end_to_end_ids]
    return Decision(
        payments=[p for one in decisions for p in one.payments],
        complete=sum(one.complete for one in decisions),
    )


def _as_it_stands(state: State, decided: Decision) -> Decision:
    now = [
        state.one("SELECT * FROM payment WHERE id = ?", p["id"]) for p in decided.payments
    ]
    return Decision(payments=now, complete=decided.complete)


def upload(
    state: State,
    body: bytes,
    file_name: str,
    *,
    person: str = "",
    customer: str = "",
    mark: str = "",
) -> Receipt | dict[str, Any]:
    """Take in a payment file, or a request to take payments back.

    `mark` names a delivery, so that one taken in before a crash is known after it.
    """
    with state.transaction():
        if mark:
            state.run(
                "INSERT INTO errand (due, kind, subject, done)"
                " VALUES (?, 'delivery', ?, 1)",
                text_of(state.now),
                mark,
            )
        if recalls.is_recall(body):
            return recalls.receive(state, body, customer)
        return uploads.receive(state, body, file_name, person, customer)
