"""The page Bank: it shows what the commands say, and does what they do."""

from __future__ import annotations

import os
import re
import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from web_pages import Browser, norwegian, read
from web_world import DRAFT, HELD, OPEN, PAID, REFUSED
from world import ACCOUNT, OTHER_ACCOUNT, SUPPLIER_ACCOUNT, World

from bankio.amount import Amount
from cli import wiring
from cli.web import bank_page
from cli.web import page as page_module
from cli.web.page import TABS
from cli.web.reasons import reason
from ledger.bank_days import BankDays
from ledger.company import Policy
from ledger.lock import books_lock
from ledger.open_items import Hold, ItemKind, OpenItem, Release
from ledger.parties import CreditorAccount
from ledger.payables import payables
from ledger.safeguards import Safeguards


@pytest.fixture
def browser(week: World) -> Browser:
    return Browser(week)


def test_the_overview_tells_what_status_tells(browser: Browser):
    (account,) = browser.world.json("status")["accounts"]

    text = browser.text("overview")

    assert f"Bank og bok stemmer. Avstemt til og med {account['as_of']}" in text
    assert f"Bank {norwegian(account['bank'])} NOK" in text
    assert f"Bokført {norwegian(account['books'])} NOK" in text
    assert "Differanse 0,00 NOK" in text
    assert f"Uavklart {account['unmatched']}" in text
    assert ACCOUNT in text


def test_to_pay_shows_every_payable_with_state_and_sum(browser: Browser):
    payables = browser.world.json("payables")

    text = browser.text("to-pay")

    assert {HELD, OPEN, DRAFT, REFUSED} == {each["open_item"] for each in payables}
    for each in payables:
        assert f"{each['open_item']} {norwegian(each['amount'])} NOK" in text
    assert "Leverandørfakturaer" in text
    assert "Sum, 4 1 237 287,39 NOK" in text
    assert "Holdt tilbake 2 2 299,50 NOK" in text
    assert "Avvist av banken: CUST" in text
    assert f"Kontonummer {OTHER_ACCOUNT} er ikke det kjente for Fjellkraft AS" in text


def test_a_credit_note_is_never_overdue(browser: Browser):
    browser.world.bill("KN9", "-500.00", "2026-11-01")

    page = browser.tab("to-pay").text

    row = page.partition('data-item="lf-L10001-KN9"')[2].partition("</tr>")[0]
    assert "500,00" in row
    assert "forfalt" not in row


def test_payments_shows_every_payment(browser: Browser):
    payments = browser.world.json("payments")

    text = browser.text("payments")

    assert 2 == len(payments)
    for each in payments:
        assert each["end_to_end_id"] in text
        assert each["message_id"] in text
        assert norwegian(each["amount"]) in text
    assert "Betalt 1 12 500,00 NOK" in text
    assert "Avvist 1 1 499,50 NOK" in text


def test_waiting_shows_what_unmatched_shows(browser: Browser):
    waiting = browser.world.json("unmatched", code=3)

    text = browser.text("waiting")

    assert "300.00" in {each["amount"] for each in waiting}
    for each in waiting:
        assert norwegian(each["amount"]) in text
        assert each["ref"] in text
        assert reason(each["reason"], "nb") in text


def test_proof_shows_each_day_with_opening_closing_books_and_difference(browser: Browser):
    text = browser.text("proof")

    assert "2026-11-05 275 250,50 262 750,50 262 750,50 0,00 NOK" in text
    assert "2026-11-02 250 000,00 275 250,50 275 250,50 0,00 NOK" in text


