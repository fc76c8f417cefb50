"""`books verify`: every check of the books that needs nothing but text and archive.

Each check takes what it needs and returns one `Check` with its evidence: what was looked
at, and the first thing that is wrong, with its place. They do not ask the store, nor the
code that posted. What is judged when the books are loaded (exact zero, one key once, ...)
is judged again here from the postings themselves: a proof that repeats what the writer
believed would prove nothing.

A new check is a function and a line in `checks`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from bankio.amount import Amount
from ledger import cleared, period_lock, set_aside, vouchers
from ledger.accounts import text
from ledger.archive import Archive, ArchiveDamaged
from ledger.bank_proof import counted_days, file_name, proofs
from ledger.books import Books
from ledger.books.checking import keys_of
from ledger.decision_log import DecisionLog
from ledger.directives import Transaction
from ledger.item_kinds import ItemKind
from ledger.machine_files import batch_hashes, machine_files, posted_batches
from ledger.open_items import OpenItem, unattested
from ledger.payments import Payment, PaymentStanding, PaymentState, Remittance
from ledger.vouchers import Series, SeriesHead

_SHOWN = 3
_FIND_IT = (
    "books rebuild takes it back from the channels' folders, or books rebuild FILE from"
    " where it lies"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    """What was looked at; where it is wrong, what and where."""


def checks(
    books: Books, archive: Archive, standings: Sequence[PaymentStanding]
) -> Iterator[Check]:
    """Make every check, one after the other, so that progress can be shown.

    Args:
        books: Loaded without an error (what fails then is told by the loading).
        archive: Of the same folder.
        standings: Every payment that books or archive know, with its state.
    """
    told: tuple[Callable[[], Check], ...] = (
        partial(archive_is_whole, archive),
        partial(documents_are_archived, books, archive),
        partial(sums_are_zero, books.transactions),
        partial(keys_stand_once, books.transactions),
        partial(series_are_gapless, books.transactions),
        partial(chain_is_unbroken, books.transactions, archive),
        partial(batches_are_unaltered, books.folder),
        partial(decisions_are_in_the_books, books.folder),
        partial(items_stay_in_bounds, books),
        partial(no_draft_is_locked_in, books),
        partial(locked_period_is_unchanged, books, archive),
        partial(bank_agrees, books, archive),
        partial(what_is_set_aside, books, archive),
        partial(clearing_is_explained, books),
        partial(orders_are_archived, books, archive),
        partial(what_is_ordered_is_owed, books, standings),
        partial(in_flight_is_ordered_less_ended, books, standings),
    )
    for check in told:
        yield check()


def archive_is_whole(archive: Archive) -> Check:
    """Hash every archived file again, read every sidecar."""
    count = sum(1 for _ in archive.hashes())
    return _check("archive", archive.verify(), f"{count} files have their sha256")


def documents_are_archived(books: Books, archive: Archive) -> Check:
    """Look whether the archived file that a voucher names is there."""
    names: dict[str, Transaction] = {}
    for transaction in books.transactions:
        document = transaction.meta.get("document")
        if isinstance(document, str) and "archive/" in document:
            names.setdefault(PurePosixPath(document).stem, transaction)
    missing = [
        f"{transaction.place}: {transaction.meta['document']} is not in the archive;"
        f" {_FIND_IT}"
        for stem, transaction in names.items()
        if not (len(stem) == 64 and archive.has(stem))
    ]
    return _check("documents", missing, f"{len(names)} files named by vouchers are there")


def sums_are_zero(transactions: Sequence[Transaction]) -> Check:
    """Sum every transaction again, exactly, in each currency."""
    wrong = []
    for transaction in transactions:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for posting in transaction.postings:
            sums[posting.weight.currency] += posting.weight.number
        for currency, total in sums.items():
            if total:
                wrong.append(f"{transaction.place}: {total} {currency} from zero")
    return _check("sums", wrong, f"{len(transactions)} transactions are exactly zero")


def keys_stand_once(transactions: Sequence[Transaction]) -> Check:
    """Look for a bank key that two transactions carry."""
    seen: dict[str, Transaction] = {}
    wrong = []
    for transaction in transactions:
        for key in keys_of(transaction):
            first = seen.setdefault(key, transaction)
            if first is not transaction:
                wrong.append(f"{transaction.place}: {key} is also at {first.place}")
    return _check("keys", wrong, f"{len(seen)} bank keys, each once")


def series_are_gapless(transactions: Sequence[Transaction]) -> Check:
    """Look for numbers used twice and for gaps in our own series."""
    wrong = [str(error) for error in vouchers.number_errors(transactions)]
    heads = vouchers.heads(transactions).values()
    told = ", ".join(f"{h.series}{h.year}-{h.number}" for h in heads) or "none of ours"
    return _check("series", wrong, f"complete to {told}")


def chain_is_unbroken(transactions: Sequence[Transaction], archive: Archive) -> Check:
    """Follow the chain of our vouchers, to the heads that the sidecars have seen."""
    try:
        heads = archived_heads(archive)
    except ArchiveDamaged as error:
        return _check("chain", [str(error)], "")
    wrong = [str(error) for error in vouchers.verify_chain(transactions, heads)]
    count = sum(1 for each in transactions if "chain" in each.meta)
    return _check(
        "chain", wrong, f"{count} vouchers, {len(heads)} heads known from the archive"
    )


def archived_heads(archive: Archive) -> tuple[SeriesHead, ...]:
    """Return the chain heads that the archive's sidecars remember, each once."""
    found: dict[tuple[str, int], SeriesHead] = {}
    for digest in archive.hashes():
        for event in archive.events(digest):
            if event.get("event") == "heads":
                for name, head in dict(event["series"]).items():
                    each = _head(name, head)
                    found[name, each.number] = each
    return tuple(found.values())


