"""A bank is data; these are the facts that all of it must keep."""

import pytest

from bankio.banks import PROFILES
from bankio.characters import spelled
from bankio.identifiers import bic
from bankio.iso20022.payment_order import PaymentKind


def test_the_banks_are_known_by_their_key():
    assert list(PROFILES) == ["generic", "sor", "sparebank1", "dnb", "nordea", "danske"]
    assert all(name == profile.name for name, profile in PROFILES.items())


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_profile_is_whole(profile):
    assert profile.bic is None or bic.is_valid(profile.bic)
    assert set(profile.payment_types) == set(PaymentKind)
    assert list(profile.runs) == sorted(profile.runs)
    assert profile.initiating_party_ids
    assert profile.duplicate_window_days >= 90
    assert profile.text_limits.message <= 140
    assert profile.text_limits.name <= 140
    assert profile.text_limits.kid <= 25


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_wages_are_one_lump_and_marked_as_wages(profile):
    wages = profile.payment_types[PaymentKind.SALARY]

    assert (wages.category_purpose, wages.batch_booking) == ("SALA", True)


def test_a_profile_cannot_be_changed_by_whoever_reads_it():
    with pytest.raises(TypeError):
        PROFILES["sor"] = PROFILES["dnb"]
    with pytest.raises(TypeError):
        PROFILES["sor"].payment_types[PaymentKind.TAX] = None
    with pytest.raises(AttributeError):
        PROFILES["sor"].bic = "DNBANOKK"


def test_nordea_takes_no_character_outside_of_iso_8859_1():
    characters = PROFILES["nordea"].characters(PaymentKind.SUPPLIER)

    assert spelled("Đorđe Æsgård", characters) == "Dorde Æsgård"
    assert all(character.encode("iso-8859-1") for character in characters.characters)
    assert "đ" in PROFILES["sor"].characters(PaymentKind.SUPPLIER)
