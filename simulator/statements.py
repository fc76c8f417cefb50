"""Statements (camt.053) and notifications (camt.054) of what was booked.

Source: ISO 20022 camt.053/camt.054, versions .001.02 and .001.08. The statement of a bank
day opens with the closing balance of the one before and is made even when nothing
happened. Where camt.054 is ordered the statement shows sums only, and each movement
carries the same reference in both.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from simulator import bank_calendar, customers, faults
from simulator.files import outbox, text_templates
from simulator.refusal import Refused
from simulator.state import State, with_offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """ISO's bank transaction code, and the clearing's own for sums of KID payments."""

    domain: str
    family: str
    sub_family: str
    proprietary: str = ""


CODES = {
    "payment": Code(domain="PMNT", family="ICDT", sub_family="DMCT"),
    "salary": Code(domain="PMNT", family="ICDT", sub_family="SALA"),
    "instant": Code(domain="PMNT", family="IRCT", sub_family="DMCT"),
    "foreign": Code(domain="PMNT", family="ICDT", sub_family="XBCT"),
    "transfer": Code(domain="PMNT", family="ICDT", sub_family="BOOK"),
    "kid": Code(domain="PMNT", family="RCDT", sub_family="VCOM", proprietary="230"),
    "receipt": Code(domain="PMNT", family="RCDT", sub_family="DMCT", proprietary="233"),
    "return": Code(domain="PMNT", family="RCDT", sub_family="RRTN"),
    "reversal": Code(domain="PMNT", family="RCDT", sub_family="RRTN"),
    "charge": Code(domain="ACMT", family="MDOP", sub_family="CHRG"),
    "interest": Code(domain="ACMT", family="MCOP", sub_family="INTR"),
    "interest-due": Code(domain="ACMT", family="MDOP", sub_family="INTR"),
    "card": Code(domain="PMNT", family="CCRD", sub_family="POSD"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One movement, as the template reads it (TxDtls)."""

    amount: int
    currency: str
    reference: str
    end_to_end_id: str
    message_id: str
    payment_information_id: str
    instruction_id: str
    kid: str
    text: str
    documents: Sequence[dict[str, Any]]
    counterparty: str
    counterparty_account: str
    return_code: str
    return_text: str
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a statement, as the template reads it (Ntry)."""

    number: int
    amount: int
    currency: str
    reversal: bool
    booking_date: str
    value_date: str
    reference: str
    code: Code
    lump: bool
    told: bool
    message_id: str
    payment_information_id: str
    text: str
    details: Sequence[Detail]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What TxsSummry says."""

    count: int
    sum: int
    net: int
    credits: int
    credit_sum: int
    debits: int
    debit_sum: int


def totals(entries: Sequence[Entry]) -> Totals:
    """Sum up entries the way TxsSummry wants them: gross, net, and each direction."""
    incoming = [e.amount for e in entries if e.amount >= 0]
    outgoing = [e.amount for e in entries if e.amount < 0]
    return Totals(
        count=len(entries),
        sum=sum(incoming) - sum(outgoing),
        net=sum(incoming) + sum(outgoing),
        credits=len(incoming),
        credit_sum=sum(incoming),
        debits=len(outgoing),
        debit_sum=-sum(outgoing),
    )


def _detail(row: Any, currency: str) -> Detail:
    return Detail(
        amount=row["amount"],
        currency=currency,
        reference=row["reference"],
        end_to_end_id=row["end_to_end_id"],
        message_id=row["message_id"],
        payment_information_id=row["payment_information_id"],
        instruction_id=row["instruction_id"],
        kid=row["kid"],
        text=row["text"],
        documents=json.loads(row["documents"]),
        counterparty=row["counterparty"],
        counterparty_account=row["counterparty_account"],
        return_code=row["return_code"],
        return_text=row["return_text"],
        extra=json.loads(row["extra"]),
    )