def _head(name: str, head: Mapping[str, Any]) -> SeriesHead:
    return SeriesHead(
        series=Series(name[:-4]),
        year=int(name[-4:]),
        number=int(head["number"]),
        chain=str(head["chain"]),
    )


def batches_are_unaltered(folder: Path) -> Check:
    """Compare each payload of the machine files with the sha256 on its batch line."""
    wrong, count = [], 0
    for path in machine_files(folder):
        name = path.relative_to(folder).as_posix()
        for batch in posted_batches(path.read_bytes()):
            count += 1
            if not batch.is_unaltered:
                wrong.append(f"{name}:{batch.line}: the text below was changed since")
    return _check("batches", wrong, f"{count} batches are as they were written")


def decisions_are_in_the_books(folder: Path) -> Check:
    """Look whether all that people decided, as the archive keeps it, is in the books."""
    log = DecisionLog(folder)
    try:
        kept, ended = log.standing(), log.ended()
    except ArchiveDamaged as error:
        return _check("decisions", [str(error)], "")
    present = {
        batch for path in machine_files(folder) for batch in batch_hashes(path.read_bytes())
    }
    wrong = [
        f"{each.batch.note} is not in the books; books rebuild writes it again"
        for each in kept
        if each.batch.id not in present
    ]
    told = [f"{note}: {reason}" for note, reason in ended.items()]
    return _check("decisions", wrong, "; ".join([f"{len(kept)} kept, all there", *told]))


def items_stay_in_bounds(books: Books) -> Check:
    """Look for an item that is settled beyond zero, or opened beyond its own amount."""
    told = _told_to_cross(books.transactions)
    looked_at = [item for item in books.items.items if _may_not_cross(item)]
    wrong = [
        f"{item.place}: {item.key} was {item.amount} and is {item.residual}"
        for item in looked_at
        if item.residual.number * item.amount.number < 0 and item.key not in told
    ]
    # What opened it again had settled nothing of it: it would be paid twice.
    wrong += [
        f"{item.place}: {item.key} was {item.amount} and is open with {item.residual}"
        for item in looked_at
        if item.opens_too_far(item.residual)
    ]
    evidence = f"{len(looked_at)} items, none beyond zero or its own amount"
    return _check("items", wrong, evidence)


