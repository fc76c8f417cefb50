"""The parser's lane: what the parser tells of a message becomes events.

Elements are let go of as soon as they are told, so that memory does not grow with the
file. The trap: the parser still needs the element that it has just finished, so a record
is emptied at once and removed only when the next one is finished.
"""

from __future__ import annotations

from typing import cast

from lxml.etree import _Element as Element

from bankio.errors import Place, Unreadable
from bankio.iso20022 import xml
from bankio.iso20022.events import Content, Event, Kind, Layout, Lines, Parsed
from bankio.iso20022.shapes import Shape
from bankio.iso20022.xml import FieldError, Fields, local_name, parent_of

#: A hostile file has a new shape in every record; so many are kept.
_SHAPES_MAX = 512


class Tree:
    """The parser's lane: elements become events."""

    def __init__(self, source: str, layout: Layout, message_tag: str, lines: Lines) -> None:
        self.source = source
        self.layout = layout
        self.message_tag = message_tag
        self.lines = lines
        self.messages = 0
        self.containers: dict[str, int] = {}
        self.records = 0
        self.parts = 0
        self.parts_of_last = 0
        self.where = ""
        """Of the container that is open."""
        self.head: Content | None = None
        """The open record before its first part."""
        self.begun = False
        """Whether the open container has had a record."""
        self.previous: Element | None = None
        self.left_out: dict[str, int] = {}
        """How many lines the parser had not seen when the last one of a name began."""
        self.shapes: dict[tuple[str, ...], Shape] = {}
        self.leaves: list[str] = []
        self.fields: Fields = {}

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
            fields = self._read(element, self.where, frozenset({self.layout.record}))
            return self._told(Kind.CLOSED, self.where, element, fields)
        if element.tag == self.message_tag:
            fields = self._read(element, "", self.layout.containers)
            return self._told(Kind.FINISHED, "", element, fields)
        return None

    def _started(self, name: str, element: Element) -> Event | None:
        self.left_out[name] = self.lines.total
        if element.tag == self.message_tag:
            self.messages += 1
            if self.messages > 1:
                line = xml.own_line(element) + self.lines.total
                raise Unreadable(
                    Place(self.source, line, name),
                    "a second message in one file; it must hold one",
                )
        elif name in self.layout.containers and self._is_container(element):
            count = self.containers[name] = self.containers.get(name, 0) + 1
            self.where = f"{name}[{count}]"
            self.records, self.parts = 0, 0
            self.head, self.previous, self.begun = None, None, False
            return self._told(Kind.OPENED, self.where, element, {})
        elif name == self.layout.record and not self.begun and self._is_record(element):
            self.begun = True
            container = parent_of(element)
            fields = self._read(container, self.where, frozenset({name}))
            return self._told(Kind.HEAD, self.where, container, fields)
        return None

    def _part(self, element: Element) -> Event | None:
        record = element.getparent()
        while record is not None and local_name(record.tag) != self.layout.record:
            record = record.getparent()
        if record is None or not self._is_record(record):
            return None
        where = f"{self.where}/{self.layout.record}[{self.records + 1}]"
        if self.head is None:
            skipped = frozenset({cast("str", self.layout.part)})
            head = self._read(record, where, skipped)
            self.head = Content(self._shape(head), (*head.values(), None))
        self.parts += 1
        where = f"{where}/{self.layout.part}[{self.parts}]"
        fields = self._read(element, where, frozenset())
        return self._told(Kind.PART, where, element, fields, self.head)

    def _record(self, element: Element) -> Event | None:
        if not self._is_record(element):
            return None
        self.records += 1
        self.parts_of_last = self.parts
        self.parts, self.head = 0, None
        where = f"{self.where}/{self.layout.record}[{self.records}]"
        part = self.layout.part
        fields = self._read(element, where, frozenset({part} if part else ()))
        return self._told(Kind.RECORD, where, element, fields)

    def done(self, event: Event, element: Element) -> None:
        """Let go of what has been told, so that memory does not grow with the file."""
        if event.kind is Kind.RECORD:
            xml.empty(element)
            # The element itself must stay until the parser has passed it.
            if self.previous is not None:
                parent_of(element).remove(self.previous)
            self.previous = element
        elif event.kind in {Kind.PART, Kind.CLOSED}:
            xml.empty(element)

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

    def _read(self, element: Element, where: str, skipped: frozenset[str]) -> Fields:
        self.leaves = []
        try:
            self.fields = xml.flatten(element, skipped, self.leaves)
        except FieldError as error:
            line = Parsed(element, self.lines, self._left_out(element)).line(error.path)
            place = Place(self.source, line, xml.joined(where, error.path))
            raise Unreadable(place, error.message) from None
        return self.fields

    def _shape(self, fields: Fields) -> Shape:
        paths = tuple(fields)
        shape = self.shapes.get(paths)
        if shape is None:
            shape = Shape(paths)
            # A hostile file has a new shape in every record.
            if len(self.shapes) < 512:
                self.shapes[paths] = shape
        return shape

    def _told(
        self,
        kind: Kind,
        where: str,
        element: Element,
        fields: Fields,
        head: Content | None = None,
    ) -> Event:
        origin = Parsed(element, self.lines, self._left_out(element))
        shape, values = self._shape(fields), (*fields.values(), None)
        return Event(kind, where, origin.line(""), shape, values, head, origin)

    def _left_out(self, element: Element) -> int:
        """Return how many lines the parser had not seen when `element` began.

        Nothing is left out inside of a part; in a record its parts may be.
        """
        name = local_name(element.tag)
        if name == self.layout.part:
            return self.lines.total
        return self.left_out.get(name, 0)
