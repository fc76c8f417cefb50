"""Files that the books name by their sha256 and the archive has lost: taken back into it.

The bytes may still lie in the folder for the bank, in the one from the bank, or wherever
a person finds them and names them to `books rebuild`. Nothing but the bytes themselves is
believed: a file is the one that was lost if it has the sha256 that the books name.

What an order pays stands in the books, so its manifest is made again from there. That it
was sent stands nowhere any more. A message from the outbox lies where it was delivered to;
of any other it counts as sent, and nobody knows where to: it must not go to the bank a
second time by itself (`books cancel --never-sent`, if it never came there).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath

from bankio import formats
from bankio.channels import MAX_BYTES
from bankio.errors import Unreadable
from bankio.iso20022.values import PaymentInitiation
from cli import arguments
from cli.answer import Refused
from ledger import period_lock, recalls
from ledger.archive import Archive, is_sha256
from ledger.books import Books
from ledger.books.checking import keys_of
from ledger.directives import Transaction
from ledger.manifest import manifest_event
from ledger.payments import Remittance


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A file that the books name and the archive has not, or not with what it means."""

    sha256: str
    name: str
    """What a person knows it by: message and file, or the voucher that names it."""
    suffix: str
    event: Mapping[str, object]
    """How it stands in its sidecar again; `at` is added where it is a received file."""
    remittance: Remittance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What a rebuild found of what was lost."""

    found: tuple[Lost, ...] = ()
    unsure: tuple[Remittance, ...] = ()
    """Those of them that are orders of which nobody knows whether they reached the bank."""
    missing: tuple[Lost, ...] = ()


def take_back(
    books: Books, archive: Archive, files: Sequence[Path], *, by: str, at: str
) -> TakenBack:
    """Take what is lost back into the archive, from the files given and the folders.

    Args:
        books: What they name is looked for.
        archive: Of the same folder.
        files: Named by a person; each must be one of the lost ones.
        by: Who asks for it.
        at: When, in real time.

    Raises:
        Refused: A file given is none that is missing.
    """
    _make_lock_records(books, archive, by, at)
    lost = {each.sha256: each for each in _lost(books, archive, by, at)}
    bytes_of = {path: arguments.content(path) for path in files}
    _require_lost(bytes_of, lost, archive)
    found: dict[str, tuple[bytes, Path]] = {}
    for path, data in (*_in_folders(books, lost), *bytes_of.items()):
        found.setdefault(sha256(data).hexdigest(), (data, path))
    for digest in lost:
        if digest not in found and archive.has(digest):
            found[digest] = (archive.read(digest), archive.path(digest))
    unsure = []
    for digest in lost.keys() & found.keys():
        data, path = found[digest]
        _add(archive, lost[digest], data)
        remittance = lost[digest].remittance
        if remittance is None:
            continue
        is_outbox = any(path.is_relative_to(each) for each in _outboxes(books))
        _count_as_sent(archive, remittance, str(path) if is_outbox else "", at)
        if not is_outbox:
            unsure.append(remittance)
    return TakenBack(
        found=tuple(each for digest, each in lost.items() if digest in found),
        unsure=tuple(unsure),
        missing=tuple(each for digest, each in lost.items() if digest not in found),
    )


def _make_lock_records(books: Books, archive: Archive, by: str, at: str) -> None:
    """Make the record of a lock again, where the period is still what it was."""
    for custom in books.register.customs(period_lock.TYPE):
        digest, until = str(custom.meta.get("sha256", "")), custom.values[0]
        if is_sha256(digest) and not archive.has(digest) and isinstance(until, dt.date):
            data = period_lock.record(books.transactions, until)
            if sha256(data).hexdigest() == digest:
                archive.add(data, "json", period_lock.event(by, at))


def _require_lost(
    given: Mapping[Path, bytes], lost: Mapping[str, Lost], archive: Archive
) -> None:
    problems = []
    for path, data in given.items():
        digest = sha256(data).hexdigest()
        if digest not in lost and not archive.has(digest):
            problems.append(
                f"{path}: no order and no voucher of the books names it (sha256 {digest});"
                f" if it is from the bank: books reconcile {path}"
            )
    if problems:
        raise Refused(*problems)


def _lost(books: Books, archive: Archive, by: str, at: str) -> Iterator[Lost]:
    for remittance in books.remittances:
        digest = remittance.sha256
        if not is_sha256(digest):
            continue
        if archive.manifest(digest) is None or not archive.has(digest):
            yield Lost(
                sha256=remittance.sha256,
                name=f"{remittance.message_id} ({remittance.file_name})",
                suffix="xml",
                event={},
                remittance=remittance,
            )
    for recall in recalls.written(books.register.customs(recalls.CANCEL)):
        if not archive.has(recall.sha256):
            yield Lost(
                sha256=recall.sha256,
                name=f"{recall.message_id} ({recall.file_name})",
                suffix="xml",
                event=recalls.recall_event(recall),
            )
    named: dict[str, list[Transaction]] = {}
    for transaction in books.transactions:
        document = PurePosixPath(str(transaction.meta.get("document", "")))
        if is_sha256(document.stem) and not archive.has(document.stem):
            named.setdefault(document.stem, []).append(transaction)
    for digest, transactions in named.items():
        yield _document(digest, transactions, by, at)


def _document(digest: str, naming: Sequence[Transaction], by: str, at: str) -> Lost:
    """Return a lost document: what the bank sent was received, the rest a person gave."""
    first = naming[0]
    path = PurePosixPath(str(first.meta["document"]))
    when = min(str(each.meta.get("recorded-at", at)) for each in naming)
    is_from_bank = any(True for each in naming for _ in keys_of(each))
    event = (
        {"event": "received", "channel": "books rebuild", "at": when}
        if is_from_bank
        else {"event": "document", "by": by, "at": when}
    )
    return Lost(
        sha256=digest,
        name=f"the document of {first.meta.get('voucher', first.place)} ({path.name})",
        suffix=path.suffix,
        event={**event, "name": path.name},
    )


def _outboxes(books: Books) -> Iterator[Path]:
    yield from _folders(books, "outbox")


def _folders(books: Books, name: str) -> Iterator[Path]:
    for each in books.company.channels:
        if each.kind == "directory":
            yield books.folder / str(each.settings.get(name, f"bank/{name}"))


def _in_folders(books: Books, lost: Mapping[str, Lost]) -> Iterator[tuple[Path, bytes]]:
    """Yield what lies in the channels' folders, below them too; links are not followed."""
    if not lost:
        return
    for folder in (*_outboxes(books), *_folders(books, "inbox")):
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not path.is_file():
                continue
            if path.stat().st_size <= MAX_BYTES:
                yield path, path.read_bytes()


