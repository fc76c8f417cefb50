"""The demo: what it prints is in the README, and what it leaves behind holds.

Run beside a copy of the example, so that `make demo` can run at the same time. The bank's
own journal is compared with the books through `--json` alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

#: One worker runs the demo, and not as many as there are.
pytestmark = pytest.mark.xdist_group("demo")

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
AFTER = "2026-11-27T09:00"
BILL_OF_A_CLOSED_ACCOUNT = "lf-L10006-2289"


@dataclass(frozen=True)
class Demo:
    """A demo that has been run."""

    place: Path
    printed: str

    @property
    def books_folder(self) -> Path:
        return self.place / "demo" / "books"

    def books(self, *arguments: str):
        where = ("--books", str(self.books_folder), "--today", AFTER)
        return self._json("books", *where, *arguments)

    def bank(self, *arguments: str):
        return self._json(
            "nettbank", "--state", str(self.place / "demo" / "bank"), *arguments
        )

    def _json(self, program: str, *arguments: str):
        ran = subprocess.run(
            [str(PROGRAMS / program), *arguments, "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode in {0, 3}, ran.stdout + ran.stderr
        return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    place = tmp_path_factory.mktemp("demo")
    shutil.copy(ROOT / "demo.py", place)
    shutil.copytree(ROOT / "example-books", place / "example-books")
    ran = subprocess.run(
        [sys.executable, "demo.py"],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "88", "NO_COLOR": "1"},
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    # Where the project lies on this machine is not part of the story.
    return Demo(place, ran.stdout.replace(f"{place.resolve()}/", ""))


def ore(amount: str) -> int:
    return int(amount.replace(".", ""))


def test_the_readme_shows_what_the_demo_prints(demo, request):
    told = f"<!-- demo -->\n```text\n{demo.printed}```\n<!-- /demo -->"
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.search(r"<!-- demo -->.*<!-- /demo -->", readme, re.DOTALL)
    assert shown is not None, "README.md has no demo block"

    if request.config.getoption("--update-golden"):
        readme = readme.replace(shown[0], told)
        (ROOT / "README.md").write_text(readme, "utf-8")
        shown = re.search(r"<!-- demo -->.*<!-- /demo -->", readme, re.DOTALL)

    assert shown[0] == told, (
        "to accept: make golden, or .venv/bin/pytest tests/test_demo.py --update-golden"
    )


def test_it_says_that_the_bank_is_simulated_and_shows_no_emoji(demo):
    assert "simulated" in demo.printed.splitlines()[0]
    assert [character for character in demo.printed if ord(character) > 0x2FFF] == []


def test_every_payment_of_the_bank_is_booked_and_every_other_one_is_not(demo):
    ordered = demo.books("payments")
    messages = {each["message_id"] for each in demo.bank("payments")}
    ours = [each for each in ordered if each["message_id"] in messages]
    paid = Counter(
        (each["end_to_end_id"], -each["amount_ore"], each["booked"])
        for each in demo.bank("journal")
        if each["end_to_end_id"]
    )

    assert paid == Counter(
        (each["end_to_end_id"], ore(each["amount"]), each["booked"])
        for each in ours
        if each["state"] == "booked"
    )
    (left,) = [each for each in ours if each["state"] != "booked"]
    assert (left["state"], left["open_items"]) == ("rejected", [BILL_OF_A_CLOSED_ACCOUNT])
    assert "AC04" in left["reason"]


def test_every_receipt_of_the_bank_is_on_an_item_or_in_sight(demo):
    receipts = {
        f"detail/{each['account']}/{each['booked']}/{each['reference']}": each
        for each in demo.bank("journal")
        if each["kind"] == "kid"
    }
    postings = {}
    for key in receipts:
        if key not in postings:
            for step in demo.books("why", key)["steps"]:
                for posting in step.get("postings", ()):
                    if posting["movement"]:
                        postings[posting["movement"]] = posting
    waiting = demo.books("unmatched")
    unmatched = {each["ref"]: each for each in waiting if each["kind"] == "money"}

    assert len(receipts) > 10
    assert {key: each["amount_ore"] for key, each in receipts.items()} == {
        key: -ore(postings[key]["amount"]) for key in receipts
    }
    settled = {key for key in receipts if postings[key]["open_item"].startswith("kf-")}
    assert set(receipts) - settled == set(unmatched) & set(receipts)
    assert [ore(each["amount"]) for each in unmatched.values()] == [
        receipts[ref]["amount_ore"] for ref in unmatched
    ]
    paid_twice = [
        kid for kid, n in Counter(e["kid"] for e in receipts.values()).items() if n > 1
    ]
    assert len(paid_twice) == 1
    assert {each["kid"] for each in unmatched.values()} > set(paid_twice)


def test_the_balance_is_the_banks_to_the_ore(demo):
    (account,) = demo.books("status")["accounts"]
    (before,) = demo.bank("accounts")

    assert account["books"] == account["bank"]
    assert ore(account["bank"]) == before["balance_ore"]
    assert (account["difference"], account["clearing"]) == ("0.00", "0.00")
    assert demo.books("verify")["ok"] is True


def test_the_message_is_what_iso_wants(demo, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tests" / "bankio")
    from iso_schemas import schema_errors

    sent = sorted((demo.books_folder / "bank" / "outbox").glob("*.xml"))

    assert len(sent) == 1
    assert schema_errors(sent[0].read_bytes()) == []


def test_bean_check_and_fava_have_nothing_to_say(demo):
    from fava.core import FavaLedger

    main = demo.books_folder / "main.beancount"
    ran = subprocess.run(
        [str(PROGRAMS / "bean-check"), str(main)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert FavaLedger(str(main.resolve())).errors == []