def read_entries(state: State, where: str, *arguments: Any) -> list[Entry]:
    """Read entries with their details. `where` is this package's own text."""
    sql = (
        "SELECT entry.*, account.currency FROM entry JOIN account"  # noqa: S608
        f" ON account.number = entry.account WHERE {where} ORDER BY entry.id"
    )
    rows = state.rows(sql, *arguments)
    entries = []
    for number, row in enumerate(rows, 1):
        details = state.rows("SELECT * FROM detail WHERE entry = ? ORDER BY id", row["id"])
        entries.append(
            Entry(
                number=number,
                amount=row["amount"],
                currency=row["currency"],
                reversal=bool(row["reversal"]),
                booking_date=row["booking_date"],
                value_date=row["value_date"],
                reference=row["reference"],
                code=CODES[row["kind"]],
                lump=bool(row["lump"]),
                told=bool(row["told"]),
                message_id=row["message_id"],
                payment_information_id=row["payment_information_id"],
                text=row["text"],
                details=[_detail(d, row["currency"]) for d in details],
            )
        )
    return entries


def _write(
    state: State,
    kind: str,
    version: str,
    accounts: Sequence[Any],
    body: dict[str, Any],
    *,
    hours: int = 0,
) -> None:
    """Fill a template for one customer and lay it ready."""
    if faults.take(state, "version") is not None:
        version = "02" if version == "08" else "08"
    customer = accounts[0]["orgnr"]
    number = state.next_number("return-message")
    filled = text_templates.fill(
        "camt053.xml" if kind == "C053" else "camt054.xml",
        {
            "version": version,
            "v8": version == "08",
            "message_id": f"{kind}{state.today:%Y%m%d}{number:07d}",
            "created": created(state),
            "customer": customer,
            "owner": accounts[0]["owner"],
            "bic": state.profile.bic,
            "page": None,
            **body,
        },
    )
    outbox.put(state, customer, kind, filled, hours)


def created(state: State) -> str:
    """Return the time that a file says it was made."""
    skew = faults.take(state, "clock_skew")
    minutes = int(skew["minutes"]) if skew is not None else 0
    return with_offset(state.now + timedelta(minutes=minutes))


