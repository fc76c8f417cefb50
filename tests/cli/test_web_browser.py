"""The page in a real browser: log in, look at each tab, hold a bill and release it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_world import OPEN, PAID, REFUSED, TODAY
from world import World

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing")

SOURCE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def chromium() -> Iterator:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def link(week: World) -> Iterator[str]:
    arguments = ["--books", str(week.folder), "--today", TODAY, "--user", "kari", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.app", *arguments, "web", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@pytest.fixture
def page(chromium, link: str) -> Iterator:
    """A page that has logged in; a word on its console or a script's error fails the test."""
    complaints: list[str] = []
    page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.on("console", lambda told: complaints.append(told.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(link)
    page.wait_for_selector("#books-root")
    yield page
    page.context.close()
    assert [] == complaints


def _open(page, tab: str) -> str:
    page.click(f".books-tabs a[href*='tab={tab}']")
    page.wait_for_selector(f"#books-root[data-tab='{tab}']")
    return re.sub(r"\s+", " ", page.inner_text("#books-root"))


def test_a_person_sees_the_amounts_of_each_tab(page):
    overview = re.sub(r"\s+", " ", page.inner_text("#books-root"))

    assert "token" not in page.url
    assert "Bank og bok stemmer. Avstemt til og med 2026-11-06" in overview
    assert "Bank 262 750,50 NOK Bokført 262 750,50 NOK Differanse 0,00 NOK" in overview
    assert f"{OPEN} 1 234 567,89 NOK Åpen" in _open(page, "to-pay")
    assert "12 500,00 NOK Betalt 2026-11-05" in _open(page, "payments")
    assert "300,00 NOK" in _open(page, "waiting")
    assert "275 250,50 262 750,50 262 750,50 0,00" in _open(page, "proof")


def test_a_person_follows_a_payment_to_the_banks_file_and_into_the_journal(page):
    _open(page, "payments")

    page.click(f"a:text-is('{PAID}')")
    page.wait_for_selector(".books-step-statement")
    with page.expect_popup() as opened:
        page.locator(".books-step-voucher a[data-remote]").first.click()
    file = opened.value.inner_text("body")
    page.locator(".books-step a:has-text('Liabilities:2400-')").first.click()
    page.wait_for_url(re.compile(r"/account/Liabilities:2400-"))

    assert "12500.00" in file
    assert "camt.05" in file
    page.wait_for_selector(".journal")
    assert "Faktura 10023" in page.inner_text("article")


def test_a_person_holds_a_bill_and_releases_it(page, week: World):
    _open(page, "to-pay")
    row = f"tr[data-item='{OPEN}']"

    page.click(f"{row} summary")
    page.fill(f"{row} input[name=reason]", "feil beløp")
    page.click(f"{row} details button")
    page.wait_for_selector(".books-notice.books-green")
    held = {each["open_item"]: each for each in week.json("payables")}[OPEN]
    shown = page.inner_text(row)
    page.click(f"{row} button")
    page.wait_for_function(
        "item => document.querySelector(`tr[data-item='${item}'] .books-state-open`)",
        arg=OPEN,
    )
    released = {each["open_item"]: each for each in week.json("payables")}[OPEN]

    assert ("held", "feil beløp (kari)") == (held["state"], held["reason"])
    assert "Holdt tilbake" in shown
    assert "feil beløp (kari)" in shown
    assert ("open", None) == (released["state"], released["reason"])


def test_a_bill_is_not_held_without_a_reason(page, week: World):
    _open(page, "to-pay")
    row = f"tr[data-item='{OPEN}']"

    page.click(f"{row} summary")
    page.click(f"{row} details button")

    assert page.evaluate("document.querySelector('input[name=reason]:invalid') !== null")
    states = {each["open_item"]: each["state"] for each in week.json("payables")}
    assert "open" == states[OPEN]


def test_the_link_opens_no_second_browser(chromium, page, link: str):
    other = chromium.new_context().new_page()

    answer = other.goto(link)

    assert 401 == answer.status
    assert "Each link works once" in other.inner_text("body")
    other.context.close()


def test_on_a_narrow_screen_nothing_is_cut_off(page):
    page.set_viewport_size({"width": 390, "height": 800})

    for tab in ("to-pay", "payments", "waiting", "proof", "overview"):
        _open(page, tab)
        for each in page.locator("#books-root summary").all():
            each.click()
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= 390, tab
    _open(page, "proof")
    day = page.locator("#books-root tbody tr").first
    for cell in day.locator("td:visible").all():
        box = cell.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390, cell.inner_text()
    labels = day.locator("td[data-label]").evaluate_all(
        "cells => cells.map(each => getComputedStyle(each, '::before').content)"
    )
    assert labels[:4] == [
        '"Inngående saldo"',
        '"Utgående saldo"',
        '"Bokført"',
        '"Differanse"',
    ]
    _open(page, "to-pay")
    row = page.locator(f"tr[data-item='{REFUSED}']")
    box = row.locator("td.num").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_favas_own_editor_works_behind_the_guard(page, week: World):
    """Its grammar is compiled in the browser, which our content policy must allow."""
    page.click("a[href*='/editor/']")
    page.wait_for_selector(".cm-content")
    page.wait_for_selector(".cm-content span")

    assert "Bøkene til Prøve AS" in page.inner_text(".cm-content")


def test_a_person_places_parked_money_by_keyboard_and_takes_it_back(page, week: World):
    _open(page, "waiting")
    row = page.locator("tr:has-text('300,00') + tr")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    account = row.locator("input[name=account]")
    account.focus()
    page.keyboard.type("Income:8050-Renteinntekt")
    page.keyboard.press("Enter")
    page.wait_for_selector(".books-notice.books-green")

    notice = page.inner_text(".books-notice")
    assert "Ført som bilag B2026-" in notice
    assert [] == [each for each in week.json("unmatched") if each["amount"] == "300.00"]
    page.click(".books-notice a")
    page.wait_for_selector("#books-root[data-tab='why']")
    page.locator(".books-step-voucher summary").last.click()
    page.locator("input[name=reason]").last.fill("feil konto")
    page.locator(".books-step-voucher details[open] button").last.click()
    page.wait_for_selector(".books-notice.books-green")
    assert "300.00" in {each["amount"] for each in week.json("unmatched")}


def test_money_is_booked_with_vat_and_a_receipt(page, week: World, tmp_path: Path):
    receipt = tmp_path / "kvittering.pdf"
    receipt.write_bytes(b"%PDF-1.4")
    _open(page, "waiting")
    row = page.locator("tr:has-text('300,00') + tr")
    row.locator("summary").click()
    row.locator("input[name=account]").fill("3000")
    row.locator("form[action$='book'] input[name=amount]").fill("100,00")
    row.locator("select[name=vat]").select_option("3")
    row.locator("input[name=document]").set_input_files(receipt)
    row.locator("form[action$='book'] button").click()
    page.wait_for_selector(".books-notice.books-green")

    assert "200.00" in {each["amount"] for each in week.json("unmatched")}
    kept = (week.folder / "bank/archive").glob("*/*.pdf")
    assert [b"%PDF-1.4"] == [path.read_bytes() for path in kept]


def test_a_candidate_is_matched_by_its_button(page, week: World):
    week.sale("5002", "300.00", "200010050025")
    _open(page, "waiting")

    page.click("button[aria-label='Knytt kf-K20001-5002']")
    page.wait_for_selector(".books-notice.books-green")

    assert [] == [each for each in week.json("unmatched") if each["amount"] == "300.00"]
    assert "kf-K20001-5002" not in {e["open_item"] for e in week.json("receivables")}
