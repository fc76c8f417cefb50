r"""Records of a shape that has been seen are read by one regular expression.

A bank's file repeats a few shapes a hundred thousand times. Parsing each record into a
tree costs ten times what the values cost, so the parser (`walk`) reads a record of a new
shape, and from its text and its tree a pattern is made: every tag and every blank between
tags as they stood, and a group for every value.

    <Amt Ccy="NOK">1250.00</Amt>\n  <Sts>BOOK</Sts>
    <Amt\ Ccy="NOK">([^<]*+)</Amt>\n\ \ <Sts>([^<]*+)</Sts>

Why this is as safe as the parser: a match is text that begins where an element of the
parent may begin, holds these tags and nothing else (a comment, a CDATA section, an
instruction, another attribute or a prefix has a `<` or a letter where the pattern has
none), and characters that XML forbids were refused when the file was decoded. So a parser
would build the same tree for it. Whatever does not match goes to the parser: an unknown
shape, an empty value, an unusual entity, a long text, the end of a block. Only how fast a
file is read depends on this module, never what is read; a test reads every file both ways.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bankio.iso20022.xml import Fields

#: Beyond this a record is the parser's business: its limits on text length apply.
LENGTH_MAX = 1 << 16
#: A record longer than this is not awaited as a whole: its parts are taken one by one.
LUMP_MAX = 1 << 18
#: More shapes than this in a file are not worth trying one after the other.
_SHAPES_MAX = 48
_PATIENCE = 200
#: A longer pattern takes longer to make than it can save.
_PATTERN_LENGTH_MAX = 1 << 14

_TAG = re.compile(r'<(/?)([A-Za-z][A-Za-z0-9]*)( Ccy="[A-Z]{3}")?(/?)>')
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Shape:
    """Which paths a record has, in the order of its values.

    `values` of such a record end with one more: None, for every path that it has not.
    """

    __slots__ = ("index", "paths", "plan")

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = paths
        self.index = {path: number for number, path in enumerate(paths)}
        self.plan: Any = None
        """Whatever a reader has worked out once for all records of this shape."""

    def at(self, *paths: str) -> int:
        """Return the place of the first path that is there; -1 is the None at the end."""
        for path in paths:
            if path in self.index:
                return self.index[path]
        return -1


Values = tuple[str | None, ...]


@dataclass(slots=True)
class Template:
    """A pattern, and the shape of what its groups and its constants are."""

    pattern: re.Pattern[str]
    shape: Shape
    constants: Values
    newlines: int
    """Line ends in the text that it was made of."""
    blank_newlines: int
    """Those of them before its first tag."""


@dataclass(slots=True)
class WholeTemplate:
    """A record with one part or none, as one pattern."""

    pattern: re.Pattern[str]
    record: Template
    part: Template | None
    first: int
    """The groups of the part begin here."""
    last: int
    """And end before here."""
    newlines: int
    newlines_to_part: int


@dataclass(slots=True)
class LumpTemplate:
    """A record up to its first part, and what may follow its last one."""

    head: Template
    tails: dict[str, Template] = field(default_factory=dict)
    """By pattern. The shape of a tail is that of the whole record."""


@dataclass(slots=True)
class Piece:
    """A piece of a record's text, made into a pattern."""

    pattern: str
    texts: list[str]
    """What each leaf of it holds, as written."""
    stack: tuple[str, ...]
    """The elements that are open at its end."""


def pieced(text: str, stack: tuple[str, ...] = ()) -> Piece | None:
    """Make a pattern of `text`, None where it holds more than plain tags and texts."""
    position = len(text) - len(text.lstrip(" \t\n"))
    pattern = [re.escape(text[:position])]
    texts: list[str] = []
    open_tags = list(stack)
    opened_last = False
    while position < len(text):
        tag = _TAG.match(text, position)
        if tag is None:
            return None
        closing, name, _, empty = tag.groups()
        end = text.find("<", tag.end())
        content = text[tag.end() : end if end >= 0 else len(text)]
        position = tag.end() + len(content)
        pattern.append(re.escape(tag[0]))
        if closing:
            if not open_tags or open_tags.pop() != name or tag[3] or empty:
                return None
            opened_last = False
        elif empty:
            texts.append("")
            opened_last = False
        else:
            open_tags.append(name)
            opened_last = True
        if opened_last and text.startswith(f"</{name}>", position):
            texts.append(content)
            pattern.append("([^<]*+)" if content.strip() else re.escape(content))
        elif content.strip(" \t\n"):
            return None
        else:
            pattern.append(re.escape(content))
    return Piece("".join(pattern), texts, tuple(open_tags))


def unescaped(text: str) -> str:
    """Replace XML's references; an empty text where one is not XML's own."""
    if "&" not in text:
        return text
    plain, found = _REFERENCE.subn(_replacement, text)
    return "" if "\0" in plain or found != text.count("&") else plain


def _replacement(reference: re.Match[str]) -> str:
    name, decimal, hexadecimal = reference.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    allowed = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    # NUL marks what XML does not allow: it cannot be in the text by itself.
    return chr(code) if allowed or 0x10000 <= code < 0x110000 else "\0"


