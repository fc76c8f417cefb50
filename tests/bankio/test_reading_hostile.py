"""Hostile, damaged and oddly encoded files: the full value or a refusal, never a part."""

from __future__ import annotations

import codecs
import contextlib
import gc
import io
import itertools
import time

import pytest

from bankio import formats
from bankio.errors import Unreadable, Unrecognised
from tests.bankio.bank_files import (
    assignment,
    balance,
    details,
    entry,
    ocr,
    paid,
    payment,
    statement,
)

PLAIN = statement(
    entry("100.00", details=details(paid("100.00", "0010017"))),
    entry("250.00", more="<AddtlNtryInf>Bø</AddtlNtryInf>"),
).decode()


def read(data: bytes | str):
    return formats.read(data.encode() if isinstance(data, str) else data, "f.xml")


def refusal(data: bytes | str) -> str:
    with pytest.raises(Unreadable) as refused:
        read(data)
    return str(refused.value)


def after_declaration(text: str, inserted: str) -> str:
    head, _, rest = text.partition("?>\n")
    return f"{head}?>\n{inserted}{rest}"


# --- document types and entities


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE Document>",
        '<!DOCTYPE Document SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE Document [<!ENTITY x "00.00">]>',
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x">%p;]>',
        (
            '<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
            '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
        ),
        "<!doctype Document>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_document_type_is_refused_in_every_encoding(doctype, encoding):
    declared = PLAIN.replace("UTF-8", encoding.upper())
    text = after_declaration(declared, doctype).replace(
        ">100.00</Amt><Cdt", ">1&x;</Amt><Cdt"
    )

    started = time.perf_counter()
    message = refusal(text.encode(encoding))

    assert "DOCTYPE" in message or "not well-formed" in message
    assert time.perf_counter() - started < 2


def test_an_entity_that_nobody_declared_is_refused():
    assert "not well-formed" in refusal(PLAIN.replace(">100.00<", ">1&x;<", 1))


# --- what could split a value


@pytest.mark.parametrize(
    "written",
    [
        "1<!-- x -->00.00",
        "1<?x y?>00.00",
        "<![CDATA[100.00]]>",
        "1<![CDATA[00.0]]>0",
        "<!-- 9 -->100.00<!-- 9 -->",
        "&#49;00.00",
        "1&#x30;0.00",
    ],
)
@pytest.mark.parametrize("after", [0, 3])
def test_a_value_is_read_whole_whatever_stands_inside_it(written, after):
    """The same where the shape is known already (after) and where it is not."""
    rows = [entry("100.00")] * after + [entry(written), entry("100.00")]

    (report,) = read(statement(*rows)).reports

    assert ["100.00"] * (after + 2) == [one.amount.text for one in report.entries]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("1<x/>00.00", "Ntry[4]/Amt: has text beside its elements ('1')"),
        ("<x>100.00</x>", "Ntry[4]/Amt: no plain decimal number ('')"),
        ("<x/>100.00", "Ntry[4]/Amt/x: is followed by stray text ('100.00')"),
    ],
)
def test_an_element_inside_a_value_is_refused(written, message):
    assert message in refusal(statement(*[entry("100.00")] * 3, entry(written)))


@pytest.mark.parametrize(
    "doubled",
    [
        '<Amt Ccy="NOK">1.00</Amt>',
        "<CdtDbtInd>DBIT</CdtDbtInd>",
        "<Sts>PDNG</Sts>",
        "<RvslInd>true</RvslInd><RvslInd>false</RvslInd>",
        '<x:Amt xmlns:x="urn:other" Ccy="NOK">1.00</x:Amt>',
        "<BkTxCd><Prtry><Cd>1</Cd></Prtry></BkTxCd>",
    ],
)
def test_a_doubled_element_is_refused(doubled):
    assert "stands twice where only one can be meant" in refusal(
        statement(entry("100.00", more=doubled))
    )


def test_a_doubled_reference_is_refused():
    twice = details(
        "<RmtInf><Strd><CdtrRefInf><Ref>0010017</Ref><Ref>0010025</Ref></CdtrRefInf></Strd></RmtInf>"
    )

    assert "Ref[2]: stands twice" in refusal(statement(entry("100.00", details=twice)))


