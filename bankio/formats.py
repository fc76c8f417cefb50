"""The one list of what we can read, and the one door: bytes become a value.

A file is recognised by its content, never by its name: an XML document by the local name
of its message, OCR giro by `NY`. A new kind of file is one module and one line here.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bankio import collector, ehf
from bankio.errors import Place, Unreadable, Unrecognised
from bankio.iso20022 import camt, camt_029, pain_001, pain_002, xml
from bankio.iso20022.values import Message
from bankio.ocr_giro import transmission

MEBIBYTE = 1 << 20
_HEAD_BYTES = 1 << 16
_WHITE = b" \t\r\n"
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A kind of file that we read."""

    format: str
    message: str
    """Local name of the message element; `NY` for OCR giro."""
    read: Callable[[Iterable[str], str, xml.Identity], Message]
    size_max: int


READERS: tuple[Reader, ...] = (
    Reader(
        format="camt.053", message="BkToCstmrStmt", read=camt.read, size_max=512 * MEBIBYTE
    ),
    Reader(
        format="camt.054",
        message="BkToCstmrDbtCdtNtfctn",
        read=camt.read,
        size_max=512 * MEBIBYTE,
    ),
    Reader(
        format="camt.052",
        message="BkToCstmrAcctRpt",
        read=camt.read,
        size_max=512 * MEBIBYTE,
    ),
    Reader(
        format="pain.002",
        message="CstmrPmtStsRpt",
        read=pain_002.read,
        size_max=256 * MEBIBYTE,
    ),
    Reader(
        format="pain.001",
        message="CstmrCdtTrfInitn",
        read=pain_001.read,
        size_max=256 * MEBIBYTE,
    ),
    Reader(
        format="camt.029",
        message="RsltnOfInvstgtn",
        read=camt_029.read,
        size_max=20 * MEBIBYTE,
    ),
    Reader(format="ehf", message="Invoice", read=ehf.read, size_max=20 * MEBIBYTE),
    Reader(format="ehf", message="CreditNote", read=ehf.read, size_max=20 * MEBIBYTE),
)
OCR_GIRO_SIZE_MAX = 512 * MEBIBYTE

_BY_MESSAGE = {reader.message: reader for reader in READERS}

_TELEPAY = "Telepay (BETFOR records), discontinued on 1 October 2024"
_EDIFACT = "EDIFACT (CREMUL, DEBMUL), discontinued"
_DIRECT_REMITTANCE = "direct remittance (service 04), which the banks close during 2026"

#: What banks no longer deal in, by how it begins.
_DISCONTINUED = (
    (b"BETFOR", _TELEPAY),
    (b"UNA", _EDIFACT),
    (b"UNB", _EDIFACT),
    (b"NY04", _DIRECT_REMITTANCE),
)


def read(data: bytes | BinaryIO, source: str, *, size_max: int | None = None) -> Message:
    """Read a bank file; `source` is what errors call it.

    Raises `Unreadable` for a file that cannot be used, `Unrecognised` for one that no
    reader knows. `size_max` replaces the bound of the file's kind.
    """
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    with collector.paused():
        return _read(stream, source, size_max)


def _read(stream: BinaryIO, source: str, size_max: int | None) -> Message:
    head = _head(stream)
    _refuse_discontinued(head, source)
    if _is_ocr_giro(head):
        blocks = _blocks(head, stream, source, size_max or OCR_GIRO_SIZE_MAX)
        if head.startswith(_UTF_16_MARKS):
            blocks = _narrowed(blocks, source)
        return transmission.read(blocks, source)
    identity = recognise(head, source)
    reader = reader_of(identity, source)
    blocks = _blocks(head, stream, source, size_max or reader.size_max)
    return reader.read(xml.decoded(blocks, source), source, identity)


def recognise(head: bytes, source: str) -> xml.Identity:
    """Return what XML document begins with `head`, or raise `Unrecognised`."""
    start = head.lstrip(_WHITE + b"\xef\xbb\xbf\xff\xfe\0")
    if not start.startswith(b"<"):
        shown = head[:20].decode("ascii", "backslashreplace")
        message = "is empty" if not start else f"begins with {shown!r}"
        raise Unrecognised(
            Place(source, 1, "file"),
            f"{message}: neither XML nor an OCR giro file. Give the bank's file unchanged",
        )
    return xml.identify(xml.decoded([head], source), source, frozenset(_BY_MESSAGE))


def reader_of(identity: xml.Identity, source: str) -> Reader:
    """Return the reader of a document, or raise `Unrecognised`."""
    reader = _BY_MESSAGE.get(identity.message or "")
    if reader is not None:
        _check_namespace(reader, identity, source)
        return reader
    if identity.root == "Document":
        raise Unrecognised(
            Place(source, identity.line, "Document"),
            "no message that we read inside Document "
            f"(namespace {identity.root_namespace or 'none'!s})",
        )
    raise Unrecognised(
        Place(source, identity.line, identity.root),
        f"an XML document of another kind ({identity.root}). "
        f"We read {', '.join(dict.fromkeys(one.format for one in READERS))}, ocr-giro",
    )


def _check_namespace(reader: Reader, identity: xml.Identity, source: str) -> None:
    """Refuse a message whose namespace speaks of another message than it is."""
    version = identity.version
    if version is not None and not version.startswith(reader.format):
        raise Unreadable(
            Place(source, identity.line, reader.message),
            f"the namespace says {version}, the message is a {reader.format}",
        )


def _is_ocr_giro(head: bytes) -> bool:
    if head.startswith(_UTF_16_MARKS):
        head = head[2:200].replace(b"\0", b"")
    return head.removeprefix(codecs.BOM_UTF8).lstrip(_WHITE).startswith(b"NY")


def _narrowed(blocks: Iterable[bytes], source: str) -> Iterator[bytes]:
    """Turn a file that an editor saved as UTF-16 back into ISO-8859-1."""
    decoder = codecs.getincrementaldecoder("utf-16")()
    try:
        for block in blocks:
            yield decoder.decode(block).encode("iso-8859-1", "replace")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        place = Place(source, None, "file")
        raise Unreadable(place, "is not UTF-16 as it says") from None


def _refuse_discontinued(head: bytes, source: str) -> None:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip(_WHITE)
    for prefix, message in _DISCONTINUED:
        # Telepay begins with an application header before its first record.
        if start.startswith(prefix) or (prefix == b"BETFOR" and b"BETFOR" in start[:200]):
            advice = "Ask the bank for pain.002 and camt.054"
            raise Unrecognised(Place(source, 1, "file"), f"{message}. {advice}")


def _head(stream: BinaryIO) -> bytes:
    """Read until there is enough to recognise a file by."""
    head = b""
    while len(head) < _HEAD_BYTES:
        block = stream.read(_HEAD_BYTES - len(head))
        if not block:
            break
        head += block
    return head


def _blocks(head: bytes, stream: BinaryIO, source: str, size_max: int) -> Iterator[bytes]:
    """Yield the file in blocks, and stop where it grows beyond `size_max`."""
    size = 0
    block = head
    while block:
        size += len(block)
        if size > size_max:
            raise Unreadable(
                Place(source, None, "file"),
                f"is larger than {size_max} bytes, the bound for its kind",
            )
        yield block
        block = stream.read(xml.BLOCK_BYTES)
