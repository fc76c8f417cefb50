"""The bank reconciliation statement as one HTML page: no script, and nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from cli.render import clean, money
from cli.wiring import Workplace
from ledger.payments import PaymentStanding, PaymentState
from reconcile.bank_reconciliation import BankReconciliation
from reconcile.signatures import Signature

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto;
  padding: 0 1rem; color: #1b1b1b }
h1 { font-size: 1.4rem; margin-bottom: 0 }
h2 { font-size: 1.05rem; margin-top: 1.6rem }
table { border-collapse: collapse; width: 100% }
td { padding: .3rem .5rem; text-align: left; vertical-align: top }
tr { border-bottom: 1px solid #ddd }
td.sum { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
tr.total { font-weight: 600; border-top: 2px solid #444 }
.hash { font: 12px ui-monospace, monospace; word-break: break-all; color: #555 }
.wrong { color: #a40000; font-weight: 600 }
.sign { margin-top: 3rem; display: flex; gap: 3rem }
.sign div { flex: 1; border-top: 1px solid #444; padding-top: .3rem }
@media print { body { margin: 0; max-width: none } }
"""

_NB = {
    "title": "Bankavstemming",
    "at": "Konto {number} ({account}) i {currency} ved utgangen av {date}",
    "bank": "Saldo ifølge banken",
    "books": "Saldo i regnskapet",
    "difference": "Differanse",
    "outstanding": "Betalinger på vei",
    "clearing": "På interimskonto",
    "parked": "Uavklart, som bøkene har det (minus er kredit: penger inn)",
    "transfers": "Mellom egne kontoer",
    "none": "Ingen.",
    "evidence": "Dokumentasjon",
    "statement": "Kontoutskrift for {date}, nr. {number}",
    "opening": "Åpningssaldo i books.toml; ingen dag er avstemt.",
    "unexplained": "Ikke forklart",
    "comment": "mangler kommentar",
    "day": "1 dag",
    "days": "{age} dager",
    "doubt": "Ikke avstemt fra {date}: {why}",
    "prepared": "Utarbeidet av",
    "reviewed": "Kontrollert av",
}
_EN = {
    "title": "Bank reconciliation statement",
    "at": "Account {number} ({account}) in {currency} at the end of {date}",
    "bank": "Balance by the bank",
    "books": "Balance in the books",
    "difference": "Difference",
    "outstanding": "Payments on their way",
    "clearing": "On the clearing account",
    "parked": "Parked, as the books have it (minus is credit: money in)",
    "transfers": "Between own accounts",
    "none": "None.",
    "evidence": "Evidence",
    "statement": "Statement of {date}, number {number}",
    "opening": "Opening balance in books.toml; no day is proved.",
    "unexplained": "Not explained",
    "comment": "needs a comment",
    "day": "1 day",
    "days": "{age} days",
    "doubt": "Not proved from {date} on: {why}",
    "prepared": "Prepared by",
    "reviewed": "Reviewed by",
}


_NB_STATES = {
    PaymentState.PREPARED: "klargjort",
    PaymentState.UNKNOWN: "uvisst om levert",
    PaymentState.TRANSMITTED: "sendt",
    PaymentState.RECEIVED: "mottatt av banken",
    PaymentState.ACCEPTED: "godtatt av banken",
    PaymentState.PENDING: "venter i banken",
    PaymentState.CANCEL_REQUESTED: "stans er bedt om",
    PaymentState.BOOKED: "bokført",
    PaymentState.BOOKED_OTHERWISE: "ført annerledes enn sendt",
    PaymentState.RETURNED: "returnert",
    PaymentState.REJECTED: "avvist",
    PaymentState.CANCELLED: "stanset",
    PaymentState.DROPPED: "aldri levert",
}


def of(
    workplace: Workplace,
    found: BankReconciliation,
    signatures: Sequence[Signature],
) -> str:
    """Return the page of one account and day."""
    company = workplace.books.company
    words = _NB if company.language == "nb" else _EN
    account = found.bank_account
    heading = words["at"].format(
        number=account.number,
        account=account.account,
        currency=account.currency,
        date=found.date,
    )
    body = [
        f"<h1>{_text(words['title'])}</h1>",
        f"<p>{_text(company.name)}, {_text(company.orgnr)}<br>{_text(heading)}</p>",
        _table(_balances(found, words)),
        _doubt(found, words, company.language),
        f"<h2>{_text(words['outstanding'])}</h2>",
        _table(_outstanding(found, company.language)) or f"<p>{_text(words['none'])}</p>",
        f"<h2>{_text(words['clearing'])}</h2>",
        _table(_clearing(found, words)) or f"<p>{_text(words['none'])}</p>",
        f"<h2>{_text(words['parked'])}</h2>",
        _table(_parked(found, words)) or f"<p>{_text(words['none'])}</p>",
        *_between(found, words),
        f"<h2>{_text(words['evidence'])}</h2>",
        _evidence(found, words),
        _signed(signatures, words, company.language),
    ]
    title = f"{words['title']} {account.number} {found.date}"
    return (
        f'<!doctype html>\n<html lang="{company.language}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>"
    )


