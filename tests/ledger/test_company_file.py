"""books.toml: every error with its line, all at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from books_on_disk import TOML

from ledger.company import CompanyInvalid, Policy, read, text_with_lock

WHOLE = """\
[company]
name = "Fjordvik Håndverk AS"
orgnr = "987 654 325"
language = "en"
locked_until = 2026-09-30

[[bank-account]]
number = "NO93 8601 1117 947"
account = "Assets:1920-Bankinnskudd"
currency = "NOK"
first_day = 2026-09-01
opening = "-250000.5"
bank = "sor"
channel = "sftp"

[channel.sftp]
kind = "sftp"
host = "bank.example"

[policy]
pay_ahead = 0
weekend = "after"
retry = ["AM04"]
salary_batch = false
closed_days = [2026-12-31]
"""


def company(folder, text):
    (folder / "books.toml").write_text(text, encoding="utf-8")
    return read(folder)


def test_all_of_it(tmp_path):
    found = company(tmp_path, WHOLE)

    (bank,) = found.bank_accounts
    assert (found.orgnr, found.language) == ("987654325", "en")
    assert found.locked_until == date(2026, 9, 30)
    assert (bank.number, bank.bank, bank.channel) == ("86011117947", "sor", "sftp")
    assert bank.opening == Decimal("-250000.5")
    assert bank.clearing == ""
    assert found.channels[0].kind == "sftp"
    assert found.channels[0].settings == {"host": "bank.example"}
    assert found.policy == Policy(
        pay_ahead=0,
        weekend="after",
        retry=("AM04",),
        salary_batch=False,
        closed_days=(date(2026, 12, 31),),
    )
    assert found.bank_account("86011117947") is bank


def test_what_may_be_left_out(tmp_path):
    found = company(tmp_path, TOML.replace('opening = "0.00"\n', ""))

    assert found.policy == Policy()
    assert (found.language, found.locked_until) == ("nb", None)
    assert (found.bank_accounts[0].bank, found.bank_accounts[0].has_opening) == (
        "generic",
        False,
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("987 654 325", "987654321", "books.toml:3: [company] orgnr: organisation number"),
        ('orgnr = "987 654 325"\n', "", "books.toml:1: [company] orgnr: is missing"),
        ('"987 654 325"', "987654325", "orgnr: 987654325 is not text in quotes"),
        ('"en"', '"no"', 'books.toml:4: [company] language: "no" is not one of nb, en'),
        (
            "= 2026-09-30",
            '= "2026-09-30"',
            "books.toml:5: [company] locked_until: '2026-09-30'",
        ),
        ("language =", "langauge =", "langauge: is unknown; is language meant?"),
        ("NO93", "NO94", "books.toml:8: [[bank-account]] number: IBAN"),
        ("Assets:1920-Bankinnskudd", "bank", 'account: "bank" is no account name'),
        ('"NOK"', '"kr"', 'currency: "kr" is not three capital letters'),
        ("first_day = 2026-09-01\n", "", "first_day: is missing"),
        ("-250000.5", "250 000,00", 'opening: "250 000,00" is no amount'),
        ('"sor"', '"soer"', 'bank: "soer" is not one of generic, sor'),
        ('channel = "sftp"', 'channel = "post"', "there is no [channel.post] in this file"),
        ('kind = "sftp"\n', "", "books.toml:16: [channel.sftp] kind: is missing"),
        ("pay_ahead = 0", "pay_ahead = true", "pay_ahead: True is not a whole number"),
        ("pay_ahead = 0", "pay_ahead = -1", "pay_ahead: -1 is not between"),
        ("pay_ahead", "pay_ahed", "pay_ahed: is unknown; is pay_ahead meant?"),
        ('["AM04"]', '"AM04"', "retry: 'AM04' is not a list"),
        ('["AM04"]', "[4]", "retry: 4 is not text in quotes"),
        ("[policy]", "[polic]", "[polic]: is unknown"),
        (
            "[[bank-account]]",
            "[bank-account]",
            "[[bank-account]] (two brackets): is missing",
        ),
        ("[company]\n", "[company]\n[company]\n", "books.toml:2: is no TOML"),
    ],
)
def test_an_error_says_file_key_and_what_to_do(tmp_path, old, new, said):
    assert old in WHOLE

    with pytest.raises(CompanyInvalid) as caught:
        company(tmp_path, WHOLE.replace(old, new))

    assert said in str(caught.value)
    assert len(caught.value.errors) == 1


def test_the_same_account_twice(tmp_path):
    again = WHOLE[WHOLE.index("[[bank-account]]") : WHOLE.index("[channel.sftp]")]

    with pytest.raises(CompanyInvalid, match="86011117947 is there twice"):
        company(tmp_path, WHOLE.replace("[channel.sftp]", f"{again}[channel.sftp]"))


@pytest.mark.parametrize("text", [TOML, WHOLE])
def test_a_lock_changes_one_line(tmp_path, text):
    locked = text_with_lock(text, date(2026, 10, 31))

    assert company(tmp_path, locked).locked_until == date(2026, 10, 31)
    assert len(set(locked.splitlines()) - set(text.splitlines())) == 1


LOCKS = {
    "as new books have it": (
        '[company]\nname = "A"\n# locked_until = 2026-09-30  # set by: books lock\n\n[policy]\n',
        '[company]\nname = "A"\nlocked_until = 2026-10-31    # set by: books lock\n\n[policy]\n',
    ),
    "locked before": (
        "[company]\nlocked_until = 2026-09-30  # kvartal\n# locked_until = 2026-01-31\n",
        "[company]\nlocked_until = 2026-10-31  # kvartal\n# locked_until = 2026-01-31\n",
    ),
    "the comment comes first": (
        "[company]\n# locked_until = 2026-01-31\nlocked_until = 2026-09-30\n",
        "[company]\n# locked_until = 2026-01-31\nlocked_until = 2026-10-31\n",
    ),
    "no line": (
        '[company] # us\nname = "A"  # name\n\n# bank\n[[bank-account]]\n',
        '[company] # us\nname = "A"  # name\nlocked_until = 2026-10-31\n\n# bank\n[[bank-account]]\n',
    ),
    "the last table, no end of line": (
        '[policy]\n[company]\nname = "A"',
        '[policy]\n[company]\nname = "A"\nlocked_until = 2026-10-31\n',
    ),
    "ends of lines of Windows": (
        '[company]\r\nname = "A"\r\n[policy]\r\n',
        '[company]\r\nname = "A"\r\nlocked_until = 2026-10-31\r\n[policy]\r\n',
    ),
    "a key of another table": (
        "[policy]\n# locked_until = 2026-01-31\n[company]\n",
        "[policy]\n# locked_until = 2026-01-31\n[company]\nlocked_until = 2026-10-31\n",
    ),
}


@pytest.mark.parametrize(("text", "locked"), LOCKS.values(), ids=LOCKS)
def test_a_lock_takes_the_line_that_is_there(text, locked):
    assert text_with_lock(text, date(2026, 10, 31)) == locked


RULE = """
[[rule]]
name = "netbank fee"
text = "nettbank"
amount = ["-200.00", "0.00"]
account = "Expenses:7770-Bankgebyr"

