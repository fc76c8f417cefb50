"""The one seam to XML: bytes become flat records, and nothing hostile gets through.

Every ISO 20022 message and UBL document is read through here. A record (an entry, a
payment, a status) is a mapping from path to text, paths made of local names:

    {"Amt": "12500.00", "Amt@Ccy": "NOK", "CdtDbtInd": "CRDT", "BookgDt/Dt": "2026-01-20"}

A second element of one name gets an ordinal (`RmtInf/Ustrd[2]`); an element with children
is told, as an empty text, where it stands directly in the record or is such a second one.
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
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import NamedTuple, cast

from lxml import etree
from lxml.etree import _Element as Element

from bankio.errors import Place, Unreadable
from bankio.iso20022.notes import Notes

Fields = dict[str, str]

BLOCK_BYTES = 1 << 18
#: What XML counts as white space; `str.strip()` would take more.
WHITE = " \t\r\n"

_NAMESPACE_VERSION = re.compile(r"((?:pain|camt)\.[0-9]{3}\.[0-9]{3}\.[0-9]{2})(.*)", re.S)
_ISO_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_DECLARATION = re.compile(r"<\?xml[ \t\r\n][^>]{0,200}\?>")
_DECLARED_ENCODING = re.compile(
    rb"<\?xml[ \t\r\n][^>]{0,180}?encoding[ \t\r\n]*=[ \t\r\n]*[\"']([A-Za-z0-9._-]{1,40})[\"']"
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
    "Amt CdtDbtInd Sts RvslInd BookgDt ValDt Acct IBAN Ref EndToEndId MsgId PmtInfId TxSts "
    "GrpSts PmtInfSts OrgnlMsgId OrgnlEndToEndId OrgnlPmtInfId InstdAmt CdtrAcct DbtrAcct "
    "NbOfTxs CtrlSum Sum NbOfNtries CpyDplctInd Ccy Dt DtTm ReqdExctnDt GrpHdr TxAmt "
    "AmtDtls Refs RltdPties RmtInf Id CdtrRefInf BkTxCd".split()
)
#: Subtrees that no reader asks for and that may hold anything.
_SKIPPED = frozenset({"SplmtryData", "Sgntr", "UBLExtensions"})
_NESTING_MAX = 4


class FieldError(Exception):
    """A field of a record cannot be used; the reader's loop adds file and line."""

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a message repeats: containers of records, which may have parts.

    camt.053: `Stmt` holds `Ntry`, which has `TxDtls`. Whatever else a container or the
    message holds comes with its end.
    """

    containers: frozenset[str]
    record: str
    part: str | None = None


class Kind(Enum):
    """What an event tells."""

    OPENED = auto()
    """A container begins."""
    HEAD = auto()
    """The first record of a container begins; `fields` is what came before it."""
    PART = auto()
    """A part of a record that is not complete yet; `context` is the record so far."""
    RECORD = auto()
    """A record, without its parts."""
    CLOSED = auto()
    """A container ends; `fields` is what it held besides its records."""
    FINISHED = auto()
    """The message ends; `fields` is what it held besides its containers."""


class Event(NamedTuple):
    """A piece of a message, in the order of the file."""

    kind: Kind
    where: str
    """`Stmt[2]/Ntry[3]/TxDtls[1]`."""
    line: int
    fields: Fields
    context: Fields
    locate: Callable[[str], int]
    """Gives the line of a path of `fields`; to be asked before the next event."""


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


def _parent(element: Element) -> Element:
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
    decoder = codecs.getincrementaldecoder(encoding)()
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
        line += text.count("\n")
        if first:
            text, first = _without_declaration(text), False
        yield text
        if final:
            return
        block = next(iterator, b"")
        final = not block


def _filled_head(blocks: Iterator[bytes]) -> bytes:
    """Return enough of the file to hold a declaration, however small the blocks."""
    head = b""
    while len(head) < 1024:  # noqa: PLR2004 - a declaration is far shorter
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


def _parser(tags: tuple[str, ...] | None, events: tuple[str, ...]) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        events=events,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


def _fed(parser: etree.XMLPullParser, text: str, source: str) -> None:
    """Feed `text`, or say where it is not well-formed."""
    try:
        parser.feed(text.encode("utf-8", "surrogatepass"))
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(error, source) from None


def _closed(parser: etree.XMLPullParser, source: str) -> None:
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(error, source) from None


def _not_well_formed(error: etree.XMLSyntaxError, source: str) -> Unreadable:
    line = error.lineno or None
    return Unreadable(Place(source, line, "XML"), f"is not well-formed ({error.msg})")


def _refuse_document_type(element: Element, source: str) -> None:
    information = element.getroottree().docinfo
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
    parser = _parser(None, ("start", "end"))
    path: list[str] = []
    root: Element | None = None
    complete = True
    for block in text:
        try:
            _fed(parser, block, source)
        except Unreadable:
            complete = False
        for event, element in parser.read_events():
            if event == "end":
                path.pop()
                continue
            if root is None:
                root = element
                _refuse_document_type(element, source)
            tag = str(element.tag)
            name = _without_version(local_name(tag))
            if name in messages and len(path) < _NESTING_MAX:
                return _identity(root, element, name)
            path.append(tag)
        if not complete:
            break
    if root is None:
        raise Unreadable(Place(source, 1, "XML"), "is not well-formed XML")
    return _identity(root, None, None)


def _identity(
    root: Element, message: Element | None, name: str | None
) -> Identity:
    element = root if message is None else message
    root_name = etree.QName(root)
    return Identity(
        root=root_name.localname,
        root_namespace=root_name.namespace or "",
        message=name,
        message_tag=None if message is None else str(message.tag),
        namespace=etree.QName(element).namespace or "",
        line=cast("int", element.sourceline or 1),
    )


def _without_version(name: str) -> str:
    """Version 01 ends the name of its container in `V01`."""
    return re.sub(r"V[0-9]{2}$", "", name)


def flatten(element: Element, skipped: frozenset[str] = frozenset()) -> Fields:
    """Return what an element holds as paths and texts.

    Children named in `skipped` are left out: they have been told already.
    """
    fields: Fields = {}
    _flatten_into(fields, element, "", skipped)
    return fields


def _flatten_into(
    fields: Fields, element: Element, prefix: str, skipped: frozenset[str]
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
            _flatten_into(fields, child, path + "/", skipped)
        else:
            fields[path] = text.strip(WHITE) if text is not None else ""


def _is_line_item(parent: Element) -> bool:
    # An invoice line may carry several identifications: the one exception to `_ONCE`.
    return local_name(parent.tag) == "LineDtls"


def _shown(text: str) -> str:
    return repr(text.strip(WHITE)[:40])


@dataclass(slots=True)
class _Walk:
    """Where a walk through a message stands."""

    source: str
    layout: Layout
    message_tag: str
    messages: int = 0
    containers: dict[str, int] = field(default_factory=dict)
    records: int = 0
    parts: int = 0
    where: str = ""
    """Of the container that is open."""
    head: Fields | None = None
    """The fields of the open record before its first part."""
    begun: bool = False
    """Whether the open container has had a record."""
    previous: Element | None = None

    def event(self, kind: str, element: Element) -> Event | None:
        """Turn one event of the parser into one of ours."""
        name = local_name(element.tag)
        if kind == "start":
            return self._started(name, element)
        if name == self.layout.part:
            return self._part(element)
        if name == self.layout.record:
            return self._record(element)
        if name in self.layout.containers and self._is_container(element):
            fields = self._fields(element, self.where, frozenset({self.layout.record}))
            return self._told(Kind.CLOSED, self.where, element, fields, {})
        if element.tag == self.message_tag:
            fields = self._fields(element, "", self.layout.containers)
            return self._told(Kind.FINISHED, "", element, fields, {})
        return None

    def _started(self, name: str, element: Element) -> Event | None:
        if element.tag == self.message_tag:
            self.messages += 1
            if self.messages > 1:
                raise Unreadable(
                    Place(self.source, element.sourceline, name),
                    "a second message in one file; it must hold one",
                )
        elif name in self.layout.containers and self._is_container(element):
            count = self.containers[name] = self.containers.get(name, 0) + 1
            self.where = f"{name}[{count}]"
            self.records, self.parts = 0, 0
            self.head, self.previous, self.begun = None, None, False
            return self._told(Kind.OPENED, self.where, element, {}, {})
        elif name == self.layout.record and not self.begun and self._is_record(element):
            self.begun = True
            container = _parent(element)
            fields = self._fields(container, self.where, frozenset({name}))
            return self._told(Kind.HEAD, self.where, container, fields, {})
        return None

    def _part(self, element: Element) -> Event | None:
        record = element.getparent()
        while record is not None and local_name(record.tag) != self.layout.record:
            record = record.getparent()
        if record is None or not self._is_record(record):
            return None
        if self.head is None:
            skipped = frozenset({cast("str", self.layout.part)})
            self.head = self._fields(record, self._record_where(1), skipped)
        self.parts += 1
        where = f"{self._record_where(1)}/{self.layout.part}[{self.parts}]"
        fields = self._fields(element, where, frozenset())
        return self._told(Kind.PART, where, element, fields, self.head)

    def _record(self, element: Element) -> Event | None:
        if not self._is_record(element):
            return None
        self.records += 1
        self.parts, self.head = 0, None
        where = self._record_where(0)
        skipped = frozenset({self.layout.part}) if self.layout.part else frozenset()
        fields = self._fields(element, where, cast("frozenset[str]", skipped))
        return self._told(Kind.RECORD, where, element, fields, {})

    def done(self, event: Event, element: Element) -> None:
        """Let go of what has been told, so that memory does not grow with the file."""
        if event.kind is Kind.RECORD:
            element.clear(keep_tail=True)
            # The element itself must stay until the parser has passed it.
            if self.previous is not None:
                _parent(element).remove(self.previous)
            self.previous = element
        elif event.kind in {Kind.PART, Kind.CLOSED}:
            element.clear(keep_tail=True)

    def _record_where(self, ahead: int) -> str:
        return f"{self.where}/{self.layout.record}[{self.records + ahead}]"

    def _is_container(self, element: Element) -> bool:
        parent = element.getparent()
        return parent is not None and parent.tag == self.message_tag

    def _is_record(self, element: Element) -> bool:
        parent = element.getparent()
        return (
            parent is not None
            and local_name(parent.tag) in self.layout.containers
            and self._is_container(parent)
        )

    def _fields(
        self, element: Element, where: str, skipped: frozenset[str]
    ) -> Fields:
        try:
            return flatten(element, skipped)
        except FieldError as error:
            raise Unreadable(
                Place(self.source, line_of(element, error.path), joined(where, error.path)),
                error.message,
            ) from None

    @staticmethod
    def _told(
        kind: Kind, where: str, element: Element, fields: Fields, context: Fields
    ) -> Event:
        line = cast("int", element.sourceline or 1)
        return Event(kind, where, line, fields, context, partial(line_of, element))


def joined(where: str, path: str) -> str:
    """Return the path of a field inside the element at `where`."""
    return f"{where}/{path}" if where and path else where or path


def walked(
    text: Iterable[str], source: str, identity: Identity, layout: Layout
) -> Iterator[Event]:
    """Tell a message piece by piece; memory does not grow with the file."""
    tags = [*layout.containers, layout.record, *filter(None, (layout.part,))]
    message_tag = cast("str", identity.message_tag)
    parser = _parser((message_tag, *(f"{{*}}{tag}" for tag in tags)), ("start", "end"))
    walk = _Walk(source, layout, message_tag)
    for block in text:
        _fed(parser, block, source)
        yield from _events(parser, walk)
    _closed(parser, source)
    yield from _events(parser, walk)


def _events(parser: etree.XMLPullParser, walk: _Walk) -> Iterator[Event]:
    for kind, element in parser.read_events():
        event = walk.event(kind, element)
        if event is not None:
            yield event
            walk.done(event, element)


def occurrences(fields: Fields, path: str) -> Iterator[str]:
    """Yield the path of every element that stands at `path`: itself, `[2]`, `[3]`, …."""
    yield path
    count = 2
    while f"{path}[{count}]" in fields:
        yield f"{path}[{count}]"
        count += 1


def line_of(element: Element, path: str) -> int:
    """Return the line of a field, or of the nearest element around it."""
    line = element.sourceline or 1
    for step in path.partition("@")[0].split("/"):
        name, _, ordinal = step.rstrip("]").partition("[")
        found = [child for child in element if local_name(str(child.tag)) == name]
        if len(found) < int(ordinal or 1):
            break
        element = found[int(ordinal or 1) - 1]
        line = element.sourceline or line
    return cast("int", line)
