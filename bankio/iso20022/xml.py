"""The one seam to XML: bytes become flat records, and nothing hostile gets through.

Every ISO 20022 message and UBL document is read through here. A record (an entry, a
payment, a status) is a mapping from path to text, paths made of local names:

    {"Amt": "12500.00", "Amt@Ccy": "NOK", "CdtDbtInd": "CRDT", "BookgDt/Dt": "2026-01-20"}

A second element of one name gets an ordinal (`RmtInf/Ustrd[2]`); an element with children
is told, as an empty text, where it stands directly in the record or is such a second one,
and so is an element that is empty; deeper down what is empty is not there.
So the readers ask for what is there by local name; namespaces, prefixes and versions do
not reach them.

Traps (BANK.md, threats T5 to T7): a document type declaration is refused whatever the
encoding; a comment, CDATA section or processing instruction cannot split a value, for
comments and instructions are dropped by the parser and the text is joined; an element
with children has no value, and stray text in it is refused; an element that may stand
only once is refused when it stands twice; depth and text length are libxml2's limits
(256 levels, 10 MB), which `huge_tree` would lift.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from lxml import etree
from lxml.etree import _Element as Element

from bankio.errors import Place, Unreadable
from bankio.iso20022.notes import Notes

Fields = dict[str, str]

BLOCK_BYTES = 1 << 19
#: What XML counts as white space; `str.strip()` would take more.
WHITE = " \t\r\n"

_NAMESPACE_VERSION = re.compile(
    r"((?:pain|camt)\.[0-9]{3}\.[0-9]{3}\.[0-9]{2})(.*)", re.DOTALL
)
_ISO_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_DECLARATION = re.compile(r"<\?xml[ \t\r\n][^>]{0,200}\?>")
_DECLARED_ENCODING = re.compile(
    rb"<\?xml[ \t\r\n][^>]{0,180}?encoding[ \t\r\n]*=[ \t\r\n]*"
    rb"[\"']([A-Za-z0-9._-]{1,40})[\"']"
)
#: Encodings that banks use. Any other (UTF-7, say) is a way to hide something.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
    "cp1252": "windows-1252",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Elements that stand at most once in their parent in every message and version. Two of
#: them mean that somebody wants two readers to see two different values.
_ONCE = frozenset(
    [
        "Amt",
        "CdtDbtInd",
        "Sts",
        "RvslInd",
        "BookgDt",
        "ValDt",
        "Acct",
        "IBAN",
        "Ref",
        "EndToEndId",
        "MsgId",
        "PmtInfId",
        "TxSts",
        "GrpSts",
        "PmtInfSts",
        "OrgnlMsgId",
        "OrgnlEndToEndId",
        "OrgnlPmtInfId",
        "InstdAmt",
        "CdtrAcct",
        "DbtrAcct",
        "NbOfTxs",
        "CtrlSum",
        "Sum",
        "NbOfNtries",
        "CpyDplctInd",
        "Ccy",
        "Dt",
        "DtTm",
        "ReqdExctnDt",
        "GrpHdr",
        "TxAmt",
        "AmtDtls",
        "Refs",
        "RltdPties",
        "RmtInf",
        "Id",
        "CdtrRefInf",
        "BkTxCd",
    ]
)
#: Subtrees that no reader asks for and that may hold anything.
_SKIPPED = frozenset({"SplmtryData", "Sgntr", "UBLExtensions"})
_NESTING_MAX = 4
_PIECE = 1 << 11


class FieldError(Exception):
    """A field of a record cannot be used; the reader's loop adds file and line."""

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What kind of XML document a file is."""

    root: str
    root_namespace: str
    message: str | None
    """Local name of the message inside `Document`, without a version suffix."""
    message_tag: str | None
    namespace: str
    line: int

    @property
    def version(self) -> str | None:
        """`camt.053.001.02`, where the namespace says so (in a national one too)."""
        found = _NAMESPACE_VERSION.search(self.namespace)
        return found[1] if found else None

    def note(self, notes: Notes, source: str) -> None:
        """Note a namespace that is missing, or not ISO's own letter for letter."""
        place = Place(source, self.line, self.message or self.root)
        if not self.namespace:
            notes.add(place, "has no namespace, read by its element names")
        elif self.namespace != f"{_ISO_NAMESPACE}{self.version}":
            notes.add(place, f"a namespace that is not ISO's own ({self.namespace[:80]})")


def local_name(tag: str | bytes | bytearray | etree.QName) -> str:
    """Return `tag` without its namespace."""
    return str(tag).rpartition("}")[2]


def parent_of(element: Element) -> Element:
    """Return the element around `element`."""
    parent = element.getparent()
    assert parent is not None, "only asked of elements inside a message"
    return parent


