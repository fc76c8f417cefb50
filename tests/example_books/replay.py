"""Write the history of example-books/ again: the bank's part, through the real commands.

The human part (main, accounts, vouchers by month, books.toml) is typed and stays as it is.
Balances of the old system come from opening.csv through `books import --opening`. What the
bank did is never typed: this script plays September 2026 to 13 November 2026 with
`books` and `nettbank` as two programs, day by day. A voucher appears on the day it is
dated; supplier bills, wages and tax are paid by `books pay-due`; customers pay by KID;
every morning `books reconcile` takes in what the bank delivered. It ends with
`books verify` and copies `bank/` and the imported voucher back.

    .venv/bin/python tests/example_books/replay.py            # writes example-books/bank/
    .venv/bin/python tests/example_books/replay.py --to DIR   # leaves the result elsewhere

Nothing here is drawn: the day on which a customer pays follows from the invoice number.
Only `recorded-at` and what hangs on it (the chain) differ from one replay to the next.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "example-books"
OPENING = Path(__file__).with_name("opening.csv")
FIRST_DAY = dt.date(2026, 9, 1)
LAST_DAY = dt.date(2026, 11, 13)
OWNER = "Tindebekk Elektro AS"
APPROVER = "Ingrid Tindebekk"

#: The days on which somebody runs `books pay-due`: Mondays, and when wages are ready.
WAGE_DAYS = {dt.date(2026, 9, 16), dt.date(2026, 10, 16)}
#: The last run stops short, so that the tax due on 16 November is left for the demo.
UNTIL = {dt.date(2026, 11, 9): dt.date(2026, 11, 15)}

#: Customers who are late: still unpaid when the history ends.
UNPAID = {"4126", "4135"}
#: Who pays in two parts, and how much comes first.
FIRST_PART = {"4119": Decimal("8000.00")}

_DATED = re.compile(r"^(\d{4}-\d{2}-\d{2}) ", re.MULTILINE)


@dataclass(frozen=True)
class World:
    """The folder of the books, the bank's state, and how to call both programs."""

    books: Path
    bank: Path

    def run(self, program: str, *arguments: str, ok: tuple[int, ...] = (0,)) -> str:
        command = [str(Path(sys.executable).parent / program), *arguments]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode not in ok:
            raise SystemExit(
                f"{' '.join(command)}\nended with {ran.returncode}\n{ran.stdout}{ran.stderr}"
            )
        return ran.stdout

    def bank_does(self, *arguments: str) -> str:
        return self.run("nettbank", "--state", str(self.bank), *arguments)

    def books_do(self, now: dt.datetime, *arguments: str) -> object:
        out = self.run(
            "books",
            "--books",
            str(self.books),
            "--json",
            "--user",
            "tone",
            "--today",
            now.strftime("%Y-%m-%dT%H:%M"),
            *arguments,
            ok=(0, 3),
        )
        return json.loads(out)


def typed_by(text: str, day: dt.date) -> str:
    """Return the part of a voucher file that people had typed by the end of `day`."""
    kept = []
    for paragraph in text.split("\n\n"):
        dated = _DATED.search(paragraph)
        if dated is None or dt.date.fromisoformat(dated[1]) <= day:
            kept.append(paragraph.rstrip("\n"))
    return "\n\n".join(kept) + "\n"


def typed_files() -> list[Path]:
    """Return the voucher files that people type: `09.beancount`, not `09-import`."""
    files = (EXAMPLE / "vouchers").glob("*/*.beancount")
    return sorted(file for file in files if file.stem.isdigit())


def own_account() -> dict[str, str]:
    return tomllib.loads((EXAMPLE / "books.toml").read_text("utf-8"))["bank-account"][0]


