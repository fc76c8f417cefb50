"""A person places parked money on the page, and takes decisions back: as on the command line."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from web_pages import Browser, read
from web_world import PAID
from world import World

SALE = "kf-K20001-5002"


@pytest.fixture
def browser(week: World) -> Browser:
    """A week with 300 kroner that nobody can place, and an invoice that they may be for."""
    week.sale("5002", "300.00", "200010050025")
    return Browser(week)


def money(browser: Browser) -> dict[str, object]:
    (found,) = [
        each
        for each in browser.world.json("unmatched", code=3)
        if each["amount"] == "300.00"
    ]
    return found


def parked(browser: Browser) -> bool:
    return "300.00" in {each["amount"] for each in browser.world.json("unmatched")}


def written(browser: Browser) -> dict[Path, bytes]:
    bank = browser.world.folder / "bank"
    return {path: path.read_bytes() for path in bank.rglob("*.beancount")}


def followed(browser: Browser, answer) -> str:
    assert 303 == answer.status_code, read(answer.text)
    return read(browser.client.get(answer.headers["Location"]).text)


def test_a_candidate_has_a_button_that_matches_it(browser: Browser):
    page = browser.tab("waiting").text
    (ref,) = {money(browser)["open_item"]}
    form = page.partition(f'name="item" value="{SALE}"')[0].rpartition("<form")[2]

    shown = followed(browser, browser.send("match", ref=str(ref), item=SALE))

    assert f'name="ref" value="{ref}"' in form
    assert "Ført som bilag B2026-" in shown
    assert not parked(browser)
    assert SALE not in {each["open_item"] for each in browser.world.json("receivables")}
    assert 0 == browser.world.books("verify").code


def test_a_part_is_matched_and_the_rest_waits(browser: Browser):
    ref = str(money(browser)["open_item"])

    followed(browser, browser.send("match", ref=ref, item=SALE, amount="100,50"))

    receivables = {each["open_item"]: each for each in browser.world.json("receivables")}
    assert "199.50" == receivables[SALE]["amount"]
    assert "199.50" in {each["amount"] for each in browser.world.json("unmatched")}


def test_money_is_booked_with_vat_and_the_document_that_came_along(browser: Browser):
    ref = str(money(browser)["open_item"])
    shown = followed(
        browser,
        browser.client.post(
            browser.home + "book",
            data={
                "token": browser.token,
                "ref": ref,
                "account": "3000",
                "text": "Kontantsalg",
                "vat": "3",
                "document": (io.BytesIO(b"%PDF-1.4 kvittering"), "../kvittering nr 1.pdf"),
            },
        ),
    )

    voucher = re.search(r"Ført som bilag (B2026-\d+)", shown)[1]
    steps = browser.world.json("why", voucher)["steps"]
    (trail,) = [each for each in steps if each.get("voucher") == voucher]
    amounts = {each["account"].split("-")[0]: each["amount"] for each in trail["postings"]}
    kept = list((browser.world.folder / "bank/archive").glob("*/*.pdf"))
    assert ("-240.00", "-60.00") == (amounts["Income:3000"], amounts["Liabilities:2700"])
    assert [b"%PDF-1.4 kvittering"] == [path.read_bytes() for path in kept]
    assert kept[0].name in (browser.world.folder / "bank/2026/11.beancount").read_text(
        "utf-8"
    )
    assert 0 == browser.world.books("verify").code


def test_a_decision_is_undone_from_its_trail(browser: Browser):
    ref = str(money(browser)["open_item"])
    shown = followed(browser, browser.send("match", ref=ref, item=SALE))
    voucher = re.search(r"Ført som bilag (B2026-\d+)", shown)[1]
    page = browser.tab("why", ref=voucher).text
    form = page.partition("Bank/undo")[2].partition("</form>")[0]
    assert f'name="ref" value="{voucher}"' in form

    undone = followed(browser, browser.send("undo", ref=voucher, reason="feil kunde"))

    assert "Ført som bilag B2026-" in undone
    assert parked(browser)
    assert SALE in {each["open_item"] for each in browser.world.json("receivables")}


def test_what_the_bank_settled_is_undone_by_its_movement(browser: Browser):
    steps = browser.world.json("why", PAID)["steps"]
    movements = {
        p["movement"] for s in steps for p in s.get("postings", ()) if p["movement"]
    }
    page = browser.tab("why", ref=PAID).text
    refs = set(re.findall(r'name="ref" value="(detail/[^"]+)"', page))

    assert movements == refs
    followed(browser, browser.send("undo", ref=movements.pop(), reason="feil"))
    assert PAID in {each["open_item"] for each in browser.world.json("payables")}


REFUSED = {
    "match an item that is not there": ("match", {"item": "kf-none"}, "no such open item"),
    "match nothing": ("match", {"item": ""}, "names nothing"),
    "more than there is": ("match", {"item": SALE, "amount": "300,01"}, "of"),
    "no amount": ("match", {"item": SALE, "amount": "<b>x"}, "not an amount"),
    "an account that is not there": ("book", {"account": "9999"}, "no account"),
    "the bank's own account": (
        "book",
        {"account": "Assets:1920-Bankinnskudd"},
        "only the bank's own files",
    ),
    "VAT without a document": ("book", {"account": "3000", "vat": "3"}, "needs a voucher"),
    "nothing to undo": ("undo", {"ref": "B2026-99"}, "B2026-99"),
}


@pytest.mark.parametrize(("action", "form", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_told_on_the_page_and_changes_nothing(
    browser: Browser, action: str, form: dict[str, str], said: str
):
    ref = str(money(browser)["open_item"])
    before = written(browser)

    answer = browser.send(action, **{"ref": ref, **form})

    assert 409 == answer.status_code
    assert said in read(answer.text)
    assert "<b>x" not in answer.text
    assert before == written(browser)


@pytest.mark.parametrize("action", ["match", "book", "undo"])
@pytest.mark.parametrize("token", ["", "x"])
def test_without_the_token_nothing_is_decided(browser: Browser, action: str, token: str):
    before = written(browser)
    ref = str(money(browser)["open_item"])

    answer = browser.send(action, token=token, ref=ref, item=SALE, account="3000")

    assert 403 == answer.status_code
    assert before == written(browser)


def test_the_same_form_twice_decides_once(browser: Browser):
    ref = str(money(browser)["open_item"])

    first = browser.send("match", ref=ref, item=SALE)
    second = browser.send("match", ref=ref, item=SALE)

    assert (303, 409) == (first.status_code, second.status_code)


@pytest.mark.parametrize("voucher", ["B2026-1", "B2026-99", "<x>"])
def test_an_address_makes_up_no_decision(browser: Browser, voucher: str):
    assert "books-notice" not in browser.tab("waiting", voucher=voucher).text


def test_a_candidate_is_shown_as_unmatched_shows_it(browser: Browser):
    (candidate,) = money(browser)["candidates"]

    assert f"{SALE} 300,00 {candidate['why']}" in browser.text("waiting")
