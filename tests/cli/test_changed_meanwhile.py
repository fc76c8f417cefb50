"""A person saves a file of the books while a command works on what it has read.

Fava and editors know nothing of our lock. What was decided on the old text is not done: the
command stops, says which file, and the same command again goes by the new text.
"""

from __future__ import annotations

import pytest
from kept_state import kept
from world import ACCOUNT, World

from cli.commands import pay_due
from reconcile import settlement

HOLD = '2026-11-02 custom "open-item" "lf-L10001-10023"\n  hold: "feil varer"\n'
TODAY = "2026-11-04"


@pytest.fixture
def saving(monkeypatch):
    """Have a text added to a file in the midst of a command, once."""

    def prepare(world: World, owner, name: str, path: str, text: str) -> None:
        real = getattr(owner, name)
        texts = [text]

        def call(*arguments, **more):
            while texts:
                world.append(path, texts.pop())
            return real(*arguments, **more)

        monkeypatch.setattr(owner, name, call)

    return prepare


def test_a_bill_held_while_it_is_being_paid_is_not_paid(world, saving):
    world.bill("10023", "12500.00", "2026-11-03", kid="0010017")
    world.books("status")
    path = "vouchers/2026/11.beancount"
    saving(world, pay_due, "_check_read_back", path, HOLD)

    refused = world.books("pay-due", "--yes", code=1)

    assert f"{path}: the file was changed while this command was working" in refused.err
    assert world.json("payments") == []
    assert list((world.folder / "bank" / "outbox").glob("*")) == []
    world.books("pay-due", "--yes")
    assert world.json("payments") == []
    (bill,) = world.json("payables")
    assert (bill["state"], bill["reason"]) == ("held", "feil varer")


@pytest.mark.parametrize("path", ["vouchers/2026/11.beancount", "bank/2026/11.beancount"])
def test_what_was_planned_on_an_older_text_is_not_posted(world, saving, path):
    world.sale("5001", "25000.00", "200010050017")
    world.bill("10023", "12500.00", "2026-11-03", kid="0010017")
    world.books("pay-due", "--yes", code=0)  # the month has a file of ours
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=2)
    saving(world, settlement, "plan", path, "; seen on paper\n")
    before = kept(world)["files"]["11.beancount"]

    refused = world.books("reconcile", today=TODAY, code=1)

    assert f"{path}: the file was changed while this command was working" in refused.err
    after = kept(world)["files"]["11.beancount"]
    assert after.replace(b"\n; seen on paper\n", b"") == before
    again = world.json("reconcile", today=TODAY)
    assert again["posted"] > 0
    ours = path.startswith("bank")  # verify names a line that a person adds to our file
    assert world.json("verify", today=TODAY)["ok"] is not ours
    assert world.json("reconcile", today=TODAY)["posted"] == 0