@dataclass(slots=True)
class Shapes:
    """What has been learned about one file."""

    wholes: list[WholeTemplate] = field(default_factory=list)
    """The one used last comes first, and so for the parts."""
    lumps: dict[str, LumpTemplate] = field(default_factory=dict)
    parts: list[Template] = field(default_factory=list)
    gaps: list[re.Pattern[str]] = field(default_factory=list)
    patience: int = _PATIENCE
    """How often to try in vain; each shape that is learned restores it."""
    known: dict[str, Template | None] = field(default_factory=dict)
    """Every pattern, so that none is made or kept twice; with it the template of a part."""

    def _is_new(self, pattern: str, count: int) -> bool:
        """Whether to make and keep a pattern beside `count` others."""
        return (
            pattern not in self.known
            and count < _SHAPES_MAX
            and len(pattern) <= _PATTERN_LENGTH_MAX
        )

    def _keep(self, pattern: str, part: Template | None) -> None:
        self.known.setdefault(pattern, part)
        self.patience = _PATIENCE

    def learn_part(
        self, text: str, leaves: Sequence[str], fields: Fields
    ) -> Template | None:
        """Learn a part from its text, blanks before it included, and from its fields."""
        piece = pieced(text)
        if piece is None or piece.stack:
            return None
        if self._is_new(piece.pattern, len(self.parts)):
            template = _template(text, piece, piece.texts, leaves, fields)
            if template is not None:
                self._keep(piece.pattern, template)
                self.parts.insert(0, template)
        return self.known.get(piece.pattern)

    def learn_record(
        self,
        text: str,
        parts: Sequence[tuple[int, int, Template | None]],
        leaves: Sequence[str],
        fields: Fields,
    ) -> None:
        """Learn a record; `parts` say where its parts stand and what they were."""
        if len(parts) > 1:
            self._learn_lump(text, parts, leaves, fields)
            return
        if len(text) > LENGTH_MAX:
            return
        first, last = (parts[0][0], parts[0][1]) if parts else (len(text), len(text))
        head, part = pieced(text[:first]), parts[0][2] if parts else None
        tail = None if head is None else pieced(text[last:], head.stack)
        if head is None or tail is None or tail.stack or (parts and part is None):
            return
        pattern = head.pattern + (part.pattern.pattern if part else "") + tail.pattern
        if not self._is_new(pattern, len(self.wholes)):
            return
        record = _template(text, head, head.texts + tail.texts, leaves, fields)
        if record is not None:
            self._keep(pattern, None)
            self._keep_whole(pattern, head, part, record, text, first)

    def _keep_whole(
        self,
        pattern: str,
        head: Piece,
        part: Template | None,
        record: Template,
        text: str,
        first: int,
    ) -> None:
        groups = sum(1 for one in head.texts if one.strip())
        self.wholes.insert(
            0,
            WholeTemplate(
                pattern=re.compile(pattern),
                record=record,
                part=part,
                first=groups,
                last=groups + (part.pattern.groups if part else 0),
                newlines=text.count("\n"),
                newlines_to_part=text.count("\n", 0, first)
                + (part.blank_newlines if part else 0),
            ),
        )

    def _learn_lump(
        self,
        text: str,
        parts: Sequence[tuple[int, int, Template | None]],
        leaves: Sequence[str],
        fields: Fields,
    ) -> None:
        head = pieced(text[: parts[0][0]])
        tail = None if head is None else pieced(text[parts[-1][1] :], head.stack)
        if head is None or tail is None or tail.stack:
            return
        for one, two in pairwise(parts):
            if not self._learn_gap(text[one[1] : two[0]], head.stack):
                return
        lump = self.lumps.get(head.pattern)
        if lump is None:
            if not self._is_new(head.pattern, len(self.lumps)):
                return
            count = len(head.texts)
            before = _template(text, head, head.texts, leaves[:count], fields, whole=False)
            if before is None:
                return
            lump = self.lumps[head.pattern] = LumpTemplate(before)
        if tail.pattern not in lump.tails and len(lump.tails) < _SHAPES_MAX:
            after = _template(text, tail, head.texts + tail.texts, leaves, fields)
            if after is not None:
                lump.tails[tail.pattern] = after
                self._keep(tail.pattern, None)

    def _learn_gap(self, text: str, stack: tuple[str, ...]) -> bool:
        """Learn what stands between two parts: nothing, or the end of one NtryDtls."""
        if not text:
            return True
        piece = pieced(text, stack)
        if piece is None or piece.stack != stack or piece.texts:
            return False
        if self._is_new(piece.pattern, len(self.gaps)):
            self._keep(piece.pattern, None)
            self.gaps.append(re.compile(piece.pattern))
        return True


def _template(
    text: str,
    piece: Piece,
    texts: Sequence[str],
    leaves: Sequence[str],
    fields: Fields,
    *,
    whole: bool = True,
) -> Template | None:
    """Join a pattern with the paths of its groups; None where they do not agree.

    Each text is held against what the parser read at its path, so a slip here can only
    leave a shape unlearned.
    """
    if len(texts) != len(leaves):
        return None
    paths = []
    for written, leaf in zip(texts, leaves, strict=True):
        if unescaped(written).strip() != fields.get(leaf, ""):
            return None
        if written.strip():
            paths.append(leaf)
    valued = set(paths)
    constants = {path: told for path, told in fields.items() if path not in valued}
    if not whole:
        constants = {}
    blank = len(text) - len(text.lstrip(" \t\n"))
    return Template(
        pattern=re.compile(piece.pattern),
        shape=Shape((*paths, *constants)),
        constants=(*constants.values(), None),
        newlines=text.count("\n"),
        blank_newlines=text.count("\n", 0, blank),
    )
