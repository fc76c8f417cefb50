"""The netbank's pages: who gets in, what they see, and that they do what they say."""

from __future__ import annotations

import html
import re

import pytest
from payment_files import ACCOUNT, BOOKS, CLOSED, ORGNR, POWER, payment, simple

from simulator import app as command_line
from simulator import faults
from simulator.netbank import app as netbank
from simulator.netbank import texts

PASSWORD = "hemmelig-ord"
BOOKS_ELSEWHERE = "15101234565"


class Visitor:
    """A browser without scripts: follows forms as they stand on the page."""

    def __init__(self, application):
        self.client = application.test_client()
        self.page = ""

    def get(self, path: str, status: int = 200) -> str:
        response = self.client.get(path, follow_redirects=True)
        assert response.status_code == status, response.text
        self.page = response.text
        return self.page

    def post(self, path: str, status: int = 200, **fields) -> str:
        token = re.search('name="csrf" value="([^"]+)"', self.page or self.get("/login"))[1]
        response = self.client.post(
            path, data={"csrf": token, **fields}, follow_redirects=True
        )
        assert response.status_code == status, response.text
        self.page = response.text
        return self.page

    def log_in(self, name: str = "Kari", password: str = PASSWORD) -> str:
        self.get("/login")
        return self.post("/login", name=name, password=password)


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def site(bank, clock, monkeypatch):
    for name in ("Kari", "Ola"):
        monkeypatch.setattr("sys.stdin", _Lines(PASSWORD))
        bank("person", name, "--account", ACCOUNT, "--password-stdin")
    bank("account", BOOKS, "--owner", "Vik AS", "--orgnr", "889640782")
    bank("person", "Per", "--account", BOOKS)
    monkeypatch.setattr("sys.stdin", _Lines(PASSWORD))
    bank("person", "Per", "--account", BOOKS, "--password-stdin")
    return netbank.create(bank.folder, clock=lambda: clock[0])


class _Lines:
    def __init__(self, line: str):
        self.line = line

    def readline(self) -> str:
        return self.line + "\n"


@pytest.fixture
def kari(site):
    visitor = Visitor(site)
    visitor.log_in()
    return visitor


