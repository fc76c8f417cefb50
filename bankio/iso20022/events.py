"""What a walk through a message tells: events, and where in the file they come from.

An event has the shape and the values of an element (`shapes`), its path and its line. A
field that cannot be used raises `FieldError` where it is read; `refuse` turns that into
an error with file, line and path.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NoReturn, cast

from lxml import etree
from lxml.etree import _Element as Element

from bankio.errors import Place, Unreadable
from bankio.iso20022 import xml
from bankio.iso20022.shapes import Shape, Values
from bankio.iso20022.xml import FieldError, Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a message repeats: containers of records, which may have parts.

    camt.053: `Stmt` holds `Ntry`, which has `TxDtls`. Whatever else a container or the
    message holds comes with its end.
    """

    containers: frozenset[str]
    record: str
    part: str | None = None
    untold_max: int = 4 << 20
    """How many characters may follow each other without any of them."""


class Kind(Enum):
    """What an event tells."""

    OPENED = auto()
    """A container begins."""
    HEAD = auto()
    """The first record of a container begins; the fields are what came before it."""
    PART = auto()
    """A part of a record that is not complete yet; `head` is the record so far."""
    RECORD = auto()
    """A record, without its parts."""
    CLOSED = auto()
    """A container ends; the fields are what it held besides its records."""
    FINISHED = auto()
    """The message ends; the fields are what it held besides its containers."""


class Content:
    """What an element holds: a shape, and a value for each of its paths."""

    __slots__ = ("shape", "values")

    def __init__(self, shape: Shape, values: Values) -> None:
        self.shape = shape
        self.values = values

    @property
    def fields(self) -> Fields:
        """The same as a mapping from path to text."""
        return cast("Fields", dict(zip(self.shape.paths, self.values, strict=False)))


class Event(Content):
    """A piece of a message."""

    __slots__ = ("head", "kind", "line", "origin", "where")

    def __init__(
        self,
        kind: Kind,
        where: str,
        line: int,
        shape: Shape,
        values: Values,
        head: Content | None,
        origin: Origin,
    ) -> None:
        self.kind = kind
        self.where = where
        """`Stmt[2]/Ntry[3]/TxDtls[1]`."""
        self.line = line
        self.shape = shape
        self.values = values
        self.head = head
        self.origin = origin

    def locate(self, path: str) -> int:
        """Return the line of a field; to be asked before the next event."""
        if isinstance(self.origin, tuple):
            return self._locate_in(*self.origin, path)
        return self.origin.line(path)

    def _locate_in(self, text: str, start: int, end: int, path: str) -> int:
        """Parse the matched text once more, to find the line of a field in it."""
        element = etree.fromstring(text[start:end].strip(), xml.hardened_parser())
        if self.kind is Kind.PART and self.head is not None:
            name = self.where.rpartition("/")[2].partition("[")[0]
            element = next(element.iter(name), element)
        return self.line + xml.line_of(element, path) - xml.own_line(element)


@dataclass(slots=True)
class Parsed:
    """Where an event came from: the parser's element."""

    element: Element
    lines: Lines
    left_out: int
    """How many lines the parser had not seen when the element began."""

    def line(self, path: str) -> int:
        """Return the line of the element, or of one of its fields."""
        parsed = xml.line_of(self.element, path) if path else xml.own_line(self.element)
        if not path or self.left_out == self.lines.total:
            return parsed + self.left_out
        return self.lines.true(parsed)


Origin = Parsed | tuple[str, int, int]
"""The parser's element, or the text that a pattern matched."""


@dataclass(slots=True)
class Lines:
    """From the parser's lines to the file's: it was not shown all of them."""

    starts: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)

    def leave_out(self, parsed_line: int, count: int) -> None:
        """Say that `count` lines were left out after `parsed_line`."""
        if count:
            self.starts.append(parsed_line)
            self.left_out.append(count + (self.left_out[-1] if self.left_out else 0))
            if len(self.starts) > 1 and self.starts[-2] == parsed_line:
                del self.starts[-2], self.left_out[-2]

    def true(self, parsed_line: int) -> int:
        """Return the line of the file."""
        index = bisect_right(self.starts, parsed_line - 1)
        return parsed_line + (self.left_out[index - 1] if index else 0)

    @property
    def total(self) -> int:
        """How many lines the parser has not seen."""
        return self.left_out[-1] if self.left_out else 0


def refuse(source: str, event: Event, error: FieldError, message: str) -> NoReturn:
    """Raise `Unreadable` with the file, line and path of a field that cannot be used."""
    where = xml.joined(event.where, error.path) or message
    place = Place(source, event.locate(error.path), where)
    raise Unreadable(place, error.message) from None