def _may_not_cross(item: OpenItem) -> bool:
    return item.kind not in {ItemKind.CREDIT, ItemKind.SUSPENSE, ItemKind.OTHER}


def _told_to_cross(transactions: Iterable[Transaction]) -> set[str]:
    """Return the items of which a person has said that they may."""
    found: set[str] = set()
    for transaction in transactions:
        for posting in transaction.postings:
            if transaction.meta.get("crosses-zero") or posting.meta.get("crosses-zero"):
                key = posting.meta.get("open-item")
                found |= {key} if isinstance(key, str) else set()
                found.update(transaction.links)
    return found


def no_draft_is_locked_in(books: Books) -> Check:
    """Look for drafts in the locked period; name how many there are after it."""
    drafts = tuple(unattested(books.transactions, books.items))
    locked_until = books.company.locked_until
    wrong = [
        f"{each.place}: {' '.join(each.links) or each.narration} of {each.date}"
        f" is a draft, locked until {locked_until}"
        for each in drafts
        if locked_until is not None and each.date <= locked_until
    ]
    until = f"locked until {locked_until}" if locked_until else "nothing is locked"
    return _check("drafts", wrong, f"{until}; {len(drafts)} drafts wait")


def locked_period_is_unchanged(books: Books, archive: Archive) -> Check:
    """Compare the locked period with what stood in it when it was locked."""
    until = books.company.locked_until
    wrong = list(period_lock.changes(books.transactions, books.customs, archive, until))
    opened = period_lock.opened_again(books.customs, until)
    told = f"unchanged to {until}" if until else "nothing is locked"
    again = f"; was locked to {opened} and is open again" if opened else ""
    return _check("lock", wrong, told + again)


def bank_agrees(books: Books, archive: Archive) -> Check:
    """Prove every bank account day by day against the archived statements."""
    found = tuple(proofs(books, counted_days(books, archive)))
    wrong = [str(proof) for proof in found if proof.problem is not None]
    return _check("bank", wrong, "; ".join(map(str, found)) or "no bank account")


def what_is_set_aside(books: Books, archive: Archive) -> Check:
    """Name the files that a person has set aside, and lines that name none."""
    wrong, told = [], []
    for each in set_aside.decided(books.customs):
        if each.is_account:
            if books.company.bank_account(each.name) is not None:
                wrong.append(f"{each.place}: {each.name} is a bank account of books.toml")
            told.append(f"account {each.name}: {each}")
            continue
        found = set_aside.named(archive, each)
        if len(found) != 1:
            wrong.append(f"{each.place}: {each.name} names {len(found)} archived files")
        told += [f"{file_name(archive, digest)}: {each}" for digest in found]
    return _check("set aside", wrong, "; ".join(told) or "no file")


def clearing_is_explained(books: Books) -> Check:
    """Name what stands between detail files and statements, and whoever else is there."""
    wrong, told = [], []
    for account in books.company.bank_accounts:
        rest, strangers = _clearing(books.transactions, account.clearing)
        wrong += strangers
        total = Amount.zero(account.currency)
        for amount in rest.values():
            total += amount
        named = ", ".join(f"{v} {a}" for v, a in islice(rest.items(), _SHOWN))
        told.append(f"{account.clearing} {total}" + (f" ({named})" if rest else ""))
    return _check("clearing", wrong, "; ".join(told) or "no bank account")


