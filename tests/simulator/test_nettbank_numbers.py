"""The bank's own check digits, against an implementation that nobody here wrote."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.no import kontonr, orgnr

from simulator import numbers_of_norway as numbers
from simulator import ore
from simulator.refusal import Refused


def test_account_numbers_are_judged_as_by_stdnum():
    digits = random.Random(1)
    found = 0
    for _ in range(5000):
        number = f"{digits.randrange(10**10, 10**11)}"
        assert kontonr.is_valid(number) == numbers.account_is_valid(number), number
        found += numbers.account_is_valid(number)

    assert 300 < found < 700  # about one in eleven


def test_organisation_numbers_are_judged_as_by_stdnum():
    digits = random.Random(2)
    for _ in range(5000):
        number = f"{digits.randrange(8 * 10**8, 10**9)}"
        assert orgnr.is_valid(number) == numbers.organisation_is_valid(number), number


def test_an_account_becomes_the_iban_that_stdnum_accepts_and_back():
    for number in ("86011117947", "12345678903", "15032080119", "30001234567"):
        written = numbers.iban_of_account(number)

        assert iban.is_valid(written)
        assert numbers.account_of_iban(written) == number


@pytest.mark.parametrize(
    ("kid", "valid"),
    [
        ("123456782", True),  # MOD10
        ("123456785", True),  # MOD11
        ("1000005-", True),  # MOD11 with the rest one
        ("0010023000", True),
        ("123456783", False),
        ("1", False),
        ("12-4", False),
        ("1" * 26, False),
    ],
)
def test_a_kid_fits_mod10_or_mod11(kid, valid):
    assert numbers.kid_is_valid(kid) is valid


def test_mod10_is_luhn():
    digits = random.Random(3)
    for _ in range(1000):
        payload = f"{digits.randrange(10**12)}"
        assert luhn.calc_check_digit(payload) == numbers.kid_modulus_10(payload)


@pytest.mark.parametrize(
    ("text", "found"),
    [("12500.00", 1250000), ("7", 700), ("0.5", 50), ("1.000", 100), ("1.005", None)]
    + [
        (bad, None)
        for bad in ("", "1,00", "-1", "+1", "1e3", "NaN", "١٢", "1_0", " 1", "1\n")
    ],
)
def test_an_amount_in_a_file_is_plain_digits_or_nothing(text, found):
    assert ore.from_file(text) == found


@given(st.integers(min_value=0, max_value=ore.LARGEST))
def test_an_amount_survives_writing_and_reading(amount):
    assert ore.from_file(ore.plain(amount)) == amount
    assert ore.from_person(ore.readable(-amount)) == -amount


@pytest.mark.parametrize("text", ["", "1.2.3", "12 34", "1e3", "nan", "1.005", "--1"])
def test_an_amount_that_a_person_mistyped_is_refused(text):
    with pytest.raises(Refused):
        ore.from_person(text)