def test_stray_text_between_elements_is_refused_and_no_break_spaces_are_not():
    stray = PLAIN.replace("<CdtDbtInd>", "9<CdtDbtInd>", 1)

    assert "Ntry[1]/Amt: is followed by stray text ('9')" in refusal(stray)
    assert read(PLAIN.replace("<CdtDbtInd>", "\u00a0\u00a0<CdtDbtInd>", 1)) is not None


def test_two_messages_in_one_file_are_refused():
    inner = PLAIN[PLAIN.index("<BkToCstmrStmt>") : PLAIN.index("</Document>")]

    assert "a second message in one file" in refusal(PLAIN.replace(inner, inner * 2))


def test_two_documents_in_one_file_are_refused():
    start = PLAIN.index("<Document")

    assert "not well-formed" in refusal(PLAIN + PLAIN[start:])
    assert "not well-formed" in refusal(PLAIN + "x")


# --- size and depth


def test_a_file_larger_than_its_bound_is_refused_before_it_is_read():
    with pytest.raises(Unreadable, match="larger than 100 bytes"):
        formats.read(PLAIN.encode(), "f.xml", size_max=100)


class Endless(io.RawIOBase):
    """A file that never ends."""

    def __init__(self, head: bytes, forever: bytes) -> None:
        self.head = head
        self.forever = forever
        self.given = 0
        self.phase = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block, self.head = self.head, b""
        if not block:
            start = self.phase % len(self.forever)
            block = (self.forever * (size // len(self.forever) + 2))[start : start + size]
            self.phase += size
        self.given += len(block)
        return block


@pytest.mark.parametrize(
    ("head", "forever"),
    [
        (PLAIN[:-40].encode(), b"<Ntry/>"),
        (PLAIN[: PLAIN.index("<Ntry>")].encode(), b" "),
        (ocr(assignment(payment(1, 100))).encode()[:200], payment(2, 100).encode()),
        (ocr(assignment(payment(1, 100))).encode()[:200], b"x"),
        (b"", b"\0"),
        (b"<", b"<"),
        (b"<a>", b"a"),
        (b"NY", b"Y"),
    ],
)
def test_a_file_without_end_is_refused(head, forever):
    stream = Endless(head, forever)

    with pytest.raises(Unreadable):
        formats.read(stream, "f", size_max=3_000_000)

    assert stream.given < 4_000_000


KNOWN = statement(*[entry("1.00", details=details(paid("1.00", "1")))] * 4).partition(
    b"</Stmt>"
)[0]


@pytest.mark.parametrize(
    "forever",
    [b" ", b"<x/>", b"<!-- x -->", b"]", b"<Ntry>", b"<Ntry><Amt>", b"<TxDtls>", b"a"],
)
def test_what_goes_on_for_ever_after_known_shapes_takes_linear_time(forever):
    started = time.perf_counter()

    with pytest.raises(Unreadable):
        formats.read(Endless(KNOWN, forever), "f", size_max=30_000_000)

    assert time.perf_counter() - started < 15


@pytest.mark.parametrize("where", ["<Ntry>", "<GrpHdr>", "<Stmt>"])
def test_deep_nesting_is_refused(where):
    deep = "<x>" * 300 + "</x>" * 300

    assert "not well-formed" in refusal(PLAIN.replace(where, where + deep, 1))


@pytest.mark.parametrize("after", [0, 3])
def test_a_text_of_eleven_megabytes_is_refused(after):
    more = f"<AddtlNtryInf>{'a' * 11_000_000}</AddtlNtryInf>"
    rows = [entry("1.00", more="<AddtlNtryInf>a</AddtlNtryInf>")] * after

    assert "characters that are no Ntry" in refusal(
        statement(*rows, entry("1.00", more=more))
    )


def test_a_new_shape_in_every_record_is_slow_but_linear():
    rows = [entry("1.00", more=f"<x{n}/>") for n in range(3000)]

    started = time.perf_counter()
    (report,) = read(statement(*rows)).reports

    assert 3000 == len(report.entries)
    assert time.perf_counter() - started < 10


def message(kind: str, name: str, inner: str) -> str:
    uri = f"urn:iso:std:iso:20022:tech:xsd:{kind}"
    return f'<Document xmlns="{uri}"><{name}>{inner}</{name}></Document>'


REFERRED = "<OrgnlGrpInfAndSts><OrgnlMsgId>M-1</OrgnlMsgId></OrgnlGrpInfAndSts>"
NAMED = "<TxInfAndSts><OrgnlEndToEndId>E</OrgnlEndToEndId></TxInfAndSts>"
BATCH = "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B</OrgnlPmtInfId></OrgnlPmtInfAndSts>"
MANY = 20_000


@pytest.mark.parametrize(
    "text",
    [
        message("pain.002.001.02", "CstmrPmtStsRpt", REFERRED + NAMED * MANY),
        message("camt.029.001.03", "RsltnOfInvstgtn", f"<CxlDtls>{NAMED * MANY}</CxlDtls>"),
        message("camt.029.001.03", "RsltnOfInvstgtn", f"<CxlDtls>{BATCH * MANY}</CxlDtls>"),
        statement(
            head="".join(
                balance("OPBD", "0.00", currency="".join(letters))
                for letters in itertools.islice(
                    itertools.product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=3), 10_000
                )
            )
        ).decode(),
    ],
    ids=["loose statuses", "loose answers", "batches", "currencies"],
)
def test_many_of_what_is_read_as_a_whole_takes_linear_time(text):
    started = time.perf_counter()

    read(text)

    assert time.perf_counter() - started < 10


# --- encodings


@pytest.mark.parametrize(
    ("encoding", "declared", "mark"),
    [
        ("utf-8", "UTF-8", b""),
        ("utf-8", "utf-8", codecs.BOM_UTF8),
        ("utf-8", None, b""),
        ("utf-8", None, codecs.BOM_UTF8),
        ("iso-8859-1", "ISO-8859-1", b""),
        ("iso-8859-15", "ISO-8859-15", b""),
        ("windows-1252", "windows-1252", b""),
        ("utf-16-le", "UTF-16", codecs.BOM_UTF16_LE),
        ("utf-16-be", "UTF-16", codecs.BOM_UTF16_BE),
        ("utf-16-le", None, codecs.BOM_UTF16_LE),
        ("utf-16-le", "UTF-16", b""),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_is_read_in_every_encoding_that_banks_use(encoding, declared, mark, newline):
    text = PLAIN.replace("UTF-8", declared) if declared else PLAIN.split("?>\n", 1)[1]

    message = read(mark + text.replace("\n", newline).encode(encoding))

    assert "Bø" == message.reports[0].entries[1].additional_information
    assert "0010017" == message.reports[0].entries[0].details[0].creditor_reference


@pytest.mark.parametrize("declared", ["UTF-7", "EBCDIC-CP-US", "UTF-16", "utf-32", "x"])
def test_another_encoding_is_refused(declared):
    assert "f.xml:1: XML declaration: an encoding that bank files do not use" in refusal(
        PLAIN.replace("UTF-8", declared)
    )


def test_latin_1_that_says_it_is_utf_8_is_refused_with_its_line():
    assert (
        "f.xml:5: XML: is not utf-8 as it says (byte 0xF8). "
        "Ask the bank for the file again, unconverted."
    ) == refusal(PLAIN.encode("iso-8859-1"))


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
@pytest.mark.parametrize("after", [0, 3])
def test_a_character_that_xml_forbids_is_refused_with_its_line(character, after):
    rows = [entry("1.00")] * after + [entry("1.00").replace("BOOK", f"BO{character}OK")]

    message = refusal(statement(*rows))

    assert message == (
        f"f.xml:{4 + after}: XML: a character that XML does not allow (U+{ord(character):04X})"
    )


@pytest.mark.parametrize("blank", ["\n", "\n\n  ", " "])
def test_blanks_before_the_declaration_are_read(blank):
    assert read(blank + PLAIN) is not None


@pytest.mark.parametrize("blank", ["\u00a0", "\u2028", "\u200b", "\u3000"])
def test_a_blank_that_is_none_to_xml_makes_no_number(blank):
    """Surrounding ones are taken away with the rest; inside, nothing is a digit."""
    assert "no plain decimal number" in refusal(statement(entry(f"1{blank}00.00")))


# --- cut and altered files


@pytest.mark.parametrize("end", range(40, len(PLAIN) - 5, 13))
def test_a_file_cut_anywhere_is_refused(end):
    assert refusal(PLAIN.encode()[: end if end != PLAIN.index("</Document>") else end - 1])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"   \n", "is empty"),
        (b"PK\x03\x04zip", "neither XML nor an OCR giro file"),
        (b"%PDF-1.4", "neither XML nor an OCR giro file"),
        (b"\x1f\x8b\x08gz", "neither XML nor an OCR giro file"),
        (b"Dato;Bel\xf8p", "neither XML nor an OCR giro file"),
        (b"UNA:+.? 'UNB+UNOC:3", "EDIFACT (CREMUL, DEBMUL), discontinued"),
        (b"UNB+UNOC:3+X", "EDIFACT (CREMUL, DEBMUL), discontinued"),
        (
            b"AH200TBII00000000000000000000000000000004    BETFOR00",
            "Telepay (BETFOR records)",
        ),
        (b"NY040020" + b"0" * 72, "direct remittance (service 04)"),
        (b"<html><body/></html>", "an XML document of another kind (html)"),
        (b"<Document/>", "no message that we read inside Document"),
        (b"<Document><Unknown/></Document>", "no message that we read inside Document"),
        (b"<", "not well-formed"),
        (b"<<<", "not well-formed"),
        (b"<?xml version='1.0'?>", "not well-formed"),
    ],
)
def test_what_no_reader_knows_is_answered_with_what_it_looks_like(data, message):
    assert message in refusal(data)