def _clearing(
    transactions: Sequence[Transaction], clearing: str
) -> tuple[dict[str, Amount], list[str]]:
    """Pair details with lumps; return the vouchers that are left, and postings not ours."""
    details: dict[str, Amount] = {}
    lumps: dict[str, Amount] = {}
    decided: dict[str, Amount] = {}
    strangers = []
    for transaction in transactions:
        postings = [p for p in transaction.postings if p.account == clearing]
        if not postings:
            continue
        voucher = str(transaction.meta.get("voucher", transaction.place))
        if "chain" not in transaction.meta:
            strangers.append(f"{transaction.place}: {voucher} posts on {clearing} by hand")
        side = lumps if "bank-ref" in transaction.meta else details
        for posting in postings:
            units = posting.units
            key = text(posting.meta, cleared.POSTING_KEY)
            if key is not None:
                decided[key] = decided[key] + units if key in decided else units
            else:
                side[voucher] = side[voucher] + units if voucher in side else units
    by_amount: dict[Amount, list[str]] = defaultdict(list)
    for voucher, amount in details.items():
        by_amount[amount].append(voucher)
    for voucher, amount in list(lumps.items()):
        pairs = by_amount[-amount]
        if pairs:
            del details[pairs.pop(0)]
            del lumps[voucher]
    rest = {voucher: amount for voucher, amount in (details | lumps).items() if amount}
    return _undecided(rest, decided), strangers


def _undecided(rest: dict[str, Amount], decided: Mapping[str, Amount]) -> dict[str, Amount]:
    """Return what is left of vouchers on clearing without what persons decided about.

    A decision that pairs with no voucher stands by the sum that it names.
    """
    left = dict(rest)
    for key, amount in decided.items():
        pair = next((name for name, other in left.items() if other == -amount), None)
        if pair is not None:
            del left[pair]
        elif amount:
            left[key] = amount
    return left


def orders_are_archived(books: Books, archive: Archive) -> Check:
    """Compare every remittance of the books with its manifest, payment by payment."""
    try:
        manifests = {each.message_id: each for each in archive.manifests()}
    except ArchiveDamaged as error:
        return _check("remittances", [str(error)], "")
    written = {each.message_id: each for each in books.remittances}
    wrong = [
        f"{message_id}: {problem}"
        for message_id in sorted(written.keys() | manifests.keys())
        for problem in _unlike(written.get(message_id), manifests.get(message_id))
    ]
    count = sum(len(each.payments) for each in written.values())
    return _check(
        "remittances", wrong, f"{len(written)} with {count} payments, equal in both"
    )


def _unlike(written: Remittance | None, manifest: Remittance | None) -> Iterator[str]:
    if written is None or manifest is None:
        yield (
            "is not in the books; books rebuild writes it there again"
            if written is None
            else f"is not in the archive; {_FIND_IT}"
        )
        return
    if written.sha256 != manifest.sha256:
        yield f"sha256 {written.sha256} in the books, {manifest.sha256} in the archive"
    ours = {payment.end_to_end_id: _essence(payment) for payment in written.payments}
    theirs = {payment.end_to_end_id: _essence(payment) for payment in manifest.payments}
    for end_to_end_id in sorted(ours.keys() | theirs.keys()):
        if ours.get(end_to_end_id) != theirs.get(end_to_end_id):
            yield f"{end_to_end_id} is not the same in books and archive"


def _essence(payment: Payment) -> object:
    """What must be equal wherever a payment is told."""
    items = sorted((item.open_item, item.amount.minor) for item in payment.items)
    account = (payment.debtor_account, payment.creditor_account)
    return payment.amount, account, payment.kid, payment.attempt, items


def what_is_ordered_is_owed(books: Books, standings: Sequence[PaymentStanding]) -> Check:
    """Look for the voucher that made each item whose money goes, or has gone.

    A person may take it out, or rename it, after the order: then the payment settles
    nothing that the books owe. What ended unpaid owes nobody a voucher.
    """
    wrong, count = [], 0
    made = {(item.key, item.amount.number > 0) for item in books.items.items}
    for standing in standings:
        if not (standing.state.is_live or standing.state is PaymentState.BOOKED):
            continue
        payment = standing.payment
        for paid in payment.items:
            count += 1
            if (paid.open_item, paid.amount.number < 0) not in made:
                named = payment.message_id or "the old system"
                wrong.append(
                    f"{paid.open_item}: {paid.amount} is {standing.state.value}"
                    f" ({payment.end_to_end_id}, {named}), and no voucher of the books"
                    " makes it: put the voucher back as it was"
                )
    return _check("ordered", wrong, f"{count} items ordered or paid have their vouchers")