def decoded(blocks: Iterable[bytes], source: str) -> Iterator[str]:
    """Decode a document by its byte order mark or declaration, and drop both.

    The declaration is replaced by as many line breaks as it had, so lines stay true.
    """
    iterator = iter(blocks)
    head = _filled_head(iterator)
    encoding, skip = _encoding(head, source)
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)(), translate=True
    )
    line = 1
    block, final, first = head[skip:], False, True
    while True:
        try:
            text = decoder.decode(block, final)
        except UnicodeDecodeError as error:
            line += block[: error.start].count(b"\n")
            raise Unreadable(
                Place(source, line, "XML"),
                f"is not {encoding} as it says (byte 0x{error.object[error.start]:02X}). "
                "Ask the bank for the file again, unconverted.",
            ) from None
        _refuse_control_characters(block, text, encoding, Place(source, line, "XML"))
        line += text.count("\n")
        if first:
            text, first = _without_declaration(text), False
        yield text
        if final:
            return
        block = next(iterator, b"")
        final = not block


#: Characters below the blank that XML does not know; single bytes in every encoding of
#: ours but UTF-16.
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _refuse_control_characters(
    block: bytes, text: str, encoding: str, place: Place
) -> None:
    """Refuse what no parser would let through, so that nobody need look again."""
    wide = encoding.startswith("utf-16")
    plain = not wide and len(block) == len(block.translate(None, _CONTROLS))
    if plain and "\ufffe" not in text and "\uffff" not in text:
        return
    found = _CONTROL.search(text)
    if found is not None:
        line = (place.line or 1) + text.count("\n", 0, found.start())
        raise Unreadable(
            Place(place.source, line, place.where),
            f"a character that XML does not allow (U+{ord(found[0]):04X})",
        )


def _filled_head(blocks: Iterator[bytes]) -> bytes:
    """Return enough of the file to hold a declaration, however small the blocks."""
    head = b""
    while len(head) < 1024:
        block = next(blocks, b"")
        if not block:
            break
        head += block
    return head


def _encoding(head: bytes, source: str) -> tuple[str, int]:
    """Return the codec of a document and the length of its byte order mark."""
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name, len(mark)
    for start, name in ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be")):
        if head.startswith(start):
            return name, 0
    declared = _DECLARED_ENCODING.match(head.lstrip(b" \t\r\n"))
    if declared is None:
        return "utf-8", 0
    name = declared[1].decode("ascii").lower()
    codec = _ENCODINGS.get(name)
    if codec is None or codec.startswith("utf-16"):
        # A declaration that could be read as ASCII is not in UTF-16, whatever it says.
        raise Unreadable(
            Place(source, 1, "XML declaration"),
            f"an encoding that bank files do not use ({name}). "
            "Expected UTF-8, UTF-16 with a byte order mark, or ISO-8859-1.",
        )
    return codec, 0


def _without_declaration(text: str) -> str:
    # Blank lines before the declaration are an error to XML, but some banks send them.
    stripped = text.lstrip(WHITE)
    found = _DECLARATION.match(stripped)
    if found is None:
        return text
    before = text[: len(text) - len(stripped)] + found[0]
    return "\n" * before.count("\n") + stripped[found.end() :]


_HARDENED: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def pull_parser(
    tags: tuple[str, ...] | None, events: Iterable[Literal["start", "end"]]
) -> etree.XMLPullParser:
    """Return a parser that is fed piece by piece and tells `events` of `tags`."""
    return etree.XMLPullParser(events=events, tag=tags, encoding="utf-8", **_HARDENED)


def hardened_parser() -> etree.XMLParser:
    """Return a parser for a text that has been read once already."""
    return etree.XMLParser(**_HARDENED)


def empty(element: Element) -> None:
    """Take everything out of an element but the text that follows it."""
    element.clear(keep_tail=True)  # type: ignore[call-arg]


def feed(parser: etree.XMLPullParser, text: str, source: str, lines: int = 0) -> None:
    """Feed `text`, or say where it is not well-formed.

    `lines` is how many lines of the file the parser has not seen.
    """
    try:
        parser.feed(text.encode("utf-8"))
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(error, source, lines) from None


def close(parser: etree.XMLPullParser, source: str, lines: int = 0) -> None:
    """End the document, or say what is missing of it."""
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(error, source, lines) from None


def _not_well_formed(error: etree.XMLSyntaxError, source: str, lines: int) -> Unreadable:
    line = error.lineno + lines if error.lineno else None
    return Unreadable(Place(source, line, "XML"), f"is not well-formed ({error.msg})")


def _refuse_document_type(element: Element, source: str) -> None:
    information = cast("Any", element.getroottree().docinfo)
    if information.doctype or information.internalDTD is not None:
        raise Unreadable(
            Place(source, 1, "DOCTYPE"),
            "a document type declaration, which no bank file has and an attack may have",
        )


