"""What a person types into the books: refused where a line cannot show it, else kept."""

from __future__ import annotations

import json
import tomllib

import pytest
from world import ACCOUNT, ORGNR, OTHER_ACCOUNT, World, run

from cli import app
from ledger.archive import Archive
from ledger.books import load

HARD = 'Åse "Ås" O\'Hara \\ & <b> {x} %s ;; #1 ^lf-x'
"""Quotes, backslashes and what is markup somewhere."""
ITEM = "lf-L10001-10023"
SPOILED = {
    "empty": "",
    "blank": "  ",
    "newline": 'A"\n2026-01-01 open Assets:Evil',
    "escape": "A\x1b[31mB",
    "nul": "A\x00B",
    "direction": "A\u202eB",
    "zero width": "A\u200bB",
    "line separator": "A\u2028B",
    "no character": "A\udcffB",
    "long": "A" * 501,
}


def init_words(**more: str) -> list[str]:
    given = {"--company": "X", "--orgnr": ORGNR, "--bank-account": ACCOUNT, **more}
    return ["init", "new", *(each for pair in given.items() for each in pair)]


@pytest.fixture
def parked(world: World) -> World:
    """A bill, a draft, and a receipt with an unknown KID."""
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "300", "--kid", "999999999991")
    world.let_pass(days=3)
    world.books("reconcile", code=3)
    return world


def texts(world: World) -> dict[str, list[str]]:
    """Every command that takes a text into the books, up to the text."""
    ref = world.json("unmatched", code=3)[0]["ref"]
    return {
        "hold": ["hold", ITEM, "--reason"],
        "confirm": ["confirm", "L10001", OTHER_ACCOUNT, "--reason"],
        "book": ["book", ref, "3000", "--text"],
        "undo": ["undo", world.json("unmatched", code=3)[0]["voucher"], "--reason"],
        "never sent": ["cancel", ITEM, "--never-sent", "--reason"],
        "comment": ["statement", ACCOUNT, "2026-11-01", "--comment"],
        "user": ["hold", ITEM, "--reason", "x", "--user"],
    }


@pytest.mark.parametrize("text", SPOILED.values(), ids=SPOILED)
def test_a_text_that_is_no_line_is_refused_everywhere(parked: World, text: str):
    before = tree(parked)

    for name, words in texts(parked).items():
        given = f"{ITEM}={text}" if name == "comment" else text
        ran = run(app.run, [*words, given, "--books", str(parked.folder), "--json"])
        is_slip = name == "comment" and not text.strip()
        assert (2 if is_slip else 1) == ran.code, (name, ran)
        assert is_shown(ran.err)
        assert "Traceback" not in ran.err
        assert "run the command again" not in ran.err

    assert before == tree(parked)


@pytest.mark.parametrize("text", SPOILED.values(), ids=SPOILED)
def test_new_books_refuse_it(tmp_path, monkeypatch, text: str):
    monkeypatch.chdir(tmp_path)

    for option in ("--company", "--orgnr", "--bank-account", "--bank", "--currency"):
        ran = run(app.run, init_words(**{option: text}))
        assert (1, "") == (ran.code, ran.out), option
        assert ran.err.startswith(option)
        assert is_shown(ran.err)
    for option in ("--opening", "--opening-date"):
        ran = run(app.run, init_words(**{option: text}))
        assert (2, "") == (ran.code, ran.out), option
        assert is_shown(ran.err)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command",
    [
        ("why",),
        ("undo",),
        ("cancel",),
        ("remittance",),
        ("hold", "--reason", "x"),
        ("release",),
        ("post",),
        ("match", "kf-K20001-5001"),
        ("book", "3000"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("reference", ["", "  ", "\n", "no\x1b[31mthing"])
def test_an_empty_reference_names_nothing(parked: World, command, reference):
    ran = parked.books(command[0], reference, *command[1:], code=1)

    assert is_shown(ran.err)
    assert ran.err.strip()


def is_shown(text: str) -> bool:
    """Whether a screen shows the text and does not obey it."""
    return all(character.isprintable() or character == "\n" for character in text)


def tree(world: World) -> dict[str, bytes]:
    return {
        str(path.relative_to(world.folder)): path.read_bytes()
        for path in sorted(world.folder.rglob("*"))
        if path.is_file() and ".books" not in path.parts
    }


def test_a_tail_of_several_things_is_refused_with_their_names(parked: World):
    parked.bill("20023", "100.00", "2026-11-05", kid="0010017")

    told = parked.books("why", "0023", code=1).err

    assert ITEM in told
    assert "lf-L10001-20023" in told
    assert "2 things" in told


def test_quotes_and_backslashes_stand_in_the_books_as_typed(parked: World):
    user = ["--user", HARD]

    def books(*words: str) -> dict[str, object]:
        ran = run(app.run, [*words, "--books", str(parked.folder), "--json", *user])
        assert ran.code in {0, 3}, ran
        return ran.data

    books("hold", ITEM, "--reason", HARD)
    ref = parked.json("unmatched", code=3)[0]["ref"]
    booked = books("book", ref, "3000", "--text", HARD)
    books("undo", str(booked["voucher"]), "--reason", HARD)

    (bill,) = parked.json("payables")
    assert f"{HARD} ({HARD})" == bill["reason"]
    written = load(parked.folder)
    by_number = {each.meta.get("voucher"): each for each in written.transactions}
    assert HARD == by_number[booked["voucher"]].narration
    assert HARD == by_number[booked["voucher"]].meta["recorded-by"]
    assert any(str(each.meta.get("why", "")).endswith(HARD) for each in by_number.values())
    parked.books("verify", code=0)


def test_new_books_keep_the_company_s_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    ran = run(app.run, init_words(**{"--company": HARD, "--opening": "100"}))

    assert 0 == ran.code
    assert f"New books for {HARD} in new." in ran.out
    told = tomllib.loads((tmp_path / "new" / "books.toml").read_text("utf-8"))
    assert HARD == told["company"]["name"]
    assert HARD == load(tmp_path / "new").company.name
    main = (tmp_path / "new" / "main.beancount").read_text("utf-8")
    assert f";; Bøkene til {HARD}.\n" in main
    assert f'option "title" {json.dumps(HARD, ensure_ascii=False)}\n' in main


@pytest.mark.parametrize("name", ["bilag.jsonl", "bilag.pdf (1)", "bilag", "b.PDF"])
def test_a_document_of_any_name_is_kept_apart_from_its_sidecar(
    parked: World, tmp_path, name: str
):
    (tmp_path / name).write_bytes(b'{"event":"heads"}\n')
    ref = parked.json("unmatched", code=3)[0]["ref"]

    parked.books("book", ref, "3000", "--document", str(tmp_path / name), code=0)

    assert () == Archive(parked.folder).verify()
    parked.books("verify", code=0)
