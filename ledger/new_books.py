"""Make new books: the whole folder, with a chart that an accountant can read.

    books.toml  main.beancount  accounts.beancount  .gitignore
    vouchers/2026/09.beancount          a person's first file, with an example in comments
    vouchers/2026/09-import.beancount   the opening voucher IB2026-1
    bank/2026/09.beancount              the opening balance, then what reconcile writes

A Beancount `balance` holds at the *start* of its day. So the opening voucher is dated the
day before the first day, and the balance on the first day proves it; year end likewise:
an opening on 1 January stands on 31 December.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bankio.amount import Amount
from ledger.books.writing import payload, text_of
from ledger.canonical import clean_text
from ledger.chart.norwegian import SECTIONS, ChartAccount
from ledger.company_file import company_text
from ledger.directives import Balance, Directive, MetaValue, Open, Posting, Transaction
from ledger.errors import FolderInUse
from ledger.machine_files import with_batch
from ledger.vouchers import Series, sealed

BANK = "Assets:1920-Bankinnskudd"
CLEARING = "Assets:1929-Interim-bank:B1920"
OPENING = "Equity:2050-Annen-egenkapital"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """What new books are made of."""

    company_name: str
    orgnr: str
    bank_account: str
    bank: str
    currency: str
    opening: Amount
    first_day: date
    recorded_by: str
    recorded_at: str

    @property
    def opened(self) -> date:
        """When the accounts open: on 1 January of the opening voucher's year."""
        return (self.first_day - _DAY).replace(month=1, day=1)


def create(
    folder: Path,
    *,
    company_name: str,
    orgnr: str,
    bank_account: str,
    bank: str = "generic",
    currency: str = "NOK",
    opening: Decimal = Decimal(0),
    opening_date: date,
    recorded_by: str,
    recorded_at: str,
) -> None:
    """Write the folder of new books.

    Args:
        folder: Does not exist, or is empty.
        company_name: As registered.
        orgnr: Nine digits, checked.
        bank_account: BBAN, checked.
        bank: Profile in `bankio.banks`.
        currency: Of the bank account and the books.
        opening: What the bank says on the morning of `opening_date`.
        opening_date: First day whose movements the books take.
        recorded_by: The user.
        recorded_at: The real time, `2026-09-01T09:12:44Z`.

    Raises:
        FolderInUse: There is something in the folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(folder)
    start = _Start(
        company_name=clean_text(company_name),
        orgnr=orgnr,
        bank_account=bank_account,
        bank=bank,
        currency=currency,
        opening=Amount(opening, currency),
        first_day=opening_date,
        recorded_by=recorded_by,
        recorded_at=recorded_at,
    )
    for name, text in _files(start):
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    for name in ("bank/archive", "bank/quarantine", "bank/outbox", "bank/inbox"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def _files(start: _Start) -> Iterator[tuple[str, str]]:
    month = f"{start.first_day:%Y/%m}"
    yield "books.toml", _books_toml(start)
    yield "main.beancount", _main(start)
    yield "accounts.beancount", _accounts(start)
    yield f"vouchers/{month}.beancount", _first_vouchers(start)
    yield f"vouchers/{month}-import.beancount", _opening(start)
    yield f"bank/{month}.beancount", _opening_balance(start)
    yield ".gitignore", _GITIGNORE


def _books_toml(start: _Start) -> str:
    return company_text(
        {
            "name": start.company_name,
            "orgnr": start.orgnr,
            "number": start.bank_account,
            "account": BANK,
            "currency": start.currency,
            "first_day": start.first_day.isoformat(),
            "bank": start.bank,
        },
        opening=start.opening.text if start.opening else None,
    )


def _main(start: _Start) -> str:
    title = start.company_name.replace("\\", "\\\\").replace('"', '\\"')
    return _MAIN.format(name=start.company_name, title=title, currency=start.currency)


def _accounts(start: _Start) -> str:
    parts = [_ACCOUNTS_HEAD]
    for section in SECTIONS:
        parts.append(f"\n;; {section.title}\n")
        for account in section.accounts():
            parts.extend(text_of(each) for each in _opens(account, start))
    parts.append(_ACCOUNTS_TAIL)
    return "".join(parts)


def _opens(account: ChartAccount, start: _Start) -> Iterator[Open]:
    meta: dict[str, MetaValue] = {"account-no": account.number, "saft": account.saft}
    if account.role:
        meta["role"] = account.role
    if account.payee:
        meta["name"] = account.payee
    currencies: tuple[str, ...] = ()
    if account.full_name == BANK:
        meta["bank-account"] = start.bank_account
        meta["clearing"] = CLEARING
        currencies = (start.currency,)
    yield Open(
        date=start.opened, account=account.full_name, currencies=currencies, meta=meta
    )
    if CLEARING.startswith(f"{account.full_name}:"):
        yield Open(
            date=start.opened,
            account=CLEARING,
            currencies=(start.currency,),
            meta={"role": "clearing"},
        )


def _first_vouchers(start: _Start) -> str:
    day = start.first_day.isoformat()
    return _EXAMPLE.format(month=f"{start.first_day:%Y-%m}", day=day, year=day[:4])


def _opening(start: _Start) -> str:
    if not start.opening:
        return _IMPORT_HEAD
    voucher = Transaction(
        date=start.first_day - _DAY,
        narration=f"Inngående balanse {start.first_day.isoformat()}",
        meta={"voucher": f"{Series.OPENING}{start.first_day.year}-1"},
        postings=(
            Posting(account=BANK, units=start.opening),
            Posting(account=OPENING, units=-start.opening),
        ),
    )
    vouchers = sealed(
        [voucher],
        Series.OPENING,
        {},
        recorded_by=start.recorded_by,
        recorded_at=start.recorded_at,
    )
    return _with_batch(_IMPORT_HEAD, vouchers)


def _opening_balance(start: _Start) -> str:
    if not start.opening:  # not told, or nothing: an import may still tell it
        return _BANK_HEAD
    balance = Balance(date=start.first_day, account=BANK, amount=start.opening)
    return _with_batch(_BANK_HEAD, [balance])


def _with_batch(head: str, directives: tuple[Directive, ...] | list[Directive]) -> str:
    from hashlib import sha256

    text = payload(directives)
    return with_batch(head.encode(), sha256(text).hexdigest()[:16], text).decode()


_MAIN = """\
;; Bøkene til {name}.
;; Valg og programtillegg virker bare i denne filen.

