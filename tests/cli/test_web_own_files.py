"""Fava's editor writes in people's files, and in no file of ours."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from web_pages import Browser
from web_world import PAID
from world import World

from cli.web.own_files import WrittenByBooks, refuse_ours


@pytest.fixture
def browser(week: World) -> Browser:
    return Browser(week)


def _entry(browser: Browser, narration: str) -> dict[str, str]:
    """Return an entry's hash and source as Fava's editor gets them."""
    ledger = browser.app.config["LEDGERS"].ledgers[0]
    from fava.beans.funcs import hash_entry

    entry = next(
        each for each in ledger.all_entries if getattr(each, "narration", "") == narration
    )
    found = hash_entry(entry)
    data = browser.api("GET", "source_slice", query_string={"entry_hash": found}).json
    return {"entry_hash": found, **data["data"]}


@pytest.mark.parametrize(
    "name", ["bank/2026/11.beancount", "vouchers/2026/11-import.beancount"]
)
def test_a_file_of_ours_is_shown_and_not_written(browser: Browser, name: str):
    path = browser.world.folder / name
    before = path.read_bytes()
    source = browser.source(path)

    answer = browser.api("PUT", "source", json={**source, "source": "; mine now\n"})

    assert 403 == answer.status_code
    assert f"{name} is written by books alone" in answer.json["error"]
    assert before == path.read_bytes()


@pytest.mark.parametrize(
    "name", ["vouchers/2026/11.beancount", "accounts.beancount", "main.beancount"]
)
def test_a_file_of_peoples_is_written(browser: Browser, name: str):
    path = browser.world.folder / name
    source = browser.source(path)
    text = source["source"] + "\n; a person's remark\n"

    answer = browser.api("PUT", "source", json={**source, "source": text})

    assert 200 == answer.status_code, answer.text
    assert text == path.read_text("utf-8")


def test_an_entry_of_ours_is_neither_edited_nor_deleted_nor_given_a_document(
    browser: Browser,
):
    path = browser.world.folder / "bank" / "2026" / "11.beancount"
    before = path.read_bytes()
    entry = _entry(browser, "Betaling faktura 10023")
    assert PAID in entry["slice"]
    given = {"entry_hash": entry["entry_hash"], "sha256sum": entry["sha256sum"]}

    answers = [
        browser.api("PUT", "source_slice", json={**given, "source": "; gone"}),
        browser.api("DELETE", "source_slice", query_string=given),
        browser.api("PUT", "attach_document", json={"filename": "x.pdf", **given}),
    ]

    assert [403] * 3 == [each.status_code for each in answers]
    assert before == path.read_bytes()


def test_an_entry_of_peoples_is_edited(browser: Browser):
    path = browser.world.folder / "vouchers" / "2026" / "11.beancount"
    entry = _entry(browser, "Faktura 772")
    given = {"entry_hash": entry["entry_hash"], "sha256sum": entry["sha256sum"]}
    text = entry["slice"].replace("Faktura 772", "Faktura 772, papir")

    answer = browser.api("PUT", "source_slice", json={**given, "source": text})

    assert 200 == answer.status_code, answer.text
    assert "Faktura 772, papir" in path.read_text("utf-8")


_NOTE = {
    "t": "Note",
    "date": "2026-11-11",
    "account": "Assets:1920-Bankinnskudd",
    "comment": "en merknad",
    "meta": {},
}


def test_new_entries_go_where_people_write(browser: Browser):
    main = browser.world.folder / "main.beancount"

    answer = browser.api("PUT", "add_entries", json={"entries": [_NOTE]})

    assert 200 == answer.status_code, answer.text
    assert "en merknad" in main.read_text("utf-8")


@pytest.mark.parametrize(
    "option",
    ['"default-file" "bank/2026/11.beancount"'],
)
def test_an_option_does_not_lead_new_entries_into_our_files(week: World, option: str):
    week.append("accounts.beancount", f'2026-01-01 custom "fava-option" {option}\n')
    path = week.folder / "bank" / "2026" / "11.beancount"
    before = path.read_bytes()
    browser = Browser(week)
    ledger = browser.app.config["LEDGERS"].ledgers[0]
    assert ledger.fava_options.default_file

    answer = browser.api("PUT", "add_entries", json={"entries": [_NOTE]})

    assert 403 == answer.status_code
    assert before == path.read_bytes()


def test_an_archived_file_cannot_be_deleted_or_moved_as_a_document(week: World):
    week.append("main.beancount", 'option "documents" "documents"\n')
    archived = next((week.folder / "bank" / "archive").rglob("*.xml"))
    week.append(
        "vouchers/2026/11.beancount",
        f'2026-11-11 document Assets:1920-Bankinnskudd "{archived}"\n',
    )
    browser = Browser(week)
    name = str(archived)
    move = {"account": "Assets:1920-Bankinnskudd", "new_name": "x.xml", "filename": name}

    deleted = browser.api("DELETE", "document", query_string={"filename": name})
    moved = browser.api("PUT", "move", json=move)

    assert (403, 403) == (deleted.status_code, moved.status_code)
    assert archived.is_file()


def test_the_archive_is_no_folder_for_new_documents(week: World):
    week.append("main.beancount", 'option "documents" "bank/archive"\n')
    browser = Browser(week)
    form = {"folder": "bank/archive", "account": "Assets:1920-Bankinnskudd"}

    answer = browser.api(
        "PUT",
        "add_document",
        data={**form, "file": (BytesIO(b"<x/>"), "2026-11-11 x.xml")},
    )

    assert 403 == answer.status_code
    assert not list((week.folder / "bank" / "archive").rglob("*x.xml"))


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("bank/2026/11.beancount", True),
        ("bank/archive/3f/x.xml", True),
        ("bank", True),
        (".books/store.sqlite", True),
        ("vouchers/2026/11-import.beancount", True),
        ("vouchers/2026/11-import-2.beancount", True),
        ("vouchers/../bank/2026/11.beancount", True),
        ("./bank/./2026/11.beancount", True),
        ("link.beancount", True),
        ("vouchers/2026/11.beancount", False),
        ("main.beancount", False),
        ("banking.beancount", False),
        ("../elsewhere/bank/2026/11.beancount", False),
    ],
)
def test_which_files_are_ours(tmp_path: Path, name: str, refused: bool):
    folder = tmp_path / "books"
    (folder / "bank" / "2026").mkdir(parents=True)
    (folder / "link.beancount").symlink_to("bank/2026/11.beancount")

    for given in (name, folder / name):
        if refused:
            with pytest.raises(WrittenByBooks):
                refuse_ours(folder, given)
        else:
            refuse_ours(folder, given)