def _by_customer(state: State, accounts: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Group accounts by customer and by the camt version that they ordered."""
    ordered = sorted(
        accounts,
        key=lambda a: (
            a["orgnr"],
            customers.agreement(state, a["number"]).camt_version,
            a["opened"],
            a["number"],
        ),
    )
    return [
        (version, list(group))
        for (_, version), group in groupby(
            ordered,
            key=lambda a: (
                a["orgnr"],
                customers.agreement(state, a["number"]).camt_version,
            ),
        )
    ]


def make_statements(state: State, day: date) -> None:
    """Make the statement of a bank day for every account that was open on it."""
    text = day.isoformat()
    accounts = state.rows(
        "SELECT * FROM account WHERE substr(opened, 1, 10) <= ? AND statement_day < ?",
        text,
        text,
    )
    for version, group in _by_customer(state, accounts):
        found = [_statement(state, account, text) for account in group]
        if faults.take(state, "reissued_statement") is not None:
            lacking = [_without_last_entry(one) for one in found]
            _write(state, "C053", version, group, {"statements": lacking})
            _write(state, "C053", version, group, {"statements": found}, hours=24)
        elif faults.take(state, "camt_pages") is not None:
            for number, page in enumerate(_pages(found), 1):
                body = {"statements": page, "page": (number, number == 2)}
                _write(state, "C053", version, group, body)
        else:
            _write(state, "C053", version, group, {"statements": found})


def _part(
    statement: dict[str, Any],
    entries: Sequence[Entry],
    codes: tuple[str, str],
    opening: int,
) -> dict[str, Any]:
    """Return a statement of some of the entries."""
    closing = opening + sum(entry.amount for entry in entries)
    return statement | {
        "entries": entries,
        "totals": totals(entries),
        "balances": ((codes[0], opening), (codes[1], closing)),
    }


def _without_last_entry(statement: dict[str, Any]) -> dict[str, Any]:
    entries = statement["entries"][:-1]
    return _part(statement, entries, ("OPBD", "CLBD"), statement["balances"][0][1])


def _pages(statements: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], ...]:
    """Part statements into two pages that meet in an interim balance (ITBD)."""
    first, second = [], []
    for one in statements:
        half = (len(one["entries"]) + 1) // 2
        start = _part(one, one["entries"][:half], ("OPBD", "ITBD"), one["balances"][0][1])
        first.append(start)
        middle = start["balances"][1][1]
        second.append(_part(one, one["entries"][half:], ("ITBD", "CLBD"), middle))
    return first, second


def _statement(state: State, account: Any, day: str) -> dict[str, Any]:
    """Make the next statement of an account's chain."""
    opening, number = account["statement_balance"], account["statement_number"] + 1
    found = _of_day(state, account, day, opening, number)
    state.run(
        "UPDATE account SET statement_day = ?, statement_balance = ?, statement_number = ?"
        " WHERE number = ?",
        day,
        found["balances"][1][1],
        number,
        account["number"],
    )
    return found


def _of_day(
    state: State, account: Any, day: str, opening: int, number: int
) -> dict[str, Any]:
    entries = read_entries(
        state, "entry.account = ? AND booking_date = ?", account["number"], day
    )
    if customers.agreement(state, account["number"]).discreet_salary:
        entries = [_discreet(entry) for entry in entries]
    closing = opening + sum(entry.amount for entry in entries)
    return {
        "id": f"{account['number']}.{day.replace('-', '')}",
        "number": number,
        "day": day,
        "duplicate": "",
        "account": account,
        "balances": (("OPBD", opening), ("CLBD", closing)),
        "totals": totals(entries),
        "entries": entries,
    }


def make_copy(state: State, number: str, day: date) -> None:
    """Make a copy of a statement that was made before, marked as one (DUPL)."""
    account = state.one("SELECT * FROM account WHERE number = ?", number)
    opened = date.fromisoformat(account["opened"][:10])
    text = day.isoformat()
    if (
        not bank_calendar.is_bank_day(day)
        or not opened <= day
        or text > account["statement_day"]
    ):
        raise Refused(f"{number} has no statement of {text}.")
    before = state.one(
        "SELECT COALESCE(SUM(amount), 0) AS moved FROM entry"
        " WHERE account = ? AND booking_date < ?",
        number,
        text,
    )["moved"]
    place = bank_calendar.bank_days_between(opened - timedelta(days=1), day)
    found = _of_day(state, account, text, account["opening"] + before, place)
    version = customers.agreement(state, number).camt_version
    _write(
        state, "C053", version, [account], {"statements": [found | {"duplicate": "DUPL"}]}
    )


def _discreet(entry: Entry) -> Entry:
    return replace(entry, told=False) if entry.code is CODES["salary"] else entry


def notify(state: State, *, daily: bool = False) -> None:
    """Tell in camt.054 what was booked since the last time, one file a direction.

    A customer may have ordered one file a day (`daily`) in place of one a run.
    """
    waiting = state.rows(
        "SELECT DISTINCT account.* FROM entry"
        " JOIN account ON account.number = entry.account"
        " JOIN agreement ON agreement.account = entry.account"
        " WHERE notified = 0 AND (? OR agreement.notify = 'run')",
        daily,
    )
    for version, group in _by_customer(state, waiting):
        for kind, sign in (("C54D", "<"), ("C54C", ">")):
            notifications = []
            for account in group:
                entries = read_entries(
                    state,
                    f"entry.account = ? AND notified = 0 AND entry.amount {sign} 0",
                    account["number"],
                )
                if entries:
                    notifications.append(_notification(state, account, kind, entries))
            if notifications:
                _write(state, kind, version, group, {"notifications": notifications})
        for account in group:
            state.run(
                "UPDATE entry SET notified = 1 WHERE notified = 0 AND account = ?",
                account["number"],
            )


def _notification(
    state: State, account: Any, kind: str, entries: Sequence[Entry]
) -> dict[str, Any]:
    number = state.next_number(f"notification/{account['number']}/{state.today}")
    return {
        "id": f"{account['number']}.{state.today:%Y%m%d}.{kind[-1]}{number:03d}",
        "account": account,
        "totals": totals(entries),
        "entries": entries,
    }
