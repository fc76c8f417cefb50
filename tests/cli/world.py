"""A company with books, and a simulated bank: driven by command lines, in one process."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from cli import app as books_app
from simulator import app as bank_app

ACCOUNT = "86011117947"
ORGNR = "974760673"
SUPPLIER_ACCOUNT = "15032080119"
OTHER_ACCOUNT = "15101234565"

PARTIES = """
2026-01-01 open Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft NOK
  name: "Fjellkraft AS"
  supplier: "10001"
  creditor-account: "15032080119"
2026-01-01 open Liabilities:2400-Leverandørgjeld:L10002-Papirhuset NOK
  name: "Papirhuset AS"
  supplier: "10002"
  creditor-account: "15101234565"
2026-01-01 open Assets:1500-Kundefordringer:K20001-Kunde-Nord NOK
  name: "Kunde Nord AS"
  customer: "20001"
"""


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self):
        """The JSON document that it printed."""
        return json.loads(self.out)


def run(main, arguments: list[str]) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    return Ran(int(code), out.getvalue(), err.getvalue())


class World:
    """`world.books("pay-due")`, `world.bank("advance", "--days", "1")`."""

    def __init__(self, folder: Path, *, today: str = "2026-11-02") -> None:
        self.folder = folder / "books"
        self.state = folder / "bank"
        self.today = today

    def books(
        self, *arguments: str, today: str | None = None, code: int | None = None
    ) -> Ran:
        """Run `books`; check the exit code where one is expected.

        Who reads what the bank has sent does so on the bank's day, if that is later: a
        statement of a day that has not come is held.
        """
        if today is None and set(arguments[:1]) & {"reconcile", "sync"}:
            today = max(self.today, self.bank_day())
        options = ["--books", str(self.folder), "--today", today or self.today]
        ran = run(books_app.run, [*arguments, *options, "--user", "kari"])
        assert code is None or ran.code == code, f"{arguments}: {ran}"
        return ran

    def json(self, *arguments: str, **more):
        """Run `books … --json` and return its document."""
        return self.books(*arguments, "--json", **more).data

    def bank(self, *arguments: str, code: int = 0) -> Ran:
        """Run `nettbank`."""
        ran = run(bank_app.run, [*arguments, "--state", str(self.state)])
        assert ran.code == code, f"{arguments}: {ran}"
        return ran

    def bank_day(self) -> str:
        """The date at the bank; before all dates where there is none."""
        path = self.state / "bank.sqlite"
        if not path.exists():
            return ""
        with contextlib.closing(sqlite3.connect(path)) as state:
            (now,) = state.execute("SELECT value FROM setting WHERE name='now'").fetchone()
        return str(now)[:10]

    def bank_json(self, *arguments: str):
        return self.bank(*arguments, "--json").data

    def found(
        self, *, opening: str = "250000.00", agreement: tuple[str, ...] = ()
    ) -> World:
        """Make the books and the bank, with the same opening balance."""
        self.books(
            *("init", str(self.folder), "--company", "Prøve AS", "--orgnr", ORGNR),
            *("--bank-account", ACCOUNT, "--bank", "sor"),
            *("--opening", opening, "--opening-date", "2026-11-01"),
            code=0,
        )
        self.append("accounts.beancount", PARTIES)
        self.bank("init", "--now", "2026-11-02T09:00", "--seed", "1")
        self.bank(
            *("account", ACCOUNT, "--owner", "Prøve AS", "--orgnr", ORGNR),
            *("--balance", opening),
        )
        self.bank("person", "Kari", "--account", ACCOUNT)
        if agreement:
            self.bank("agreement", ACCOUNT, *agreement)
        return self

    def append(self, name: str, text: str) -> None:
        """Type something into a person's file."""
        path = self.folder / name
        path.write_text(path.read_text("utf-8") + "\n" + text, "utf-8")

    def bill(
        self, number: str, amount: str, due: str, *, party: str = "L10001", **terms
    ) -> str:
        """Type a bill; return its open item."""
        names = {"L10001": "Fjellkraft", "L10002": "Papirhuset"}
        flag = terms.pop("flag", "*")
        meta = "".join(f'  {key}: "{value}"\n' for key, value in terms.items())
        self.append(
            "vouchers/2026/11.beancount",
            f'2026-11-02 {flag} "{names[party]} AS" "Faktura {number}" ^lf-{party}-{number}\n'
            f'  invoice: "{number}"\n'
            f"  due: {due}\n{meta}"
            f"  Liabilities:2400-Leverandørgjeld:{party}-{names[party]}  -{amount} NOK\n"
            f"  Expenses:6800-Kontorrekvisita  {amount} NOK\n",
        )
        return f"lf-{party}-{number}"

    def sale(self, number: str, amount: str, kid: str, *, due: str = "2026-11-16") -> str:
        """Type a sales invoice; return its open item."""
        self.append(
            "vouchers/2026/11.beancount",
            f'2026-11-02 * "Kunde Nord AS" "Faktura {number}" ^kf-K20001-{number}\n'
            f'  invoice: "{number}"\n  due: {due}\n  kid: "{kid}"\n'
            f"  Assets:1500-Kundefordringer:K20001-Kunde-Nord  {amount} NOK\n"
            f"  Income:3000-Salgsinntekt-høy  -{amount} NOK\n",
        )
        return f"kf-K20001-{number}"

    def to_bank(self) -> list[str]:
        """Upload and approve every message in the outbox; return the message ids."""
        sent = []
        for file in sorted((self.folder / "bank" / "outbox").glob("*.xml")):
            receipt = self.bank("upload", str(file), "--json").data
            sent.append(receipt.get("message_id") or receipt["recall"])
            file.unlink()
        if sent:
            self.bank("approve", "--all", "--as", "Kari")
        return sent

    def let_pass(self, *, days: int = 1) -> None:
        """Let time pass, and put the bank's new files into the inbox."""
        self.bank("advance", "--days", str(days))
        inbox = self.folder / "bank" / "inbox"
        self.bank("collect", str(inbox))


def copied(before: Path, target: Path) -> World:
    """Return a copy of a world, in place of whatever is at `target`."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(before, target)
    return World(target)
