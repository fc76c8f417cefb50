"""What a bank takes is kept, what it does not is spelled, and nothing is dropped."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bankio.banks import PROFILES
from bankio.characters import LATIN, NORDIC, spelled, unspellable
from bankio.iso20022.payment_order import PaymentKind


@pytest.mark.parametrize(
    ("text", "at_home", "abroad"),
    [
        ("Strøm oktober", "Strøm oktober", "Strom oktober"),
        ("Ærlig & Søn", "Ærlig & Søn", "AErlig + Son"),
        ("50 % = §7 @kontor", "50 % = §7 @kontor", "50 pct - par.7 (at)kontor"),
        ("Müller Straße", "Müller Straße", "Muller Strasse"),
        ("Łódź, Žižkov, İzmir", "Lódz, Zizkov, Izmir", "Lodz, Zizkov, Izmir"),
        ("Þór Guðmundsson", "Thór Gudmundsson", "Thor Gudmundsson"),
        ("«rate 2» – “ferdig” …", "'rate 2' - 'ferdig' ...", "'rate 2' - 'ferdig' ..."),
        ("100 € [netto]; 2 × ½", "100 EUR (netto), 2 x 1/2", "100 EUR (netto), 2 x 1/2"),
        ("linje 1\nlinje 2\tslutt", "linje 1 linje 2 slutt", "linje 1 linje 2 slutt"),
        (" kant\u00a0", "kant", "kant"),
        ("ﬁrma ＡＢＣ", "firma ABC", "firma ABC"),
        (unicodedata.normalize("NFD", "blåbær"), "blåbær", "blabaer"),
    ],
)
def test_a_text_is_spelled_with_what_the_bank_takes(text, at_home, abroad):
    assert spelled(text, NORDIC) == at_home
    assert spelled(text, LATIN) == abroad
    assert unspellable(text, NORDIC) == unspellable(text, LATIN) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\x01b", ("U+0001",)),
        ("a\x85b", ("U+0085",)),
        ("a\u202eb", ("U+202E",)),
        ("a\u200bb", ("U+200B",)),
        ("Takk 🙂🙂", ("U+1F642",)),
        ("Иван", ("U+0418", "U+0432", "U+0430", "U+043D")),
        ("١٢", ("U+0661", "U+0662")),
        ("\ud800", ("U+D800",)),
    ],
)
def test_what_has_no_spelling_is_told_and_never_dropped(text, told):
    assert unspellable(text, NORDIC) == told
    with pytest.raises(ValueError, match=r"U\+"):
        spelled(text, NORDIC)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=40), st.sampled_from([NORDIC, LATIN]))
def test_every_text_is_spelled_within_the_set_or_told(text, allowed):
    if unspellable(text, allowed):
        return
    written = spelled(text, allowed)

    assert all(character in allowed for character in written)
    assert spelled(written, allowed) == written
    visible = [c for c in unicodedata.normalize("NFC", text) if not c.isspace()]
    assert len([c for c in written if c != " "]) >= len(visible)


def test_every_spelling_that_we_know_ends_within_the_set():
    from bankio import characters

    for character in characters._SPELLINGS:
        assert unspellable(character, LATIN) == (), character


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_norwegian_letters_go_where_they_are_read(profile):
    taken = {
        (kind, country): "å" in profile.characters(kind, country)
        for kind in PaymentKind
        for country in (None, "SE", "US")
    }

    assert {key for key, is_taken in taken.items() if not is_taken} == {
        (PaymentKind.SEPA, None),
        (PaymentKind.SEPA, "SE"),
        (PaymentKind.SEPA, "US"),
        (PaymentKind.FOREIGN, None),
        (PaymentKind.FOREIGN, "US"),
    }