PAGES = (
    "/",
    f"/account/{ACCOUNT}",
    "/due",
    "/approve",
    "/files",
    "/kar",
    "/order",
    "/world",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_in_both_languages_that_the_bank_is_simulated(kari, path):
    norwegian = kari.get(path)
    assert 'lang="nb"' in norwegian
    assert texts.TEXTS["simulated"][0] in norwegian

    english = kari.post("/language", back=path)
    assert 'lang="en"' in english
    assert texts.TEXTS["simulated"][1] in english
    assert norwegian != english


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_script_or_style_of_its_own(kari, path):
    page = kari.get(path)

    assert "<script" not in page
    assert " style=" not in page
    assert not re.search(r"\son(click|load|error|submit|change|focus|mouse)[a-z]*=", page)


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_a_page_without_logging_in(site, path):
    assert 'name="password"' in Visitor(site).get(path)


def test_every_text_has_two_languages():
    for key, pair in (texts.TEXTS | texts.STATES).items():
        assert len(pair) == 2, key
        assert all(pair), key


def test_a_wrong_password_and_an_unknown_name_are_told_alike(site):
    wrong = Visitor(site).log_in(password="feil passord")
    unknown = Visitor(site).log_in(name="Nobody")

    assert texts.TEXTS["login_failed"][0] in wrong
    assert texts.TEXTS["login_failed"][0] in unknown


def test_after_five_wrong_passwords_one_must_wait(site, clock):
    visitor = Visitor(site)
    for _ in range(5):
        visitor.log_in(password="feil passord")
    assert texts.TEXTS["login_locked"][0] in visitor.log_in()

    clock[0] += 61

    assert "Fjord AS" in visitor.log_in()


def test_a_short_password_is_refused(bank, monkeypatch):
    monkeypatch.setattr("sys.stdin", _Lines("kort"))

    assert bank.run("person", "Kari", "--account", ACCOUNT, "--password-stdin").code == 1


def test_a_session_ends_after_a_quarter_of_an_hour(kari, clock):
    clock[0] += 14 * 60
    assert "Fjord AS" in kari.get("/")

    clock[0] += 16 * 60

    assert 'name="password"' in kari.get("/")


def test_a_form_without_its_token_does_nothing(kari, bank):
    response = kari.client.post("/world/charge", data={"account": ACCOUNT, "amount": "5"})

    assert response.status_code == 400
    assert bank("journal") == []


def test_a_token_from_before_the_login_is_worth_nothing_after_it(site):
    visitor = Visitor(site)
    before = re.search('name="csrf" value="([^"]+)"', visitor.get("/login"))[1]
    visitor.log_in()

    response = visitor.client.post("/language", data={"csrf": before})

    assert response.status_code == 400


@pytest.mark.parametrize(
    "back", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere"]
)
def test_the_language_form_never_leads_out_of_the_bank(kari, back):
    token = re.search('name="csrf" value="([^"]+)"', kari.get("/"))[1]

    response = kari.client.post("/language", data={"csrf": token, "back": back})

    assert response.headers["Location"] == "/"


def test_the_headers_forbid_scripts_and_frames(kari):
    response = kari.client.get("/")

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["Cache-Control"] == "no-store"
    cookie = response.headers["Set-Cookie"]
    assert ("HttpOnly" in cookie, "SameSite=Strict" in cookie) == (True, True)


def upload(visitor: Visitor, body: str) -> str:
    import io

    token = re.search('name="csrf" value="([^"]+)"', visitor.get("/files"))[1]
    response = visitor.client.post(
        "/files",
        data={"csrf": token, "file": (io.BytesIO(body.encode()), "remittance.xml")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    visitor.page = response.text
    return response.text


def test_an_upload_gives_a_receipt_with_sum_count_and_control_code(kari, bank):
    page = upload(kari, simple(payment("E-1", "12500.00"), payment("E-2", "0.50")))

    code = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", page)[0]
    assert "12 500,50" in page
    again = bank.upload(simple(payment("E-1", "12500.00"), payment("E-2", "0.50")))
    assert again.value["control_code"] == code


def test_a_refused_file_says_why(kari):
    page = upload(kari, "hello")

    assert "FF01" in page
    assert texts.TEXTS["refused_text"][0] in page


def test_lines_are_approved_and_rejected_one_by_one(kari, bank):
    upload(kari, simple(*[payment(f"E-{n}") for n in (1, 2, 3)]))
    kari.get("/approve/1")

    kari.post("/approve/1", payment=["E-1"], do="approve")
    kari.post("/approve/1", payment=["E-2"], do="reject")

    assert bank.states() == {"E-1": "due", "E-2": "cancelled CUST", "E-3": "waiting"}


def test_two_people_must_approve_and_not_the_same_twice(site, kari, bank):
    bank("agreement", ACCOUNT, "--approvals", "2")
    upload(kari, simple(payment("E-1")))
    kari.get("/approve/1")
    kari.post("/approve/1", payment=["E-1"])

    kari.post("/approve/1", status=400, payment=["E-1"])
    assert bank.states() == {"E-1": "waiting"}

    ola = Visitor(site)
    ola.log_in("Ola")
    ola.get("/approve/1")
    page = ola.post("/approve/1", payment=["E-1"])

    assert bank.states() == {"E-1": "due"}
    assert "Kari, Ola" in page


def test_a_payee_with_a_new_account_is_marked_and_not_chosen(kari, bank):
    upload(kari, simple(payment("E-1"), message_id="M-1"))
    upload(kari, simple(payment("E-2", to=BOOKS), payment("E-3"), message_id="M-2"))

    page = kari.get("/approve/2")

    assert page.count(texts.TEXTS["changed_payee"][0]) == 1
    chosen = re.findall(r'value="(E-[23])"[^>]*checked', page)
    assert chosen == ["E-3"]


def test_another_customers_things_do_not_exist(site, kari, bank):
    upload(kari, simple(payment("E-1")))
    bank("advance", "--days", "1")
    files = re.findall(r'href="(/files/\d+/[^"]+)"', kari.get("/files"))
    per = Visitor(site)
    page = per.log_in("Per")

    assert "Fjord AS" not in page
    for path in (f"/account/{ACCOUNT}", "/approve/1", "/files/receipt/1", files[-1]):
        per.get(path, status=404)


def test_return_files_are_given_byte_for_byte_and_again(kari, bank):
    upload(kari, simple(payment("E-1")))
    path = re.findall(r'href="(/files/\d+/[^"]+)"', kari.get("/files"))[0]

    first = kari.client.get(path)
    second = kari.client.get(path)

    assert first.data == second.data
    assert b"pain.002.001.03" in first.data
    assert "attachment" in first.headers["Content-Disposition"]
    assert len(bank.collect()) == 1  # the other of the two answers


def test_movements_show_the_balance_after_each(kari, bank):
    bank("charge", ACCOUNT, "--amount", "15")
    bank("pay-in", ACCOUNT, "--amount", "40", "--kid", "123456782")
    bank("advance", "--days", "1")

    page = kari.get(f"/account/{ACCOUNT}")

    amounts = re.findall(r'class="right amount faint"[^>]*>([^<]+)<', page)
    assert amounts == ["100 025,00", "99 985,00"]


def test_the_month_shows_where_money_runs_short(kari, bank):
    upload(
        kari,
        simple(payment("E-1", "60000.00"), payment("E-2", "50000.00"), day="2026-11-20"),
    )

    page = kari.get("/due")

    assert "<svg" in page
    assert "-10 000,00" in page
    assert "2026-11-20" in page


@pytest.mark.parametrize(
    ("number", "orgnr", "answers"),
    [
        (ACCOUNT, ORGNR, "ja ja ja"),
        (ACCOUNT, "889640782", "ja ja nei"),
        (CLOSED, "", "ja nei vet ikke"),
        ("15032080118", "", "nei nei vet ikke"),
        ("8601.11.17947", "", "ja ja vet ikke"),
    ],
)
def test_the_payee_check_answers_yes_or_no(kari, bank, number, orgnr, answers):
    bank("payee", CLOSED, "--closed")

    page = kari.get(f"/kar?number={number}&orgnr={orgnr}")

    found = re.findall(r'class="state [a-z]+">([^<]+)<', page)
    assert " ".join(found) == answers
    assert "Fjord" not in page  # it never says whose


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGzGkFhJ0vT8cM6bq3m8wQ8vT0W7sS9x0oY2l5o9b1cD"


def test_one_payment_is_not_called_payments(kari, bank):
    upload(kari, simple(payment("E-1")))

    assert "1 betaling ·" in kari.get("/")
    kari.get("/approve/1")
    assert "Gjort: 1 betaling<" in kari.post("/approve/1", payment=["E-1"])
    kari.post("/language", back="/")
    assert "Kari approved 1 payment<" in kari.get("/")


def test_what_is_approved_can_be_cancelled_until_the_run(kari, bank):
    upload(kari, simple(payment("E-1"), payment("E-2"), day="2026-11-04"))
    kari.get("/approve/1")
    kari.post("/approve/1", payment=["E-1", "E-2"])
    assert "/approve/1" in kari.get("/due")  # the way back to a payment from its line

    kari.get("/approve/1")
    kari.post("/approve/1", payment=["E-2"], do="reject")
    bank("advance", "--days", "3")

    assert bank.states() == {"E-1": "booked", "E-2": "cancelled CUST"}
    assert 'value="reject"' not in kari.get("/approve/1")
    kari.post("/approve/1", status=400, payment=["E-1"], do="reject")


def test_return_files_are_named_in_words_with_their_size(kari, bank):
    upload(kari, simple(payment("E-1")))
    bank("advance", "--days", "2")

    page = kari.get("/files")

    assert "Svar på betalinger (pain.002)" in page
    assert "Kontoutskrift (camt.053)" in page
    assert re.search(r">\d+ B<", page)
    assert re.search(r">\d,\d kB<", page)


def test_every_fault_can_be_armed_on_the_page_and_is_listed_there(kari, bank):
    page = kari.get("/world")

    for fault in faults.FAULTS:
        assert f'<option value="{fault.name}">' in page
        assert fault.norwegian in html.unescape(page)
        armed = kari.post("/world/fault", name=fault.name, settings="count=2")
        assert f"{fault.name} × 2" in armed
    assert len(bank("fault")["armed"]) == len(faults.FAULTS)


def test_an_integration_is_ordered_and_confirmed(kari, bank):
    kari.get("/order")
    page = kari.post(
        "/order", account=ACCOUNT, how="direct", user="fjord", key=KEY, camt054="yes",
        notify="day", version="08", ocr="123456789", kid_lengths="9 12", approvals="2",
    )  # fmt: skip

    assert texts.TEXTS["order_done"][0] in page
    assert "fjord@" in page
    agreed = bank("agreement", ACCOUNT)
    assert agreed == {
        "account": ACCOUNT, "ocr": "123456789", "kid_lengths": [9, 12], "camt054": True,
        "approvals": 2, "camt_version": "08", "discreet_salary": False, "notify": "day",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"kid_lengths": "1"}, {"kid_lengths": "9 10 11 12"}, {"ocr": "12A"},
     {"user": "../x", "key": KEY, "how": "direct"}, {"user": "x", "key": "no key", "how": "direct"}],
)  # fmt: skip
def test_an_order_that_cannot_be_is_refused(kari, bank, wrong):
    before = bank("agreement", ACCOUNT)
    kari.get("/order")

    kari.post("/order", status=400, account=ACCOUNT, camt054="yes", **wrong)

    assert bank("agreement", ACCOUNT) == before


def test_rights_on_an_account_are_ordered_for_people_the_bank_knows(kari, site):
    kari.get("/order")
    kari.post("/order", account=ACCOUNT, person="Per", limit="1 000,00")

    per = Visitor(site)
    assert "Fjord AS" in per.log_in("Per")
    kari.get("/order")
    kari.post("/order", status=400, account=ACCOUNT, person="Ukjent")


def test_kid_lengths_of_the_agreement_are_kept(bank):
    bank("agreement", ACCOUNT, "--kid-lengths", "9")

    assert bank.run("pay-in", ACCOUNT, "--amount", "1", "--kid", "0017").code == 1
    assert bank.run("pay-in", ACCOUNT, "--amount", "1", "--kid", "123456783").code == 1
    assert bank.run("pay-in", ACCOUNT, "--amount", "1", "--kid", "123456782").code == 0


def test_the_world_can_be_moved(kari, bank):
    kari.get("/world")
    kari.post("/world/pay-in", account=ACCOUNT, amount="1 250,00", kid="123456782")
    kari.post("/world/charge", account=ACCOUNT, amount="15", text="Gebyr")
    kari.post("/world/charge", account=ACCOUNT, amount="99", text="Kafe", kind="card")
    kari.post("/world/charge", account=ACCOUNT, amount="2", kind="interest")
    kari.post("/world/charge", status=400, account=ACCOUNT, amount="2", kind="gift")
    kari.get("/world")
    kari.post("/world/payee", number=BOOKS_ELSEWHERE, do="return")
    assert bank("payee", BOOKS_ELSEWHERE)["returns"] is True
    kari.post("/world/payee", number=POWER, do="close")
    kari.post("/world/fault", name="dup_file", settings="only=C053")
    page = kari.post("/world/time", go="1")

    assert "2026-11-03 09:00" in page
    assert sorted(m["amount_ore"] for m in bank("journal")) == [-9900, -1500, 200, 125000]
    assert bank("payee", POWER)["closed"] is True
    assert [".C053." in p.name for p in bank.collect()].count(
        True
    ) == 3  # two customers, one twice


def test_a_hostile_name_stays_text(kari):
    upload(kari, simple(payment("E-1", name="<script>alert(1)</script>", text='"><b>x')))

    page = kari.get("/approve/1") + kari.get("/due")

    assert "<script" not in page
    assert "<b>x" not in page


def test_a_refusal_is_told_in_the_language_of_the_page(kari):
    kari.get("/world")
    norwegian = kari.post("/world/charge", status=400, account=ACCOUNT, amount="mye")
    assert "er ikke et beløp" in norwegian

    kari.post("/language", back="/world")

    assert "is not an amount" in kari.post(
        "/world/charge", status=400, account=ACCOUNT, amount="mye"
    )


def test_a_page_that_is_not_there(kari):
    assert texts.TEXTS["not_found"][0] in kari.get("/nowhere", status=404)


def test_the_command_line_sees_what_the_pages_did(kari, bank, capsys):
    upload(kari, simple(payment("E-1")))

    command_line.run(["--state", str(bank.folder), "payments"])

    assert "E-1" in capsys.readouterr().out
