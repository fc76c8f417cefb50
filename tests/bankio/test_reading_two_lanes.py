"""The fast lane (`shapes`) reads what the parser reads: every value, place and refusal.

The corpus, files made to mix shapes, and files with a random change are read both ways
and in blocks of several sizes.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bankio import formats
from bankio.errors import Unreadable
from bankio.iso20022 import camt, pain_001, pain_002, walk, xml
from tests.bankio.bank_files import details, entry, paid, statement

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FILES = sorted(CORPUS.glob("camt*/*/*.xml")) + sorted(CORPUS.glob("pain*/*/*.xml"))


def outcome(data: bytes, block: int = xml.BLOCK_BYTES) -> object:
    """What reading gives: the value, or the refusal with its place."""
    try:
        identity = formats.recognise(data, "f.xml")
        reader = formats.reader_of(identity, "f.xml").read
        blocks = (data[start : start + block] for start in range(0, len(data), block))
        return reader(xml.decoded(blocks, "f.xml"), "f.xml", identity)
    except Unreadable as error:
        return str(error)


@pytest.fixture
def by_parser(monkeypatch):
    """Return what the parser alone makes of a file."""

    def read(data: bytes) -> object:
        def slowly(text, source, identity, layout):
            return walk.walked(text, source, identity, layout, by_shape=False)

        with monkeypatch.context() as patch:
            for module in (camt, pain_001, pain_002):
                patch.setattr(module, "walked", slowly)
            return outcome(data)

    return read


@pytest.mark.skipif(not FILES, reason="runs only beside ../shared")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_of_the_corpus_is_read_alike(path, by_parser):
    data = path.read_bytes()

    expected = by_parser(data)

    for block in (xml.BLOCK_BYTES, 997):
        assert expected == outcome(data, block)


REFS = "<Refs><EndToEndId>{}</EndToEndId></Refs>"


def mixed(draw: random.Random, count: int) -> bytes:
    """A statement whose entries mix shapes as a bank's do, and some that no bank's do."""
    rows = []
    for number in range(count):
        kid = f"{number:07d}"
        one = REFS.format(f"E-{number}") + paid("40.00", kid)
        other = paid("60.00", kid) + "<AddtlTxInf>Bø &amp; sønner &#230;</AddtlTxInf>"
        rows.append(
            draw.choice(
                [
                    entry("40.00", details=details(one)),
                    entry("40.00", details=details(one)),
                    entry("100.00", details=details(one, other)),
                    entry("160.00", details=details(one, other, other)),
                    entry("100.00", details=details(one) + details(other)),
                    entry("100.00", details=details(one) + "\n  " + details(other)),
                    entry("25.00", "DBIT"),
                    entry("25.00", more="<AcctSvcrRef> A1 </AcctSvcrRef>"),
                    entry("25.00", more="<AcctSvcrRef>NOTPROVIDED</AcctSvcrRef>"),
                    entry("25.00", more="<AcctSvcrRef></AcctSvcrRef>"),
                    entry("25.00", more="<AcctSvcrRef>   </AcctSvcrRef>"),
                    entry("25.00", more="<!-- <Ntry></Ntry> -->"),
                    entry("40.00", details=details(one)).replace("<Ntry>", "<Ntry >"),
                    entry("40.00", details=details(one)).replace("><", ">\n   <"),
                    "<!-- </Ntry> -->" + entry("25.00"),
                    entry("40.00", details=details(one)) + "<!-- x -->",
                    entry("25.00") + entry("25.00"),
                    entry("25.00", details="<NtryDtls/>"),
                    entry("25.00", more="<AddtlNtryInf>a\nb</AddtlNtryInf>"),
                ]
            )
        )
    return statement(*rows)


@pytest.mark.parametrize("seed", range(12))
def test_shapes_that_come_and_go_are_read_alike(seed, by_parser):
    data = mixed(random.Random(seed), 120)

    expected = by_parser(data)

    assert not isinstance(expected, str)
    for block in (xml.BLOCK_BYTES, 4096, 61):
        assert expected == outcome(data, block)


def test_a_cdata_section_is_read_alike(by_parser):
    rows = [entry("25.00", more=f"<AddtlNtryInf>{n}</AddtlNtryInf>") for n in range(20)]
    rows[10] = entry("25.00", more="<AddtlNtryInf><![CDATA[</Ntry><Ntry>]]></AddtlNtryInf>")
    data = statement(*rows)

    found = outcome(data)

    assert by_parser(data) == found
    assert "</Ntry><Ntry>" == found.reports[0].entries[10].additional_information


def test_a_lump_longer_than_a_block_is_read_alike(by_parser):
    rows = [REFS.format(n) + paid("1.00", f"{n:07d}") for n in range(3000)]
    data = statement(entry("3000.00", details=details(*rows)), entry("25.00"))
    data = data.replace(b"<TxDtls>", b"\n  <TxDtls>")

    found = outcome(data, 5000)

    assert by_parser(data) == found
    assert found.reports[0].entries[0].details_add_up


MARKUP = (
    "<", ">", "&", "&amp;", "&#0;", "&#xD800;", "&x;", "]]>", "<!--", "-->", "<?x", "?>", "<![CDATA[",
    "</Ntry>", "<Ntry>", "</TxDtls>", "<TxDtls>", "</Stmt>", "\r", "\r\n", "\n", "\t", " ", "\x00",
    "\x01", "\x0b", "\u00a0", "\u200b", "\ufffe", "\ud7ff", "é", "1", "-", ".", "e", '"', "'", "<Amt/>",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 5),
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(MARKUP)),
        min_size=1,
        max_size=4,
    ),
    block=st.sampled_from([61, 1000, 1 << 19]),
)
def test_a_damaged_file_is_read_or_refused_alike(seed, changes, block):
    """A change anywhere, of anything: the same value, or the same refusal at the same place."""
    text = mixed(random.Random(seed), 14).decode()
    for where, length, inserted in changes:
        start = int(where * len(text))
        text = text[:start] + inserted + text[start + length :]
    data = text.encode("utf-8", "surrogatepass")

    def slowly(text, source, identity, layout):
        return walk.walked(text, source, identity, layout, by_shape=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(camt, "walked", slowly)
        expected = outcome(data)

    found = outcome(data, block)

    if isinstance(expected, str) and "not well-formed" in expected:
        # The parser is shown less text: it may word a broken tag differently.
        assert isinstance(found, str)
    else:
        assert expected == found