def test_a_day_that_differs_is_marked(browser: Browser):
    """The proof is made again from the books; it is not what was once proved."""
    world = browser.world
    month = world.folder / "bank" / "2026" / "11.beancount"
    text = month.read_text("utf-8")
    assert text.count("49.50 NOK") == 2
    text = text.replace("49.50 NOK", "59.50 NOK")
    month.write_text(re.sub(r"(?m)^\d{4}-11-0[3-9] balance .*\n", "", text), "utf-8")

    page = browser.tab("proof")

    assert page.text.count('class="books-bad"') == 5
    assert "2026-11-06 262 750,50 262 750,50 262 740,50 \u221210,00 NOK" in read(page.text)


@pytest.mark.parametrize("ref", [PAID, "10023", "B2026-4"])
def test_the_trail_goes_from_the_bill_to_the_banks_file(browser: Browser, ref: str):
    steps = browser.world.json("why", ref)["steps"]

    page = browser.tab("why", ref=ref)

    text = read(page.text)
    for step in steps:
        if step["kind"] == "voucher":
            assert step["narration"] in text
            for posting in step["postings"]:
                assert f"{posting['account']} {norwegian(posting['amount'])}" in text
    assert "betalingsdato 2026-11-05" in text
    documents = set(re.findall(r"Bank/document\?sha256=([0-9a-f]{64})", page.text))
    # A bank's "no status" of a whole message is no step that a person must read.
    told = [each for each in steps if each["kind"] != "status" or each["status"]]
    files = {each["file"]["sha256"] for each in told if isinstance(each.get("file"), dict)}
    assert files
    assert files <= documents


@pytest.mark.parametrize(
    "ref", ["nothing", "../../etc/passwd", "/etc/passwd", "<b>x</b>", "lf-"]
)
def test_a_reference_that_names_nothing_is_told_so_and_opens_no_file(
    browser: Browser, ref: str
):
    page = browser.tab("why", ref=ref)

    assert 200 == page.status_code
    assert ref in read(page.text)
    assert "<b>x</b>" not in page.text
    assert "end like this" in page.text or "ends like this" in page.text