def test_the_error_of_an_unknown_file_is_of_its_own_class():
    with pytest.raises(Unrecognised):
        read(b"%PDF-1.4")


def test_a_binary_stream_is_read_like_bytes():
    assert formats.read(io.BytesIO(PLAIN.encode()), "f.xml") == read(PLAIN)


def test_an_error_deep_in_a_large_file_names_its_line():
    """Thousands of entries before it were not shown to the parser."""
    rows = [entry("1.00", details=details(paid("1.00", "0010017")))] * 3000
    rows += [entry("1.00", details=details(paid("1,00", "0010017"))), *rows]

    assert (
        "f.xml:3004: Stmt[1]/Ntry[3001]/TxDtls[1]/AmtDtls/TxAmt/Amt: "
        "no plain decimal number ('1,00')"
    ) == refusal(statement(*rows))


def test_an_error_in_a_record_of_many_lines_names_the_line_of_the_field():
    row = entry("1.00", details=details(paid("1.00", "0010017"))).replace("><", ">\n<")
    bad = row.replace('<Amt Ccy="NOK">\n', "").replace(
        '<TxAmt>\n<Amt Ccy="NOK">1.00', '<TxAmt>\n<Amt Ccy="NOK">1,00'
    )
    text = statement(*[row] * 50, bad, row).decode()
    line = text[: text.index("1,00")].count("\n") + 1

    assert refusal(text).startswith(
        f"f.xml:{line}: Stmt[1]/Ntry[51]/TxDtls[1]/AmtDtls/TxAmt/Amt"
    )


# --- memory over many files


@pytest.mark.parametrize(
    "data",
    [
        statement(entry("40.00"), entry("2.00")),
        statement(entry("40.00"), entry("x")),
        statement(*[entry("40.00")] * 3_000, entry("x")),
    ],
    ids=["small", "refused", "large and refused"],
)
def test_a_program_that_reads_files_for_days_does_not_grow(data):
    def read() -> None:
        with contextlib.suppress(Unreadable):
            formats.read(data, "stmt.xml")

    read()
    gc.collect()
    before = len(gc.get_objects())

    for _ in range(40):
        read()

    assert len(gc.get_objects()) - before < 1_000