def _text(text: str) -> str:
    return escape(clean(text))


Row = tuple[Sequence[str], str, str]
"""Cells before the sum, the sum, and the row's class."""


def _table(rows: Iterable[Row]) -> str:
    made = [
        f'<tr class="{kind}">'
        + "".join(f"<td>{_text(cell)}</td>" for cell in cells)
        + f'<td class="sum">{_text(amount)}</td></tr>'
        for cells, amount, kind in rows
    ]
    return f"<table>{''.join(made)}</table>" if made else ""


def _balances(found: BankReconciliation, words: dict[str, str]) -> list[Row]:
    wrong = "total wrong" if found.difference else "total"
    return [
        ((words["bank"],), money(found.bank), ""),
        ((words["books"],), money(found.books), ""),
        ((words["difference"],), money(found.difference), wrong),
    ]


def _doubt(found: BankReconciliation, words: dict[str, str], language: str) -> str:
    if found.doubt is None:
        return ""
    why = found.doubt.why(language)
    told = words["doubt"].format(date=found.doubt.date, why=why)
    return f'<p class="wrong">{_text(told)}</p>'


def _state(standing: PaymentStanding, language: str) -> str:
    """Return where a payment is now, in the language of the books."""
    nb = _NB_STATES.get(standing.state, str(standing.state))
    state = nb if language == "nb" else str(standing.state)
    return f"{state} {standing.booked}" if standing.booked else state


def _outstanding(found: BankReconciliation, language: str) -> list[Row]:
    rows: list[Row] = [
        (
            (
                each.execution_date.isoformat(),
                each.payment.creditor_name,
                f"{each.payment.end_to_end_id} ({_state(each, language)})",
            ),
            money(-each.payment.amount),
            "",
        )
        for each in found.outstanding
    ]
    if rows:
        rows.append((("", "", ""), money(-found.outstanding_total), "total"))
    return rows


def _age(days: int, words: dict[str, str]) -> str:
    return words["day" if days == 1 else "days"].format(age=days)


def _asks(found: BankReconciliation, key: str, words: dict[str, str]) -> str:
    if key in found.comments:
        return f": {found.comments[key]}"
    return f", {words['comment']}" if key in found.comments_missing else ""


def _clearing(found: BankReconciliation, words: dict[str, str]) -> list[Row]:
    rows: list[Row] = [
        (
            (each.date.isoformat(), f"{each.reason}{_asks(found, each.key, words)}"),
            money(each.amount),
            "",
        )
        for each in found.clearing.rests
    ]
    if found.clearing.unexplained:
        rows.append(
            (("", words["unexplained"]), money(found.clearing.unexplained), "wrong")
        )
    return rows


def _parked(found: BankReconciliation, words: dict[str, str]) -> list[Row]:
    return [
        (
            (
                each.date.isoformat(),
                f"{each.account} {each.open_item or ''}",
                each.text,
                _age(each.age, words) + _asks(found, each.open_item or "", words),
            ),
            money(each.amount),
            "",
        )
        for each in found.parked
    ]


def _between(found: BankReconciliation, words: dict[str, str]) -> list[str]:
    rows: list[Row] = [
        (
            (
                each.date.isoformat(),
                each.account,
                _age(each.age, words) + _asks(found, each.key, words),
            ),
            f"{money(each.amount)} {each.amount.currency}",
            "",
        )
        for each in found.transfers
    ]
    return [f"<h2>{_text(words['transfers'])}</h2>", _table(rows)] if rows else []


def _evidence(found: BankReconciliation, words: dict[str, str]) -> str:
    statement = found.statement
    if statement is None:
        return f"<p>{_text(words['opening'])}</p>"
    told = words["statement"].format(
        date=statement.date, number=statement.sequence_number or "-"
    )
    hashes = {statement.sha256: told}
    hashes |= {each.sha256: each.reason for each in found.clearing.rests}
    return "".join(
        f'<p>{_text(what)}<br><span class="hash">sha256 {_text(digest)}</span></p>'
        for digest, what in hashes.items()
    )


def _signed(signatures: Sequence[Signature], words: dict[str, str], language: str) -> str:
    boxes = []
    for role in ("prepared", "reviewed"):
        of_role = [each for each in signatures if each.role == role]
        who = ", ".join(f"{each.by} {each.date}" for each in of_role if each.holds)
        lapsed = "".join(
            f'<p class="wrong">{_text(f"{each.by} {each.date}: {each.why(language)}")}</p>'
            for each in of_role
            if not each.holds
        )
        boxes.append(f"<div>{_text(words[role])}: {_text(who)}{lapsed}</div>")
    return f'<div class="sign">{"".join(boxes)}</div>'
