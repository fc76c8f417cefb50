"""Tell a message piece by piece, in the order of the file, in constant memory.

A message repeats: camt.053 has statements (containers) of entries (records) with details
(parts). `walked` yields an event for each; what a reader makes of them is its business.

Two lanes lead to the same events. The parser reads whatever is new. At the end of a
record or a part, and only there, `shapes` may take the text that follows, as long as it
has shapes that were seen before; the parser is not shown that text, for a list of whole
elements can be left out of a document without touching the rest of it. Lines are counted
in both lanes, so an error names its true line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import cast

from lxml.etree import _Element as Element

from bankio.errors import Place, Unreadable
from bankio.iso20022 import xml
from bankio.iso20022.events import Content, Event, Kind, Layout, Lines
from bankio.iso20022.shapes import (
    LENGTH_MAX,
    LUMP_MAX,
    LumpTemplate,
    Shapes,
    Template,
    WholeTemplate,
    unescaped,
)
from bankio.iso20022.tree import Tree
from bankio.iso20022.xml import Identity


def walked(
    text: Iterable[str],
    source: str,
    identity: Identity,
    layout: Layout,
    *,
    by_shape: bool = True,
) -> Iterator[Event]:
    """Yield the events of a message. `by_shape=False` leaves every record to the parser."""
    return _Walker(source, identity, layout, by_shape=by_shape).events(text)


class _Walker:
    """The two lanes, and where the walk stands."""

    def __init__(
        self, source: str, identity: Identity, layout: Layout, *, by_shape: bool
    ) -> None:
        self.source = source
        self.layout = layout
        self.by_shape = by_shape
        tags = [*layout.containers, layout.record, *filter(None, (layout.part,))]
        message_tag = cast("str", identity.message_tag)
        self.parser = xml.pull_parser(
            (message_tag, *(f"{{*}}{tag}" for tag in tags)), ("start", "end")
        )
        self.lines = Lines()
        self.tree = Tree(source, layout, message_tag, self.lines)
        self.stops = re.compile(f"</(?:{layout.record}|{layout.part or layout.record})>")
        self.record_start = f"<{layout.record}>"
        self.part_start = f"<{layout.part}>"
        self.record_end = f"</{layout.record}>"
        self.shapes = Shapes()
        self.buffer = ""
        self.position = 0
        self.mark: int | None = 0
        """Where the text of the open record (or what precedes it) begins in the buffer."""
        self.spans: list[tuple[int, int, Template | None]] = []
        """The parts of the open record, in the buffer, and what was learned of them."""
        self.untold = 0
        """Characters that the parser was shown since the last event."""
        self.finished: Event | None = None
        """Told last: what follows the message must be well-formed, too."""
        self.line = 1
        """The line of `position`."""
        self.parsed_line = 1
        """The line that the parser believes in."""
        self.stands_after: Kind | None = None
        """RECORD or PART, where the parser stands exactly after the end of one."""

    def events(self, text: Iterable[str]) -> Iterator[Event]:
        for block in text:
            if ("]" in block or self.buffer.endswith("]")) and "]]>" in self.buffer[
                -2:
            ] + block:
                # A CDATA section, or its end where no parser lets it pass.
                self.by_shape, self.stands_after = False, None
            self._fill(block)
            yield from self._drained()
        yield from self._parsed(len(self.buffer), None)
        xml.close(self.parser, self.source, self.lines.total)
        yield from self._told(None)
        if self.finished is not None:
            yield self.finished

    def _fill(self, block: str) -> None:
        keep = self.position
        if self.mark is not None:
            if self.position - self.mark <= LUMP_MAX:
                keep = self.mark
                self.spans = [
                    (one - keep, two - keep, part) for one, two, part in self.spans
                ]
                self.mark = 0
            else:
                self.mark, self.spans = None, []
        self.buffer = self.buffer[keep:] + block
        self.position -= keep

    def _drained(self) -> Iterator[Event]:
        """Work through the buffer as far as it can be understood."""
        while True:
            if self.stands_after is Kind.RECORD:
                yield from self._records_by_shape()
                rest = len(self.buffer) - self.position
                end = self.buffer.find(self.record_end, self.position)
                if end < 0 and rest < LUMP_MAX:
                    return
            elif self.stands_after is Kind.PART:
                yield from self._parts_by_shape()
            stop = self.stops.search(self.buffer, self.position)
            if stop is None:
                break
            kind = Kind.RECORD if stop[0] == self.record_end else Kind.PART
            yield from self._parsed(stop.end(), kind)
        # What may be the beginning of an end tag waits for its rest.
        end = len(self.buffer) - len(self.record_end) - len(self.part_start)
        rest = end - self.position
        if rest > LUMP_MAX or (rest > 0 and self.stands_after is None):
            yield from self._parsed(end, None)

    def _parsed(self, end: int, stop: Kind | None) -> Iterator[Event]:
        """Show the parser the text up to `end`, which may be the end of a `stop`."""
        start = self.position
        text = self.buffer[start:end]
        xml.feed(self.parser, text, self.source, self.lines.total)
        self.position = end
        self.untold += end - start
        newlines = text.count("\n")
        self.line += newlines
        self.parsed_line += newlines
        self.stands_after = None
        yield from self._told(stop)
        if self.untold > self.layout.untold_max:
            # The parser keeps what is not told yet: this is all that can make it grow.
            raise Unreadable(
                Place(self.source, self.line, self.tree.where or "XML"),
                f"more than {self.layout.untold_max} characters that are no "
                f"{self.layout.record}",
            )

    def _told(self, stop: Kind | None) -> Iterator[Event]:
        last = None
        for kind, found in self.parser.read_events():
            element = cast("Element", found)
            event = self.tree.event(kind, element)
            last = event
            if event is None:
                continue
            if event.kind is Kind.FINISHED:
                self.finished = event
                continue
            self.untold = 0
            yield event
            if event.kind is stop:
                self._learn(event.kind)
            self.tree.done(event, element)
        # Only where the parser has come exactly to the end that it was shown.
        if stop is not None and self.by_shape:
            if last is not None and last.kind is stop:
                self.stands_after = stop
            else:
                self.by_shape = False
        if last is not None and last.kind is Kind.RECORD:
            self.mark, self.spans = self.position, []

    def _learn(self, kind: Kind) -> None:
        """Make a pattern of what the parser has just read, if its text is at hand."""
        if not self.by_shape or self.mark is None or self.shapes.patience <= 0:
            return
        self.shapes.patience -= 1
        leaves, fields = self.tree.leaves, self.tree.fields
        end = self.position
        if kind is Kind.PART:
            start = self._with_blanks(self.buffer.rfind(self.part_start, self.mark, end))
            if start is not None:
                part = self.shapes.learn_part(self.buffer[start:end], leaves, fields)
                self.spans.append((start, end, part))
            return
        start = self._with_blanks(self.buffer.find(self.record_start, self.mark, end))
        if start is not None and len(self.spans) == self.tree.parts_of_last:
            parts = [(one - start, two - start, part) for one, two, part in self.spans]
            self.shapes.learn_record(self.buffer[start:end], parts, leaves, fields)

    def _with_blanks(self, start: int) -> int | None:
        """Return where the blanks before `start` begin; None where there is no start."""
        if start < 0:
            return None
        before = self.buffer[self.mark : start]
        return start - len(before) + len(before.rstrip(" \t\n"))

    def _go_on(self, end: int, line: int) -> None:
        """Go on after text that the parser is not shown."""
        self.lines.leave_out(self.parsed_line, line - self.line)
        self.position, self.line = end, line

    def _records_by_shape(self) -> Iterator[Event]:
        """Take the records that follow, as long as their shapes are known."""
        buffer, position, line = self.buffer, self.position, self.line
        tree, wholes = self.tree, self.shapes.wholes
        where = f"{tree.where}/{self.layout.record}["
        while True:
            for template in wholes:
                found = template.pattern.match(buffer, position)
                if found is not None:
                    break
            else:
                lump = self._lump_by_shape(position, line, f"{where}{tree.records + 1}]")
                if lump is None:
                    break
                tree.records += 1
                position, line, events = lump
                yield from events
                continue
            end = found.end()
            values = _texts(buffer, found, position, end)
            if values is None:
                break
            tree.records += 1
            yield from self._whole(
                template, values, (buffer, position, end), line, f"{where}{tree.records}]"
            )
            line += buffer.count("\n", position, end)
            position = end
            if template is not wholes[0]:
                wholes.remove(template)
                wholes.insert(0, template)
        if position != self.position:
            self._go_on(position, line)
            self.mark, self.spans = position, []

    def _whole(
        self,
        template: WholeTemplate,
        values: tuple[str, ...],
        origin: tuple[str, int, int],
        line: int,
        where: str,
    ) -> tuple[Event, ...]:
        """Return the events of a record that one pattern has matched."""
        part, record = template.part, template.record
        if part is None:
            told = Event(
                Kind.RECORD,
                where,
                line + record.blank_newlines,
                record.shape,
                values + record.constants,
                None,
                origin,
            )
            return (told,)
        first, last = template.first, template.last
        newlines = template.newlines_to_part
        text, start, end = origin
        if text.count("\n", start, end) != template.newlines:
            # A value holds a line end, perhaps before the part.
            newlines = text.count("\n", start, text.index(self.part_start, start))
        told = Event(
            Kind.RECORD,
            where,
            line + record.blank_newlines,
            record.shape,
            values[:first] + values[last:] + record.constants,
            None,
            origin,
        )
        return (
            Event(
                Kind.PART,
                f"{where}/{self.layout.part}[1]",
                line + newlines,
                part.shape,
                values[first:last] + part.constants,
                told,
                origin,
            ),
            told,
        )

    def _lump_by_shape(
        self, position: int, line: int, where: str
    ) -> tuple[int, int, list[Event]] | None:
        """Return the end, its line and the events of a record of several parts."""
        buffer = self.buffer
        if not self.shapes.lumps or buffer.find(self.record_end, position) < 0:
            return None
        for lump in self.shapes.lumps.values():
            found = lump.head.pattern.match(buffer, position)
            if found is not None and _texts(buffer, found, position, found.end()):
                told = self._lump(lump, found, position, line, where)
                if told is not None:
                    return told
        return None

    def _lump(
        self, lump: LumpTemplate, found: re.Match[str], start: int, line: int, where: str
    ) -> tuple[int, int, list[Event]] | None:
        buffer, position = self.buffer, found.end()
        head_values = _texts(buffer, found, start, position) or ()
        head = Content(lump.head.shape, (*head_values, None))
        at = line + buffer.count("\n", start, position)
        events, position, at = self._run_of_parts(position, at, where, 1, head)
        for tail in lump.tails.values():
            after = tail.pattern.match(buffer, position)
            values = after and _texts(buffer, after, position, after.end())
            if after is not None and values is not None and events:
                end = after.end()
                events.append(
                    Event(
                        Kind.RECORD,
                        where,
                        line + lump.head.blank_newlines,
                        tail.shape,
                        head_values + values + tail.constants,
                        None,
                        (buffer, start, end),
                    )
                )
                return end, at + buffer.count("\n", position, end), events
        return None

    def _run_of_parts(
        self, position: int, line: int, where: str, number: int, head: Content
    ) -> tuple[list[Event], int, int]:
        """Return the events of the parts that follow, their end and its line."""
        buffer, parts = self.buffer, self.shapes.parts
        prefix = f"{where}/{self.layout.part}["
        events: list[Event] = []
        while parts:
            part, start = parts[0], position
            found = part.pattern.match(buffer, start)
            if found is None:
                found, part, start = self._other_part(position, after_gap=number > 1)
                if found is None:
                    break
                line += buffer.count("\n", position, start)
            values = _texts(buffer, found, start, found.end())
            if values is None:
                break
            position = found.end()
            events.append(
                Event(
                    Kind.PART,
                    f"{prefix}{number}]",
                    line + part.blank_newlines,
                    part.shape,
                    values + part.constants,
                    head,
                    (buffer, start, position),
                )
            )
            line += buffer.count("\n", start, position)
            number += 1
        return events, position, line

    def _other_part(
        self, position: int, *, after_gap: bool
    ) -> tuple[re.Match[str] | None, Template, int]:
        """Return a part of another shape than the last one, and where it begins.

        Between two parts one NtryDtls may end and another begin.
        """
        parts = self.shapes.parts
        starts = [position]
        for gap in self.shapes.gaps if after_gap else ():
            between = gap.match(self.buffer, position)
            if between is not None:
                starts.append(between.end())
        for start in starts:
            for part in parts:
                found = part.pattern.match(self.buffer, start)
                if found is not None:
                    parts.remove(part)
                    parts.insert(0, part)
                    return found, part, start
        return None, parts[0], position

    def _parts_by_shape(self) -> Iterator[Event]:
        """Take the parts that follow in a record too long to be taken as a whole."""
        tree = self.tree
        head = cast("Content", tree.head)
        where = f"{tree.where}/{self.layout.record}[{tree.records + 1}]"
        events, position, line = self._run_of_parts(
            self.position, self.line, where, tree.parts + 1, head
        )
        for event in events:
            tree.parts += 1
            yield event
            _, start, end = cast("tuple[str, int, int]", event.origin)
            self.spans.append((start, end, None))
        if events:
            self._go_on(position, line)


def _texts(
    buffer: str, found: re.Match[str], start: int, end: int
) -> tuple[str, ...] | None:
    """Return the texts of a match; None where one of them is for the parser to judge."""
    groups: Iterable[str] = found.groups()
    if buffer.find("&", start, end) >= 0:
        groups = map(unescaped, groups)
    texts = tuple(map(str.strip, groups))
    return None if "" in texts or end - start > LENGTH_MAX else texts