def _add(archive: Archive, lost: Lost, data: bytes) -> None:
    if lost.remittance is not None:
        whole = _with_names(lost.remittance, data)
        archive.add(data, lost.suffix, manifest_event(whole))
    else:
        archive.add(data, lost.suffix, lost.event)


def _with_names(remittance: Remittance, data: bytes) -> Remittance:
    """Return an order of the books with what only its file tells: whom it pays by name."""
    try:
        message = formats.read(data, remittance.file_name)
    except Unreadable:
        return remittance
    assert isinstance(message, PaymentInitiation)
    names = {
        each.end_to_end_identification: each.creditor.name
        for part in message.payment_informations
        for each in part.transactions
        if each.creditor is not None and each.creditor.name
    }
    return replace(
        remittance,
        payments=tuple(
            replace(each, creditor_name=names.get(each.end_to_end_id, each.creditor_name))
            for each in remittance.payments
        ),
    )


def _count_as_sent(archive: Archive, remittance: Remittance, place: str, at: str) -> None:
    events: Iterable[Mapping[str, object]] = archive.events(remittance.sha256)
    if not any(each.get("event") == "sent" for each in events):
        archive.append(
            remittance.sha256,
            {
                "event": "sent",
                "name": remittance.file_name,
                "channel": remittance.channel,
                "at": at,
                "receipt": place,
            },
        )