def in_flight_is_ordered_less_ended(
    books: Books, standings: Sequence[PaymentStanding]
) -> Check:
    """Look whether what is settled in the books is what the states say, by EndToEndId.

    What is parked under an EndToEndId settles nothing; it is an alarm until it is placed.
    An alarm waits for a person and is no fault of the books: it is counted, no more.
    """
    settled: dict[str, Decimal] = defaultdict(Decimal)
    discounts: dict[str, Decimal] = defaultdict(Decimal)
    given_back: dict[str, Decimal] = defaultdict(Decimal)
    for item in books.items.items:
        closed_on = item.closed_on if item.discount_amount else frozenset()
        for posting in item.postings:
            if item.kind is ItemKind.SUSPENSE and not item.meets_undone(posting):
                continue
            if posting.end_to_end_id is not None:
                settled[posting.end_to_end_id] += posting.amount.number
                if item.is_given_back(posting):
                    given_back[posting.end_to_end_id] += posting.amount.number
                is_last = posting.date in closed_on and posting.amount.number > 0
                if item.discount_amount and (is_last or posting.amount == -item.amount):
                    discounts[posting.end_to_end_id] -= item.discount_amount.number
    wrong = [
        problem
        for standing in standings
        for name in [standing.payment.end_to_end_id]
        for problem in _unsettled(
            standing, settled[name], discounts[name], given_back[name]
        )
    ]
    known = {standing.payment.end_to_end_id for standing in standings}
    ordered = [*books.payments, *(p for r in books.remittances for p in r.payments)]
    wrong += sorted(
        f"{payment.end_to_end_id} was ordered and has no state"
        for payment in {p.end_to_end_id: p for p in ordered}.values()
        if payment.end_to_end_id not in known
    )
    return _check("in flight", wrong, _told_states(standings))


def _unsettled(
    standing: PaymentStanding, settled: Decimal, discount: Decimal, given_back: Decimal
) -> Iterator[str]:
    payment = standing.payment
    due = payment.amount.number if standing.state is PaymentState.BOOKED else Decimal(0)
    is_by_person = standing.state is PaymentState.RETURNED and given_back < 0
    if is_by_person:  # what a person said came back may be a part of it
        due = payment.amount.number + given_back
    if settled not in {due, (due or is_by_person) and due + discount}:
        yield (
            f"{payment.end_to_end_id} is {standing.state.value}, and"
            f" {settled} of {payment.amount} is settled in the books"
        )


def _told_states(standings: Sequence[PaymentStanding]) -> str:
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for standing in standings:
        state = "in flight" if standing.state.is_live else standing.state.value
        amount = standing.payment.amount
        sums[state, amount.currency].append(amount.number)
    told = [
        f"{len(amounts)} {state} {Amount(sum(amounts, Decimal(0)), currency)}"
        for (state, currency), amounts in sorted(sums.items())
    ]
    if not told:
        return "nothing ordered"
    resolved = sum(any(each.resolution for each in s.contradictions) for s in standings)
    word = f"; {resolved} contradicted, which a person has resolved" if resolved else ""
    alarms = len({alarm for each in standings for alarm in each.alarms})
    word += f"; alarms for a person: {alarms} (books unmatched)" if alarms else ""
    return f"{len(standings)} ordered: {', '.join(told)}{word}"


def _check(name: str, wrong: Sequence[str], evidence: str) -> Check:
    if not wrong:
        return Check(name=name, ok=True, detail=evidence)
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return Check(name=name, ok=False, detail=wrong[0] + more)