[[rule]]
name = "parking"
party = "Parkering"
account = "Expenses:7140-Reise"
vat = "1"
document = "required"
"""


def test_rules_of_a_person(tmp_path):
    first, second = company(tmp_path, TOML + RULE).rules

    assert ("netbank fee", "nettbank") == (first.name, first.text)
    assert (Decimal("-200.00"), Decimal("0.00")) == (first.amount_from, first.amount_to)
    assert ("1", True) == (second.vat, second.document_required)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('text = "nettbank"\n', "", "it would fit everything"),
        ('["-200.00", "0.00"]', '["0.00", "-200.00"]', "0.00 is more than -200.00"),
        ('["-200.00", "0.00"]', '["-200"]', "is not a range"),
        ('"Expenses:7770-Bankgebyr"', '"7770"', "is not an account"),
        ('document = "required"\n', "", "VAT needs a voucher"),
        ('name = "parking"', 'name = "netbank fee"', "two rules are called netbank fee"),
        ("party = ", "partner = ", "is unknown; is party meant?"),
        ('text = "nettbank"', 'text = ""', "text: is empty: it would fit everything"),
        ('text = "nettbank"', 'text = " \\t"', "text: is empty: it would fit everything"),
        ('text = "nettbank"', 'code = ""', "code: is empty: it would fit everything"),
        # also beside a condition that says something
        (
            '"Parkering"',
            '"Parkering"\ntext = ""',
            "text: is empty: it would fit everything",
        ),
        ('"Parkering"', '" "', "party: is empty: it would fit everything"),
        ('name = "parking"', 'name = ""', "name: is empty"),
        ('name = "parking"', 'name = " "', "name: is empty"),
        (
            'vat = "1"',
            'vat = "99"',
            '"99" is not a code that we know (1, 11, 12, 13, 0, 3,',
        ),
    ],
)
def test_a_rule_that_is_wrong_is_told_with_its_line(tmp_path, old, new, told):
    with pytest.raises(CompanyInvalid) as caught:
        company(tmp_path, TOML + RULE.replace(old, new, 1))

    assert any(told in str(error) for error in caught.value.errors)
