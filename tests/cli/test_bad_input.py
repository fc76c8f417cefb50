"""Bad books, bad files, bad words: one clear sentence each, and nothing lost or sent."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from world import ACCOUNT, SUPPLIER_ACCOUNT, World


def bill(
    number: str, *, link: str = "", meta: str = "", owed: str, cost: str, to: str
) -> str:
    """A bill as a person might mistype it."""
    return (
        f'2026-11-03 * "Fjellkraft AS" "Strøm {number}"{link}\n{meta}'
        f"  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  {owed} NOK\n"
        f"  Expenses:{to}  {cost} NOK\n"
    )


POWER = "6340-Strøm"
UNQUOTED_KID = bill(
    "1", link=" ^lf-L10001-1", meta="  kid: 0012\n", owed="-10.00", cost="10.00", to=POWER
)
HALF_AN_ORE = bill("2", link=" ^lf-L10001-2", owed="-10.005", cost="10.005", to=POWER)
NO_IDENTITY = bill("3", owed="-10.00", cost="10.00", to=POWER)
NO_ACCOUNT = bill("4", link=" ^lf-L10001-4", owed="-10.00", cost="10.00", to="9999-Ingen")
NO_BALANCE = bill("5", link=" ^lf-L10001-5", owed="-10.00", cost="9.00", to=POWER)
BROKEN = {
    "unquoted KID": (UNQUOTED_KID, "kid"),
    "half an øre": (HALF_AN_ORE, "decimals"),
    "no identity": (NO_IDENTITY, "open-item"),
    "unknown account": (NO_ACCOUNT, "9999-Ingen"),
    "not balanced": (NO_BALANCE, "balance"),
    "no Beancount": ("2026-11-03 * this is not Beancount (\n", "Invalid token"),
}


@pytest.mark.parametrize(("text", "told"), BROKEN.values(), ids=BROKEN)
def test_broken_books_pay_and_post_nothing(world: World, text: str, told: str):
    good = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.append("vouchers/2026/11.beancount", text)

    for command in ("pay-due", "reconcile", "payables", "status"):
        ran = world.books(command, code=1)

        assert "vouchers/2026/11.beancount:" in ran.err
        assert told.lower() in ran.err.lower()
        assert "Traceback" not in ran.out + ran.err
    assert [] == list((world.folder / "bank" / "outbox").iterdir())
    failed = world.books("verify", "--json", code=1)
    assert not failed.data["ok"]
    assert good not in failed.out


def test_all_errors_are_told_at_once(world: World):
    world.append("vouchers/2026/11.beancount", UNQUOTED_KID)
    world.append("vouchers/2026/11.beancount", NO_ACCOUNT)

    ran = world.books("pay-due", "--json", code=1)

    assert 2 <= sum("vouchers/2026/11.beancount:" in each for each in ran.data["errors"])


def test_an_unreadable_file_is_put_aside_and_the_others_go_on(world: World):
    world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=3)
    inbox = world.folder / "bank" / "inbox"
    statement = next(file for file in inbox.iterdir() if is_statement_of_the_day(file))
    (inbox / "rubbish.xml").write_bytes(b"<Document><no end")
    (inbox / "bomb.xml").write_bytes(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    # A copy of a statement with another sum in it: its own figures contradict it.
    spoiled = statement.read_bytes().replace(b'NOK">25000.00', b'NOK">25001.00', 1)
    (inbox / "spoiled.xml").write_bytes(spoiled)

    done = world.books("reconcile", "--json", code=3).data

    outcomes = {each["file"]: each["outcome"] for each in done["messages"]}
    for name in ("rubbish.xml", "bomb.xml", "spoiled.xml"):
        assert "quarantined" == outcomes[name]
    assert "posted" in outcomes.values()
    assert [] == world.json("receivables")
    put_aside = list((world.folder / "bank" / "quarantine").glob("*.reason.txt"))
    assert 3 == len(put_aside)
    assert 3 == len([each for each in world.json("unmatched") if each["amount"] is None])


def is_statement_of_the_day(file) -> bool:
    return "C053" in file.name and b"25000.00" in file.read_bytes()


REFUSED = {
    "no books": ("status", "--books", "nowhere"),
    "no such item": ("hold", "lf-none", "--reason", "x"),
    "no such payable": ("pay-due", "lf-none"),
    "too much": ("pay-due", "lf-L10001-10023=12500.01"),
    "no such account": ("pay-due", "--account", "12345678903"),
    "no such channel": ("pay-due", "--channel", "pigeon"),
    "nothing like it": ("why", "B1999-1"),
    "no such message": ("remittance", "M-NONE"),
    "no such file": ("reconcile", "no-such-file.xml"),
    "a folder in use": ("init", ".", "--company", "X", "--orgnr", "974760673",
                        "--bank-account", "86011117947"),
    "bad orgnr": ("init", "new", "--company", "X", "--orgnr", "123", "--bank-account",
                  "86011117947"),
    "bad account": ("init", "new", "--company", "X", "--orgnr", "974760673",
                    "--bank-account", "86011117948"),
}  # fmt: skip


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_a_sentence_and_changes_nothing(world: World, words, monkeypatch):
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.books("status")
    before = tree(world)
    monkeypatch.chdir(world.folder)
    if "--books" in words:
        shutil.rmtree(world.folder.parent / "nowhere", ignore_errors=True)
        world.folder = world.folder.parent / "nowhere"
        words = words[:1]
        before = {}

    ran = world.books(*words, "--json", code=1)

    assert json.loads(ran.out)["errors"]
    assert ran.err.strip()
    assert "fault of ours" not in ran.err
    assert "Traceback" not in ran.out + ran.err
    assert before == tree(world)


def tree(world: World) -> dict[str, bytes]:
    """Every file of the books but the store's own."""
    return {
        str(path.relative_to(world.folder)): path.read_bytes()
        for path in sorted(world.folder.rglob("*"))
        if path.is_file() and ".books" not in path.parts
    }


def test_text_of_a_bank_cannot_write_books_or_move_the_cursor(world: World):
    evil = 'x" \n2026-01-01 open Assets:Evil\nplugin "os"\n\x1b[31mred\u202e'
    world.bank(
        *("pay-in", ACCOUNT, "--amount", "17", "--from-name", "Ola", "--text", "x"),
        *("--from-account", SUPPLIER_ACCOUNT),
    )
    world.let_pass(days=2)
    inbox = world.folder / "bank" / "inbox"
    for file in inbox.iterdir():
        if "C053" in file.name:
            told = file.read_text("utf-8").replace(
                "<Nm>Ola</Nm>", f"<Nm>{escaped(evil)}</Nm>"
            )
            file.write_text(told, "utf-8")

    world.books("reconcile", code=3)

    shown = world.books("unmatched", code=3).out
    assert "red" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    written = (world.folder / "bank/2026/11.beancount").read_text("utf-8")
    assert "\nplugin" not in written
    assert "\n2026-01-01 open" not in written
    world.books("verify", code=0)


def escaped(text: str) -> str:
    return "".join(
        character if character.isprintable() or character == "\n" else ""
        for character in text.replace("<", "&lt;").replace('"', "&quot;")
    ).replace("red", "&#x9;red")


def test_a_pipe_that_a_person_names_is_not_waited_for(world: World, tmp_path: Path):
    pipe = tmp_path / "named.xml"
    os.mkfifo(pipe)

    refused = world.books("reconcile", str(pipe), code=1)

    assert "is no regular file" in refused.err