option "title" "{title}"
option "operating_currency" "{currency}"
option "booking_method" "STRICT"
option "tolerance_multiplier" "0.001"

plugin "ledger.plugins.books"

include "accounts.beancount"
include "vouchers/*/*.beancount"
include "bank/*/*.beancount"
"""

_ACCOUNTS_HEAD = """\
;; Kontoplan. Kontoens rolle (role) forteller programmet hva den brukes til; navnet er
;; for mennesker. saft er gruppen i SAF-T Regnskap.
"""

_ACCOUNTS_TAIL = """
;; Leverandører, kunder og ansatte er underkontoer: nummeret er nøkkelen, resten av
;; navnet er til å lese. Ansatte har bare nummer. Fjern semikolonene og skriv om:
;;
;; 2026-01-01 open Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft
;;   supplier: "10001"
;;   name: "Fjellkraft AS"
;;   orgnr: "987654325"
;;   creditor-account: "15032080119"
;;   terms: 14
;; 2026-01-01 open Assets:1500-Kundefordringer:K20001-Kunde-Nord
;;   customer: "20001"
;;   name: "Kunde Nord AS"
;; 2026-01-01 open Liabilities:2930-Skyldig-lønn:A1
;;   employee: "1"
;;   creditor-account: "15030000029"
"""

_EXAMPLE = """\
;; Bilag {month}, ført for hånd. Programmet endrer aldri denne filen.
;; * er bokført, ! er kladd. Slik føres en faktura fra en leverandør:
;;
;; {day} * "Fjellkraft AS" "Strøm" ^lf-L10001-10023
;;   voucher: "{year}-1"
;;   invoice: "10023"
;;   due: {day}
;;   kid: "0010023000"
;;   Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft   -12500.00 NOK
;;   Expenses:6340-Strøm                                   10000.00 NOK
;;     vat: "1"
;;   Liabilities:2710-Inngående-mva-høy                     2500.00 NOK
"""

_IMPORT_HEAD = """\
;; Skrevet av books import. Ikke endre: rett med et nytt bilag.
"""

_BANK_HEAD = """\
;; Skrevet av books reconcile og books pay-due. Ikke endre: rett med et nytt bilag.
"""

_GITIGNORE = """\
# The store can be made again from books and archive.
/.books/
# Files to and from the bank are personal data. Back them up elsewhere.
/bank/archive/
/bank/quarantine/
/bank/outbox/
/bank/inbox/
"""