def test_many_rows_are_not_all_sent_and_the_sum_is_of_all(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(page_module, "_ROWS", 2)

    some = browser.text("to-pay")
    everything = browser.text("to-pay", rows="all")

    assert "Sum, 4 1 237 287,39 NOK" in some
    assert "+ 2. Vis alle" in some
    assert OPEN not in some
    assert OPEN in everything
    assert "Vis alle" not in everything


def test_every_tab_in_english(browser: Browser):
    settings = browser.world.folder / "books.toml"
    settings.write_text(settings.read_text("utf-8").replace('"nb"', '"en"', 1), "utf-8")

    texts = {tab: browser.text(tab, ref=PAID) for tab in TABS}

    assert "Bank and books agree. Proved to 2026-11-06" in texts["overview"]
    assert "Sum, 4 1,237,287.39 NOK" in texts["to-pay"]
    assert "rejected by the bank: CUST" in texts["to-pay"]
    assert "\u221212,500.00 NOK" in texts["why"]


@pytest.mark.parametrize("tab", TABS)
def test_no_tab_has_a_script_and_an_unknown_tab_is_the_first(browser: Browser, tab: str):
    page = browser.tab(tab, ref=PAID)

    ours = page.text.partition('id="books-root"')[2].partition("</article>")[0]
    assert "<script" not in ours.partition('id="page-title"')[0].rpartition("<script")[0]
    assert not re.search(r"\son[a-z]+=|style=|javascript:", ours)
    assert 'data-tab="overview"' in browser.tab("<x>").text


# What a person does -------------------------------------------------------------------


def test_hold_and_release_are_the_commands_decisions(browser: Browser):
    held = browser.send("hold", item=OPEN, reason="feil beløp")
    after_hold = {each["open_item"]: each for each in browser.world.json("payables")}
    shown = read(browser.client.get(held.headers["Location"]).text)
    released = browser.send("release", item=OPEN)
    after_release = {each["open_item"]: each for each in browser.world.json("payables")}

    assert (303, 303) == (held.status_code, released.status_code)
    assert ("held", "feil beløp (kari)") == (
        after_hold[OPEN]["state"],
        after_hold[OPEN]["reason"],
    )
    assert f"Holdt tilbake: {OPEN} Papirhuset AS" in shown
    assert "feil beløp (kari)" in shown
    assert "open" == after_release[OPEN]["state"]
    assert f"Frigitt: {OPEN}" in read(browser.client.get(released.headers["Location"]).text)


@pytest.mark.parametrize("action", ["hold", "release"])
@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_form_without_the_token_changes_nothing(
    browser: Browser, action: str, token: str
):
    before = _tree(browser.world)

    answer = browser.send(action, token=token, item=HELD, reason="x")

    assert 403 == answer.status_code
    assert before == _tree(browser.world)


@pytest.mark.parametrize(
    ("action", "item", "why"),
    [
        ("hold", "lf-none", "the books have no such open item"),
        ("hold", "", "the books have no such open item"),
        ("release", "<script>alert(1)</script>", "the books have no such open item"),
    ],
)
def test_what_the_command_refuses_is_refused_in_its_words(
    browser: Browser, action: str, item: str, why: str
):
    before = _tree(browser.world)

    answer = browser.send(action, item=item, reason="x")

    assert 409 == answer.status_code
    assert why in read(answer.text)
    assert "<script>alert" not in answer.text
    assert before == _tree(browser.world)


def test_a_hold_says_why(browser: Browser):
    answer = browser.send("hold", item=OPEN, reason="  ")

    assert 409 == answer.status_code
    assert "say why it is held" in read(answer.text)


def test_forms_cannot_be_sent_by_a_link(browser: Browser):
    before = _tree(browser.world)

    with_token = browser.client.get(f"{browser.home}hold?item={OPEN}&token={browser.token}")
    without = browser.client.get(f"{browser.home}hold?item={OPEN}&reason=x")

    assert (303, 404) == (with_token.status_code, without.status_code)
    assert before == _tree(browser.world)


def test_what_is_at_the_bank_has_no_buttons(browser: Browser):
    world = browser.world
    world.books("release", REFUSED, code=0)
    world.books("pay-due", "--yes")

    page = browser.tab("to-pay").text

    row = page.partition(f'data-item="{REFUSED}"')[2].partition("</tr>")[0]
    assert "I banken" in row
    assert "<form" not in row
    assert 409 == browser.send("release", item=REFUSED).status_code


# Fresh, busy, broken ---------------------------------------------------------------


def test_the_books_are_read_once_until_something_changes(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
):
    read_times = []
    opened = wiring.opened
    monkeypatch.setattr(
        wiring,
        "opened",
        lambda options, **more: read_times.append(1) or opened(options, **more),
    )

    for tab in TABS:
        browser.text(tab, ref=PAID)
    first = len(read_times)
    browser.world.bill("10030", "77.00", "2026-11-12")
    text = browser.text("to-pay")

    assert 1 == first
    assert 2 == len(read_times)
    assert "lf-L10001-10030 77,00 NOK" in text


def test_an_answer_of_the_bank_is_seen_although_the_books_did_not_change(week: World):
    week.bill("10031", "95.00", "2026-11-12")
    week.books("pay-due", "--yes")
    browser = Browser(week)
    assert "Sendt 1 95,00 NOK" in browser.text("payments")
    week.to_bank()
    week.bank("collect", str(week.folder / "bank" / "inbox"))
    books = (week.folder / "bank" / "2026" / "11.beancount").read_bytes()
    week.books("reconcile")

    text = browser.text("payments")

    assert books == (week.folder / "bank" / "2026" / "11.beancount").read_bytes()
    assert "Godtatt av banken 1 95,00 NOK" in text


def test_a_new_months_file_is_seen_by_fava_too(browser: Browser):
    browser.text("overview")
    (browser.world.folder / "vouchers" / "2026" / "12.beancount").write_text(
        '2026-12-01 * "Fjellkraft AS" "Faktura 10040" ^lf-L10001-10040\n'
        '  invoice: "10040"\n  due: 2026-12-15\n'
        "  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  -99.00 NOK\n"
        "  Expenses:6800-Kontorrekvisita  99.00 NOK\n",
        "utf-8",
    )

    text = browser.text("to-pay")

    assert "lf-L10001-10040 99,00 NOK" in text
    journal = browser.api("GET", "journal").json["data"]
    assert any(each.get("narration") == "Faktura 10040" for each in journal)


def test_a_file_from_an_older_backup_is_seen_by_fava_too(browser: Browser):
    path = browser.world.folder / "vouchers" / "2026" / "11.beancount"
    older = path.read_text("utf-8").replace("Faktura 772", "Faktura 772, papir")
    path.write_text(older, "utf-8")
    os.utime(path, ns=(1, 1))

    text = browser.text("why", ref=OPEN)

    assert "Faktura 772, papir" in text
    journal = browser.api("GET", "journal").json["data"]
    assert any(each.get("narration") == "Faktura 772, papir" for each in journal)


def test_while_another_command_works_the_last_state_is_shown(browser: Browser):
    browser.text("overview")
    browser.world.bill("10030", "77.00", "2026-11-12")
    with books_lock(browser.world.folder):
        busy = browser.text("to-pay")
    after = browser.text("to-pay")

    assert "Bøkene er i bruk av en annen kommando; dette er stillingen før" in busy
    assert OPEN in busy
    assert "lf-L10001-10030" not in busy
    assert "lf-L10001-10030" in after


def test_busy_from_the_start_says_so(browser: Browser):
    with books_lock(browser.world.folder):
        assert "Last siden på nytt om litt" in browser.text("overview")


def test_pages_at_the_same_time_wait_for_one_reading(browser: Browser):
    answers: list[int] = []

    def load() -> None:
        client = browser.app.test_client()
        client._cookies = browser.client._cookies
        answers.append(client.get(browser.home).status_code)

    threads = [threading.Thread(target=load) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [200] * 6 == answers


def test_broken_books_say_that_nothing_is_paid_and_what_to_mend(browser: Browser):
    browser.world.bill("10023", "1.00", "2026-11-20")

    text = browser.text("to-pay")
    refused = browser.send("hold", item=OPEN, reason="x")
    errors = browser.api("GET", "errors").json["data"]

    assert "Bøkene har feil. Ingenting betales eller bokføres før de er rettet." in text
    assert "vouchers/2026/11.beancount:" in text
    assert PAID in text
    assert 409 == refused.status_code
    assert any(PAID in each["message"] for each in errors)


def test_mended_books_are_shown_again(browser: Browser):
    path = browser.world.folder / "vouchers" / "2026" / "11.beancount"
    good = path.read_text("utf-8")
    browser.world.bill("10023", "1.00", "2026-11-20")
    browser.text("to-pay")
    path.write_text(good, "utf-8")

    assert OPEN in browser.text("to-pay")


def test_a_fault_of_ours_shows_no_traceback(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, capfd
):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("inner thing")

    monkeypatch.setattr(bank_page, "page_of", fail)

    answer = browser.tab("overview")

    assert 500 == answer.status_code
    assert "a fault of ours" in answer.text
    assert "Traceback" not in answer.text
    assert "Traceback" not in "".join(capfd.readouterr())
    assert "inner thing" in (browser.world.folder / ".books" / "fault.txt").read_text()


# Hostile text -------------------------------------------------------------------------


def test_a_text_of_somebody_else_is_text(browser: Browser):
    """Bank text and names are hostile: no markup, no control or direction characters."""
    browser.world.append(
        "vouchers/2026/11.beancount",
        '2026-11-03 * "Fjell\u202ekraft" "<img src=x onerror=alert(1)>\u0085" ^lf-L10001-66\n'
        '  invoice: "66"\n  due: 2026-11-20\n'
        "  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  -5.00 NOK\n"
        "  Expenses:6800-Kontorrekvisita  5.00 NOK\n",
    )

    page = browser.tab("why", ref="lf-L10001-66").text

    ours = page.partition('id="books-root"')[2].partition("</article>")[0]
    assert "&lt;img src=x onerror=alert(1)&gt;" in ours
    assert "<img" not in ours
    assert "\u202e" not in ours
    assert "\u0085" not in ours


def test_an_archived_file_is_shown_byte_for_byte_without_rights(browser: Browser):
    archive = browser.world.folder / "bank" / "archive"
    files = [path for path in archive.rglob("*") if path.suffix in {".xml", ".txt"}]

    for path in files:
        answer = browser.client.get(f"{browser.home}document?sha256={path.stem}")
        assert 200 == answer.status_code
        assert path.read_bytes() == answer.data
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert len(files) > 5


@pytest.mark.parametrize(
    "digest", ["", "0" * 64, "../../../books.toml", "%2e%2e/x", "A" * 64]
)
def test_nothing_else_is_a_document(browser: Browser, digest: str):
    answer = browser.client.get(f"{browser.home}document?sha256={digest}")

    assert 404 == answer.status_code


def test_a_damaged_archive_is_told_and_not_shown(browser: Browser):
    archive = browser.world.folder / "bank" / "archive"
    path = next(path for path in archive.rglob("*.xml"))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b" ")

    answer = browser.client.get(f"{browser.home}document?sha256={path.stem}")

    assert 500 == answer.status_code
    assert "Restore this file from a backup" in answer.text


def _item(**more: object) -> OpenItem:
    owed = Amount(Decimal(-100), "NOK")
    facts: dict[str, object] = {
        "key": "lf-L10001-1",
        "account": "Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft",
        "kind": ItemKind.SUPPLIER,
        "party_number": "L10001",
        "party_name": "Fjellkraft AS",
        "date": date(2026, 11, 2),
        "amount": owed,
        "residual": owed,
        "creditor_account": SUPPLIER_ACCOUNT,
    }
    return OpenItem(**{**facts, **more})


CONFIRMED, UNSAID = "86019055177", "86011117947"
_APPROVED = Release(on=date(2026, 11, 2), by="o", up_to=Amount(Decimal(101), "NOK"))


@pytest.mark.parametrize(
    ("item", "norwegian_text"),
    [
        (_item(is_draft=True), "Ikke attestert (books post)"),
        (
            _item(residual=Amount(Decimal(5), "NOK")),
            "Kreditnota: ingenting å betale; avregn den mot en faktura (books match)",
        ),
        (
            _item(creditor_account=None),
            "Mangler kontonummer: før opp creditor-account på leverandøren eller fakturaen",
        ),
        (
            _item(creditor_account="15032080110"),
            "Kontonummer 15032080110 har feil kontrollsiffer",
        ),
        (
            _item(creditor_account=OTHER_ACCOUNT),
            (
                f"Kontonummer {OTHER_ACCOUNT} er ikke det kjente for Fjellkraft AS"
                f" ({SUPPLIER_ACCOUNT}, {UNSAID}, {CONFIRMED}): bekreft det med leverandøren, og frigi"
            ),
        ),
        (
            _item(creditor_account=CONFIRMED),
            (
                f"Kontonummer {CONFIRMED} er nytt for Fjellkraft AS: bekreftet av o"
                " 2026-11-02, sperret til 2026-11-05"
            ),
        ),
        (
            _item(creditor_account=CONFIRMED, key="lf-L10001-2"),
            (
                f"Kontonummer {CONFIRMED} er nytt for Fjellkraft AS: bekreftet av o"
                " 2026-11-02; én til må bekrefte det"
            ),
        ),
        (
            _item(creditor_account=UNSAID),
            (
                f"Kontonummer {UNSAID} for Fjellkraft AS er endret uten at noen sier hvem"
                " som bekreftet det og hvordan: før opp by og reason på linjen, eller frigi"
            ),
        ),
        (
            _item(party_number="L10004", creditor_account=CONFIRMED),
            (
                f"Kontonummer {CONFIRMED} for Fjellkraft AS ble erstattet av"
                f" {SUPPLIER_ACCOUNT} den 2026-11-02: bekreft det med leverandøren, og frigi"
            ),
        ),
        (
            _item(party_number="L10003"),
            (
                f"Kontonummer {SUPPLIER_ACCOUNT} står som det første for Fjellkraft AS, som"
                f" før er betalt på {OTHER_ACCOUNT}: bekreft det med leverandøren, og frigi"
            ),
        ),
        (
            _item(residual=Amount(Decimal("-100.01"), "NOK")),
            "100.01 NOK er over grensen 100 for én betaling: en person må frigi den",
        ),
        (
            _item(
                residual=Amount(Decimal("-100.01"), "NOK"),
                key="lf-L10001-2",
                releases=(_APPROVED,),
            ),
            (
                "100.01 NOK er over grensen 100 for én betaling: frigitt av o; én til må"
                " frigi den"
            ),
        ),
        (
            _item(residual=Amount(Decimal(-1), "EUR")),
            "1.00 EUR kan ikke måles mot grensen i NOK: en person må frigi den",
        ),
        (
            _item(kid="1234"),
            "KID 1234 har feil kontrollsiffer: banken ville avvise den",
        ),
        (_item(hold=Hold(reason="feil beløp", by="kari")), "feil beløp (kari)"),
    ],
)
def test_every_reason_of_the_core_is_told_in_norwegian(item: OpenItem, norwegian_text: str):
    """The reasons are the core's own, made here: a changed one must be changed here too."""
    first = CreditorAccount(number=SUPPLIER_ACCOUNT, since=date(2026, 1, 1))
    confirmed = replace(
        first, number=CONFIRMED, since=date(2026, 11, 2), by="o", reason="t"
    )
    safeguards = Safeguards(
        policy=Policy(payment_limit=Decimal(100), second_person=item.key.endswith("-2")),
        today=date(2026, 11, 3),
        bank_days=BankDays(),
        accounts={
            "L10001": (first, replace(first, number=UNSAID), confirmed),
            "L10003": (first,),
            "L10004": (first, confirmed, replace(confirmed, number=SUPPLIER_ACCOUNT)),
        },
        paid={"L10003": frozenset({OTHER_ACCOUNT})},
    )
    (payable,) = payables([item], {}, safeguards)

    assert norwegian_text == reason(payable.reason or "", "nb")
    assert payable.reason == reason(payable.reason or "", "en")


def test_a_release_that_leaves_another_reason_says_so(browser: Browser):
    """A bill that a person holds may have an account that nobody has confirmed."""
    browser.send("hold", item=HELD, reason="x")
    answer = browser.send("release", item=HELD)

    text = read(browser.client.get(answer.headers["Location"]).text)

    payables = {each["open_item"]: each for each in browser.world.json("payables")}
    expected = "Fortsatt holdt tilbake" if payables[HELD]["state"] == "held" else "Frigitt"
    assert f"{expected}: {HELD} Fjellkraft AS" in text


@pytest.mark.parametrize(
    "asked", [{"decided": "lf-none", "did": "held"}, {"decided": OPEN, "did": "<x>"}]
)
def test_an_address_cannot_make_up_a_decision(browser: Browser, asked: dict[str, str]):
    page = browser.tab("to-pay", **asked)

    assert "books-notice" not in page.text


def _tree(world: World) -> dict[str, bytes]:
    return {
        str(path.relative_to(world.folder)): path.read_bytes()
        for path in sorted(world.folder.rglob("*.beancount"))
    }
