"""The rows of an opening: a CSV file with a header, separated by `;`, `,` or tab.

| column             | Norwegian        | what                                             |
|--------------------|------------------|--------------------------------------------------|
| `account`          | konto            | number in the chart (`2400`) or the full name    |
| `amount`           | beløp            | debit positive, credit negative; or in its stead |
| `debit` `credit`   | debet, kredit    | one of the two, positive                         |
| `party`            | part, reskontro  | `L10001`, `K20001`, `A1`                         |
| `name`             | navn             | of the party                                     |
| `orgnr`            | orgnr            | of the party                                     |
| `invoice`          | faktura          | number of the bill or invoice                    |
| `open_item`        | åpen post        | the item's key, where invoice does not make one  |
| `due`              | forfall          | due date                                         |
| `kid`              | kid              | payment reference                                |
| `creditor_account` | bankkonto        | where a bill is to be paid                       |
| `text`             | tekst            | what the item is about                           |
| `currency` `value` | valuta, verdi    | of a foreign item: currency, and worth at home   |
| `at_bank`          | i banken         | EndToEndId or reference of a payment of the item |
|                    |                  | that the old system has already sent             |
| `execution_date`   | betales          | when the bank is to pay it                       |

A row with a party, an invoice or an open item is an open item; any other row is the
balance of an account. Amounts may be written `1 234,50`, dates `31.08.2026`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.errors import BooksError
from ledger.importers import typed_values

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "account": ("konto", "kontonummer"),
    "amount": ("beløp", "saldo"),
    "debit": ("debet",),
    "credit": ("kredit",),
    "party": ("part", "reskontro", "partnr"),
    "name": ("navn",),
    "orgnr": ("organisasjonsnummer",),
    "invoice": ("faktura", "fakturanr"),
    "open_item": ("åpen post", "open item", "post"),
    "due": ("forfall", "forfallsdato"),
    "kid": (),
    "creditor_account": ("bankkonto", "til konto", "creditor account"),
    "text": ("tekst",),
    "currency": ("valuta",),
    "value": ("verdi",),
    "at_bank": ("i banken", "at bank"),
    "execution_date": ("betales", "betalingsdato", "execution date"),
}
_NAMES = {alias: name for name, aliases in COLUMNS.items() for alias in (name, *aliases)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRow:
    """One row, typed. Empty cells are empty text or None."""

    line: int
    account: str
    amount: Decimal
    party: str = ""
    name: str = ""
    orgnr: str = ""
    invoice: str = ""
    open_item: str = ""
    due: dt.date | None = None
    kid: str = ""
    creditor_account: str = ""
    text: str = ""
    currency: str = ""
    value: Decimal | None = None
    at_bank: str = ""
    execution_date: dt.date | None = None

    @property
    def is_item(self) -> bool:
        """Whether the row is an open item and not the balance of an account."""
        return bool(self.party or self.invoice or self.open_item)


def rows_of(data: bytes, source: str, errors: list[BooksError]) -> tuple[OpeningRow, ...]:
    """Return the rows of the file; what cannot be read is added to `errors`."""
    text = _decoded(data)
    if "\0" in text:
        errors.append(BooksError(source, 0, "is no CSV file: it has zero bytes"))
        return ()
    first = text.partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[OpeningRow] = []
    header: tuple[str, ...] | None = None
    line = 0
    try:
        for cells in reader:
            # A quoted cell may hold line breaks: the row begins after the one before it.
            start, line = line + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, source, start, errors)
                if header is None:
                    return ()
                continue
            row = _row(header, cells, source, start, errors)
            if row is not None:
                rows.append(row)
    except csv.Error as error:
        errors.append(BooksError(source, reader.line_num, f"is no CSV: {error}"))
    if header is None:
        errors.append(BooksError(source, 0, f"is empty. {_expected()}"))
    return tuple(rows)


def _decoded(data: bytes) -> str:
    """Return the text: UTF-8, or what spreadsheets on Windows write."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _header(
    cells: Sequence[str], source: str, line: int, errors: list[BooksError]
) -> tuple[str, ...] | None:
    names = tuple(_NAMES.get(" ".join(cell.lower().split()), "") for cell in cells)
    before = len(errors)
    for cell, name in zip(cells, names, strict=True):
        if not name and cell.strip():
            errors.append(
                BooksError(source, line, f'column "{cell}" is unknown. {_expected()}')
            )
        elif name and names.count(name) > 1:
            errors.append(BooksError(source, line, f'column "{cell}" is there twice'))
    if "account" not in names or not {"amount", "debit", "credit"} & set(names):
        errors.append(
            BooksError(source, line, f"the header needs account and amount. {_expected()}")
        )
    return names if len(errors) == before else None


def _expected() -> str:
    return f"Columns are {', '.join(COLUMNS)}."


def _row(
    header: Sequence[str],
    cells: Sequence[str],
    source: str,
    line: int,
    errors: list[BooksError],
) -> OpeningRow | None:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        message = (
            f"has {len(cells)} cells, the header {len(header)}. An amount with a decimal"
            " comma needs quotes where commas separate"
        )
        errors.append(BooksError(source, line, message))
        return None
    values = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
    reader = _Cells(values, source, line, errors)
    before = len(errors)
    account = values.get("account", "")
    if not account:
        reader.error("account", "is empty; it is a number such as 2400")
    number = reader.number()
    row = OpeningRow(
        line=line,
        account=account,
        amount=number,
        party=values.get("party", ""),
        name=values.get("name", ""),
        orgnr=values.get("orgnr", ""),
        invoice=values.get("invoice", ""),
        open_item=values.get("open_item", ""),
        due=reader.day("due"),
        kid=values.get("kid", ""),
        creditor_account=values.get("creditor_account", ""),
        text=values.get("text", ""),
        currency=values.get("currency", "").upper(),
        value=reader.amount("value"),
        at_bank=values.get("at_bank", ""),
        execution_date=reader.day("execution_date"),
    )
    return row if len(errors) == before else None


@dataclass(frozen=True, slots=True)
class _Cells:
    values: Mapping[str, str]
    source: str
    line: int
    errors: list[BooksError]

    def error(self, column: str, message: str) -> None:
        self.errors.append(BooksError(self.source, self.line, f"{column}: {message}"))

    def amount(self, column: str) -> Decimal | None:
        written = self.values.get(column, "")
        if not written:
            return None
        number = typed_values.amount(written)
        if number is None:
            self.error(column, f'"{written}" is no amount, such as 1 234,50')
            return Decimal(0)
        return number

    def number(self) -> Decimal:
        """Return the signed amount from `amount`, or from `debit` less `credit`."""
        given = {
            column: number
            for column in ("amount", "debit", "credit")
            if (number := self.amount(column)) is not None
        }
        if "amount" in given and len(given) > 1:
            self.error("amount", "stands beside debit or credit; fill in one of them")
        elif not given:
            self.error("amount", "is empty")
        elif any(given.get(column, Decimal(0)) < 0 for column in ("debit", "credit")):
            self.error("debit", "and credit are positive; which of the two tells the sign")
        if "amount" in given:
            return given["amount"]
        return given.get("debit", Decimal(0)) - given.get("credit", Decimal(0))

    def day(self, column: str) -> dt.date | None:
        written = self.values.get(column, "")
        if not written:
            return None
        day = typed_values.date(written)
        if day is None:
            self.error(column, f'"{written}" is no date, such as 2026-08-31')
        return day
