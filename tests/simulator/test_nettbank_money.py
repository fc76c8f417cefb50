"""Whatever is done in whatever order: money is conserved and nothing goes out too early."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from payment_files import ACCOUNT, BOOKS, CLOSED, ORGNR, POWER, payment, simple
from return_files import read

from simulator import (
    approvals,
    bank_calendar,
    customers,
    journal,
    receipts,
    state,
    statements,
    timeline,
    uploads,
)
from simulator.files import outbox
from simulator.refusal import Refused

OPENING = 100_000
START = datetime.fromisoformat("2026-12-18T09:00")


class World(RuleBasedStateMachine):
    """One customer, two people, two accounts here, other banks around."""

    @initialize(
        two=st.booleans(), camt054=st.booleans(), ocr=st.sampled_from(["", "123456789"])
    )
    def open(self, two, camt054, ocr):
        self.folder = tempfile.TemporaryDirectory()
        self.bank = state.create(Path(self.folder.name) / "bank", START, 1, "sor")
        self.bank.connection.execute("PRAGMA synchronous = OFF")  # no power is cut here
        with self.bank.transaction():
            for number, balance in ((ACCOUNT, "1000"), (BOOKS, "0")):
                customers.open_account(
                    self.bank, number, owner="Fjord AS", orgnr=ORGNR, balance=balance,
                    currency="NOK",
                )  # fmt: skip
            for name in ("Kari", "Ola"):
                customers.add_person(self.bank, name, [ACCOUNT])
            wanted = {"approvals": 1 + two, "camt054": int(camt054)} | (
                {"ocr": ocr} if ocr else {}
            )
            customers.set_agreement(self.bank, ACCOUNT, wanted)
            customers.set_payee(self.bank, CLOSED, {"closed": 1})
        self.needed = 1 + two
        self.files = 0

    @rule(
        amounts=st.lists(st.integers(1, 60_000), min_size=1, max_size=3),
        days=st.integers(-2, 12),
        to=st.sampled_from([POWER, BOOKS, CLOSED]),
        salary=st.booleans(),
    )
    def upload(self, amounts, days, to, salary):
        self.files += 1
        day = self.bank.today + timedelta(days=days)
        lines = [
            payment(f"E-{self.files}-{n}", f"{amount / 100:.2f}", to=to)
            for n, amount in enumerate(amounts)
        ]
        body = simple(
            *lines,
            message_id=f"M-{self.files}",
            day=day.isoformat(),
            booking="true" if salary else "",
        )
        with self.bank.transaction():
            uploads.receive(self.bank, body.encode(), "p.xml")

    @rule(name=st.sampled_from(["Kari", "Ola"]))
    def approve(self, name):
        try:
            with self.bank.transaction():
                approvals.approve(self.bank, name, None)
        except Refused:
            pass

    @rule(number=st.integers(1, 5))
    def reject(self, number):
        try:
            with self.bank.transaction():
                approvals.reject(self.bank, "Ola", f"M-{number}")
        except Refused:
            pass

    @rule(amount=st.integers(1, 90_000), kid=st.sampled_from(["", "123456782"]))
    def receive(self, amount, kid):
        with self.bank.transaction():
            receipts.pay_in(self.bank, ACCOUNT, f"{amount / 100:.2f}", kid=kid)

    @rule(amount=st.integers(1, 2_000))
    def charge(self, amount):
        with self.bank.transaction():
            receipts.charge(self.bank, BOOKS, f"{amount / 100:.2f}", "Gebyr")

    @rule(hours=st.integers(1, 100))
    def wait(self, hours):
        timeline.advance(self.bank, self.bank.now + timedelta(hours=hours))

    @invariant()
    def money_is_conserved(self):
        for account, opening in ((ACCOUNT, OPENING), (BOOKS, 0)):
            moved = sum(
                m["amount_ore"]
                for m in journal.journal(self.bank)
                if m["account"] == account
            )
            balance = next(
                a["balance_ore"]
                for a in journal.accounts(self.bank)
                if a["account"] == account
            )
            assert balance == opening + moved
        state.prove_money(self.bank)

    @invariant()
    def nothing_is_debited_too_early_twice_or_beyond_the_money(self):
        orders = {p["end_to_end_id"]: p for p in journal.payments(self.bank)}
        balance, seen = OPENING, set()
        for m in journal.journal(self.bank):
            assert bank_calendar.is_bank_day(datetime.fromisoformat(m["booked"]).date())
            if m["account"] == ACCOUNT:
                balance += m["amount_ore"]
                assert balance >= 0
            if m["kind"] not in ("payment", "salary", "transfer"):
                continue
            order = orders[m["end_to_end_id"]]
            assert m["end_to_end_id"] not in seen
            seen.add(m["end_to_end_id"])
            assert m["amount_ore"] == -order["amount_ore"]
            assert m["booked"] >= max(order["requested"], order["execution"])
            assert len(order["approved_by"]) >= self.needed
            assert order["state"] == "booked"
        booked = {e for e, p in orders.items() if p["state"] == "booked"}
        assert booked == seen

    def teardown(self):
        if hasattr(self, "bank"):
            self.statements_form_a_chain()
            self.bank.connection.close()
            self.folder.cleanup()

    def statements_form_a_chain(self):
        timeline.advance(self.bank, self.bank.now + timedelta(days=6))
        with self.bank.transaction():
            written = outbox.collect(self.bank, Path(self.folder.name), again=False)
        balances = {ACCOUNT: OPENING, BOOKS: 0}
        for one in (f for f in written if f["kind"] == "C053"):
            for told in read(Path(str(one["path"]))):
                assert told.opening == balances[told.number]
                balances[told.number] = told.closing
                assert told.closing == told.opening + sum(a for _, a, _ in told.entries)
        for account, balance in balances.items():
            last = self.bank.one(
                "SELECT statement_day FROM account WHERE number = ?", account
            )["statement_day"]
            since = sum(
                m["amount_ore"]
                for m in journal.journal(self.bank)
                if m["account"] == account and m["booked"] > last
            )
            now = next(
                a["balance_ore"]
                for a in journal.accounts(self.bank)
                if a["account"] == account
            )
            assert now == balance + since


World.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, derandomize=True
)
TestWorld = World.TestCase


def test_the_bank_stops_rather_than_save_books_that_do_not_add_up(bank):
    open_state = state.open_bank(bank.folder)

    with pytest.raises(state.MoneyDoesNotAddUp, match="7 øre"), open_state.transaction():
        open_state.run("UPDATE account SET balance = balance + 7")

    assert bank.balance() == 10_000_000


def test_a_command_killed_in_the_middle_has_done_nothing(bank, monkeypatch):
    bank.upload(simple(payment("E-1")))
    bank("approve", "M-1", "--as", "Kari")

    def killed(*unused):
        raise KeyboardInterrupt

    monkeypatch.setattr(statements, "notify", killed)
    assert bank.run("advance", "--days", "1").code == 130
    monkeypatch.undo()

    bank("advance", "--to", "2026-11-03T09:00")
    assert [m["end_to_end_id"] for m in bank("journal")] == ["E-1"]
    assert bank.balance() == 9_990_000


def test_the_state_is_one_file_that_can_be_copied_and_goes_on(bank, tmp_path):
    bank.upload(simple(payment("E-1")))
    copy = type(bank)(tmp_path / "copy", bank.capsys)
    copy.folder.mkdir()
    (copy.folder / state.FILE_NAME).write_bytes(
        (bank.folder / state.FILE_NAME).read_bytes()
    )

    for one in (bank, copy):
        one("approve", "M-1", "--as", "Kari")
        one("pay-in", ACCOUNT, "--amount", "40", "--kid", "123456782")
        one("fault", "bitflip", "only=C053")
        one("advance", "--days", "2")

    assert bank("journal") == copy("journal")
    files = []
    for number, one in enumerate((bank, copy)):
        found = one("collect", tmp_path / f"files-{number}")["files"]
        files.append(
            [(Path(each["path"]).name, Path(each["path"]).read_bytes()) for each in found]
        )
    assert len(files[0]) > 4
    assert files[0] == files[1]
    assert sqlite3.connect(bank.folder / state.FILE_NAME).execute(
        "PRAGMA integrity_check"
    ).fetchone() == ("ok",)