def identify(text: Iterable[str], source: str, messages: frozenset[str]) -> Identity:
    """Return what kind of document begins with `text`.

    The message is looked for by local name, at most four levels down: a bank may wrap
    it after a business header.
    """
    parser = pull_parser(None, ("start", "end"))
    path: list[str] = []
    root: Element | None = None
    complete = True
    for piece in _in_pieces(text):
        try:
            feed(parser, piece, source)
        except Unreadable:
            complete = False
        for event, found in parser.read_events():
            element = cast("Element", found)
            if event == "end":
                path.pop()
                continue
            if root is None:
                root = element
                _refuse_document_type(element, source)
            tag = str(element.tag)
            name = _without_version(local_name(tag))
            if name in messages and len(path) < _NESTING_MAX:
                _refuse_braces(element, source)
                return _identity(root, element, name)
            path.append(tag)
        if not complete:
            break
    if root is None:
        raise Unreadable(Place(source, 1, "XML"), "is not well-formed XML")
    return _identity(root, None, None)


def _in_pieces(text: Iterable[str]) -> Iterator[str]:
    """Yield little at a time: a document is known by its first elements."""
    for block in text:
        yield from (block[at : at + _PIECE] for at in range(0, len(block), _PIECE))


def _refuse_braces(element: Element, source: str) -> None:
    namespace, name = _split(element)
    if "{" in namespace or "}" in namespace:
        place = Place(source, own_line(element), name)
        raise Unreadable(place, f"a namespace that no bank has ({namespace[:40]!r})")


def _identity(root: Element, message: Element | None, name: str | None) -> Identity:
    element = root if message is None else message
    root_namespace, root_name = _split(root)
    namespace, _ = _split(element)
    return Identity(
        root=root_name,
        root_namespace=root_namespace,
        message=name,
        message_tag=None if message is None else str(message.tag),
        namespace=namespace,
        line=own_line(element),
    )


def _split(element: Element) -> tuple[str, str]:
    """Return namespace and local name. A namespace may hold braces; lxml writes any."""
    namespace, _, name = str(element.tag).rpartition("}")
    return namespace[1:], name


def _without_version(name: str) -> str:
    """Version 01 ends the name of its container in `V01`."""
    return re.sub(r"V[0-9]{2}$", "", name)


def flatten(
    element: Element,
    skipped: frozenset[str] = frozenset(),
    leaves: list[str] | None = None,
) -> Fields:
    """Return what an element holds as paths and texts.

    Children named in `skipped` are left out: they have been told already. `leaves`
    gathers the paths of the elements without children, in the order of the file.
    """
    fields: Fields = {}
    _flatten_into(fields, element, "", skipped, [] if leaves is None else leaves)
    return fields


def _flatten_into(
    fields: Fields,
    element: Element,
    prefix: str,
    skipped: frozenset[str],
    leaves: list[str],
) -> None:
    seen: dict[str, int] = {}
    for child in element:
        name = local_name(child.tag)
        # Some writers indent with no-break spaces: `strip()` takes those too.
        if child.tail is not None and child.tail.strip():
            raise FieldError(
                prefix + name, f"is followed by stray text ({_shown(child.tail)})"
            )
        if name in skipped or name in _SKIPPED:
            continue
        count = seen[name] = seen.get(name, 0) + 1
        path = prefix + name if count == 1 else f"{prefix}{name}[{count}]"
        if count > 1 and name in _ONCE and not _is_line_item(element):
            raise FieldError(path, "stands twice where only one can be meant")
        currency = child.get("Ccy") or child.get("currencyID")
        if currency is not None:
            fields[path + "@Ccy"] = currency.strip(WHITE)
        text = child.text
        if len(child):
            if text is not None and text.strip():
                raise FieldError(path, f"has text beside its elements ({_shown(text)})")
            if count > 1 or not prefix:
                fields[path] = ""
            _flatten_into(fields, child, path + "/", skipped, leaves)
        else:
            value = text.strip() if text is not None else ""
            leaves.append(path)
            if value or count > 1 or not prefix:
                fields[path] = value


def _is_line_item(parent: Element) -> bool:
    # An invoice line may carry several identifications: the one exception to `_ONCE`.
    return local_name(parent.tag) == "LineDtls"


def _shown(text: str) -> str:
    return repr(text.strip(WHITE)[:40])


def joined(where: str, path: str) -> str:
    """Return the path of a field inside the element at `where`."""
    return f"{where}/{path}" if where and path else where or path


def occurrences(fields: Fields, path: str) -> Iterator[str]:
    """Yield the path of every element that stands at `path`: itself, `[2]`, `[3]`, …."""
    yield path
    count = 2
    while f"{path}[{count}]" in fields:
        yield f"{path}[{count}]"
        count += 1


def own_line(element: Element) -> int:
    """Return the line where an element begins, as the parser counts."""
    return cast("int", element.sourceline or 1)


def line_of(element: Element, path: str) -> int:
    """Return the line of a field, or of the nearest element around it."""
    line = own_line(element)
    for step in path.partition("@")[0].split("/"):
        name, _, ordinal = step.rstrip("]").partition("[")
        found = [child for child in element if local_name(str(child.tag)) == name]
        if len(found) < int(ordinal or 1):
            break
        element = found[int(ordinal or 1) - 1]
        line = own_line(element)
    return line