def type_vouchers(world: World, day: dt.date) -> None:
    for source in typed_files():
        if int(source.stem) <= day.month:
            target = world.books / source.relative_to(EXAMPLE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(typed_by(source.read_text("utf-8"), day), "utf-8")


def bank_day_on_or_after(day: dt.date) -> dt.date:
    while day.weekday() >= 5:
        day += dt.timedelta(days=1)
    return day


@dataclass(frozen=True)
class Invoice:
    """What a customer has on paper."""

    customer: str
    number: str
    due: dt.date
    kid: str
    amount: Decimal


def invoices() -> list[Invoice]:
    """Return what customers owe, read with the simplest means there are.

    The product's own reader must not decide what the world outside does.
    """
    found = []
    with OPENING.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["part"].startswith("K"):
                due = dt.date(*map(int, reversed(row["forfall"].split("."))))
                amount = Decimal(row["beløp"].replace(",", "."))
                found.append(
                    Invoice(row["part"][1:], row["faktura"], due, row["kid"], amount)
                )
    for source in typed_files():
        for paragraph in source.read_text("utf-8").split("\n\n"):
            owed = re.search(
                r"Assets:1500-Kundefordringer:K(\d+)\S* +([\d.]+) NOK", paragraph
            )
            if owed:
                number, due, kid = (
                    re.search(pattern, paragraph)[1]
                    for pattern in (r'invoice: "(\d+)"', r"due: (\S+)", r'kid: "([^"]+)"')
                )
                found.append(
                    Invoice(
                        owed[1], number, dt.date.fromisoformat(due), kid, Decimal(owed[2])
                    )
                )
    return found


def receipts() -> dict[dt.date, list[list[str]]]:
    """Return what customers pay, by day, as arguments of `nettbank pay-in`."""
    names = dict(
        re.findall(
            r'customer: "(\d+)"\n  name: "([^"]+)"',
            (EXAMPLE / "accounts.beancount").read_text("utf-8"),
        )
    )
    found = defaultdict(list)
    for invoice in invoices():
        if invoice.number in UNPAID:
            continue
        late = int(invoice.number) * 7 % 6 - 2
        day = bank_day_on_or_after(invoice.due + dt.timedelta(days=late))
        first = FIRST_PART.get(invoice.number, invoice.amount)
        for part in filter(None, (first, invoice.amount - first)):
            found[day].append(pay_in(invoice, part, names[invoice.customer]))
            day = bank_day_on_or_after(day + dt.timedelta(days=10))
    return found


def pay_in(invoice: Invoice, amount: Decimal, name: str) -> list[str]:
    return [
        "pay-in",
        own_account()["number"],
        "--amount",
        str(amount),
        "--kid",
        invoice.kid,
        "--from-name",
        name,
        "--from-account",
        payer_account(invoice.customer),
    ]


def payer_account(customer: str) -> str:
    """Return an account for a customer: right check digit, the same every time."""
    body = int(f"42028{customer}")
    while True:
        digits = [int(digit) for digit in f"{body:010d}"]
        total = sum(
            d * w for d, w in zip(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)
        )
        if total % 11 != 1:
            return f"{body:010d}{-total % 11}"
        body += 7


def open_world(folder: Path) -> World:
    world = World(books=folder / "books", bank=folder / "bank")
    world.books.mkdir(parents=True)
    for name in ("books.toml", "main.beancount", "accounts.beancount"):
        shutil.copy(EXAMPLE / name, world.books / name)
    # Beancount refuses an `include` that matches no file, so the first month is there.
    for first in ("bank/2026/09.beancount", "vouchers/2026/09.beancount"):
        (world.books / first).parent.mkdir(parents=True)
        (world.books / first).touch()
    config = tomllib.loads((EXAMPLE / "books.toml").read_text("utf-8"))
    account, orgnr = own_account(), config["company"]["orgnr"]
    first_morning = dt.datetime.combine(FIRST_DAY, dt.time(7, 0))
    world.books_do(first_morning, "import", "--opening", str(OPENING))
    world.bank_does("init", "--now", f"{FIRST_DAY}T07:00", "--profile", account["bank"])
    world.bank_does(
        "account",
        account["number"],
        "--owner",
        OWNER,
        "--orgnr",
        orgnr,
        "--balance",
        account["opening"],
    )
    world.bank_does("person", APPROVER, "--account", account["number"])
    world.bank_does("agreement", account["number"], "--ocr", "004417290", "--camt054")
    return world


def reconcile(world: World, day: dt.date, hour: dt.time) -> None:
    now = dt.datetime.combine(day, hour)
    world.bank_does("advance", "--to", now.strftime("%Y-%m-%dT%H:%M"))
    inbox = world.books / "bank" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    world.bank_does("collect", str(inbox))
    world.books_do(now, "reconcile")


def pay(world: World, day: dt.date) -> None:
    until = UNTIL.get(day)
    now = dt.datetime.combine(day, dt.time(8, 15))
    run = world.books_do(
        now, "pay-due", "--yes", *(["--until", str(until)] if until else [])
    )
    for remittance in run["remittances"]:
        world.bank_does("upload", remittance["file"])
        # The bank looks at the file before anybody can approve what is in it.
        world.bank_does("advance", "--to", f"{day}T08:40")
        world.bank_does("approve", "--all", "--as", APPROVER)


def replay(folder: Path, last_day: dt.date = LAST_DAY) -> World:
    """Play the history in `folder` and return its world; the books end proved."""
    world = open_world(folder)
    paid_in = receipts()
    day = FIRST_DAY
    while day <= last_day:
        if day.weekday() < 5:
            type_vouchers(world, day)
            if day > FIRST_DAY:
                reconcile(world, day, dt.time(7, 45))
            if day.weekday() == 0 or day in WAGE_DAYS or day == FIRST_DAY:
                pay(world, day)
            for arguments in paid_in.get(day, ()):
                world.bank_does(*arguments)
        day += dt.timedelta(days=1)
    morning = bank_day_on_or_after(day)
    type_vouchers(world, last_day)
    reconcile(world, morning, dt.time(7, 45))
    now = dt.datetime.combine(morning, dt.time(8, 0))
    proof = world.books_do(now, "verify")
    if not proof["ok"]:
        raise SystemExit(json.dumps(proof, indent=1, ensure_ascii=False))
    return world


def keep(world: World, target: Path) -> None:
    """Copy what the commands wrote; folders of a channel and the store stay behind."""
    for imported in (world.books / "vouchers").glob("*/*-import.beancount"):
        copy = target / imported.relative_to(world.books)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(imported, copy)
    shutil.rmtree(target / "bank", ignore_errors=True)
    shutil.copytree(
        world.books / "bank",
        target / "bank",
        ignore=shutil.ignore_patterns("inbox", "outbox", "quarantine"),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=EXAMPLE)
    parser.add_argument("--until", type=dt.date.fromisoformat, default=LAST_DAY)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        world = replay(Path(folder), arguments.until)
        keep(world, arguments.to)
    sys.stdout.write(f"{arguments.to}: history to {arguments.until}, proved\n")


if __name__ == "__main__":
    main()
