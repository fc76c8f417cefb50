"""Voucher numbers: each writer of the books has its series, ours gapless and chained.

    2026-17      people     may be missing, never double
    I2026-3      import     ours
    B2026-41     bank       ours
    IB2026-1     opening    ours

Several transactions may share one number of ours (all details of one file batch are one
voucher). Each carries `recorded-by`, `recorded-at` and `chain`: the sha256 over the
previous chain of its series and year and the transaction's own canonical fields. So a
voucher of ours cannot be altered, taken out or put in without the chain telling where;
and since the last link also stands in the archive's sidecars, a cut tail shows too.

The canonical fields are JSON of their own, not the text in the file: a newer version
may lay text out otherwise without breaking old chains.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from bankio.amount import Amount
from ledger.accounts import text
from ledger.canonical import canonical_transaction
from ledger.directives import BooksPlace, MetaValue, Transaction
from ledger.errors import BooksError

_NUMBER = re.compile(r"(IB|B|I|)([0-9]{4})-([1-9][0-9]{0,8})")
_NOWHERE = BooksPlace("main.beancount", 0)
_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Series(StrEnum):
    """Who writes the vouchers; the value is what their numbers begin with."""

    PEOPLE = ""
    IMPORT = "I"
    BANK = "B"
    OPENING = "IB"


OURS = frozenset({Series.IMPORT, Series.BANK, Series.OPENING})


@dataclass(frozen=True, slots=True, order=True)
class VoucherNumber:
    """A number taken apart.

    >>> VoucherNumber.of("B2026-41")
    VoucherNumber(series=<Series.BANK: 'B'>, year=2026, number=41)
    >>> str(VoucherNumber.of("2026-17")), VoucherNumber.of("Bilag 17")
    ('2026-17', None)
    """

    series: Series
    year: int
    number: int

    @classmethod
    def of(cls, voucher: str) -> VoucherNumber | None:
        """Return the number, or None for one of a form of a person's own."""
        matched = _NUMBER.fullmatch(voucher)
        if matched is None:
            return None
        return cls(Series(matched[1]), int(matched[2]), int(matched[3]))

    def __str__(self) -> str:
        return f"{self.series}{self.year}-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesHead:
    """The last voucher of a series and year, and its chain."""

    series: Series
    year: int
    number: int = 0
    chain: str = ""

    @property
    def previous(self) -> str:
        """What the next link is chained to: the first one to the series' own name."""
        return self.chain or sha256(f"{self.series}{self.year}".encode()).hexdigest()


Heads = Mapping[tuple[Series, int], SeriesHead]


def heads(transactions: Iterable[Transaction]) -> dict[tuple[Series, int], SeriesHead]:
    """Return where each of our series stands, from what is in the books."""
    found: dict[tuple[Series, int], SeriesHead] = {}
    for number, links in _by_number(transactions).items():
        chain = text(_last_link(links).meta, "chain") or ""
        found[number.series, number.year] = SeriesHead(
            series=number.series, year=number.year, number=number.number, chain=chain
        )
    return found


def next_numbers(
    known: Heads, series: Series, year: int, count: int = 1
) -> tuple[str, ...]:
    """Return the next free numbers of a series."""
    head = known.get((series, year)) or SeriesHead(series=series, year=year)
    return tuple(
        str(VoucherNumber(series, year, head.number + step)) for step in range(1, count + 1)
    )


def sealed(
    transactions: Iterable[Transaction],
    series: Series,
    known: Heads,
    *,
    recorded_by: str,
    recorded_at: str,
) -> tuple[Transaction, ...]:
    """Return the transactions with voucher, who, when, and their link of the chain.

    A transaction that has a `voucher` keeps it (several share one, or a key was made of
    it); numbers must then be those of `next_numbers`, in order. One without gets the
    next number of the year of its own date.

    Args:
        transactions: In the order in which they will stand in the file.
        series: One of ours.
        known: Where the series stand (`heads`).
        recorded_by: The user.
        recorded_at: The real time, `2026-11-20T09:12:44Z`.
    """
    at = dict(known)
    return tuple(
        _sealed(each, series, at, {"recorded-by": recorded_by, "recorded-at": recorded_at})
        for each in transactions
    )


def _sealed(
    transaction: Transaction,
    series: Series,
    at: dict[tuple[Series, int], SeriesHead],
    record: Mapping[str, MetaValue],
) -> Transaction:
    number = _number_for(transaction, series, at)
    head = at.get((series, number.year)) or SeriesHead(series=series, year=number.year)
    if number.number not in {head.number, head.number + 1}:
        raise ValueError(
            f"voucher {number} does not follow {series}{head.year}-{head.number}"
        )
    meta: dict[str, MetaValue] = {"voucher": str(number)}
    meta.update({key: each for key, each in transaction.meta.items() if key != "voucher"})
    meta.update(record)
    whole = canonical_transaction(replace(transaction, meta=meta))
    chain = link(whole, head.previous)
    at[series, number.year] = SeriesHead(
        series=series, year=number.year, number=number.number, chain=chain
    )
    return replace(whole, meta={**whole.meta, "chain": chain})


def _number_for(transaction: Transaction, series: Series, at: Heads) -> VoucherNumber:
    given = text(transaction.meta, "voucher")
    number = VoucherNumber.of(given or next_numbers(at, series, transaction.date.year)[0])
    if number is None or number.series is not series or series not in OURS:
        raise ValueError(f"voucher {given} is none of series {series.name.lower()}")
    return number


def link(transaction: Transaction, previous: str) -> str:
    """Return the chain value of a transaction that follows `previous`."""
    fields = _json(_fields(transaction))
    return sha256(f"{previous}\n{fields}".encode()).hexdigest()


def _fields(transaction: Transaction) -> object:
    return {
        "date": transaction.date.isoformat(),
        "flag": transaction.flag,
        "payee": transaction.payee or "",
        "narration": transaction.narration,
        "links": list(transaction.links),
        "tags": list(transaction.tags),
        "meta": {k: _plain(v) for k, v in transaction.meta.items() if k != "chain"},
        "postings": [
            [
                posting.account,
                _plain(posting.units),
                _plain(posting.total_price) if posting.total_price else None,
                {key: _plain(value) for key, value in posting.meta.items()},
            ]
            for posting in transaction.postings
        ],
    }


def _plain(value: MetaValue) -> str:
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case Decimal():
            return f"{_shortest(value)}"
        case date():
            return value.isoformat()
        case Amount():
            return f"{_shortest(value.number)} {value.currency}"
    return value


def _shortest(number: Decimal) -> str:
    """Return one spelling for equal numbers: 12.50 and 12.5 are the same."""
    written = f"{number:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _by_number(
    transactions: Iterable[Transaction],
) -> dict[VoucherNumber, list[Transaction]]:
    """Return our vouchers in the order of their numbers."""
    found: dict[VoucherNumber, list[Transaction]] = defaultdict(list)
    for transaction in transactions:
        voucher = text(transaction.meta, "voucher")
        number = VoucherNumber.of(voucher) if voucher else None
        if number is not None and number.series in OURS:
            found[number].append(transaction)
    return dict(sorted(found.items()))


def _in_chain_order(links: Sequence[Transaction]) -> list[Transaction]:
    """Return the transactions of one voucher as they stand in its file."""
    return sorted(
        links,
        key=lambda each: (each.place.file, each.place.line) if each.place else ("", 0),
    )


def _last_link(links: Sequence[Transaction]) -> Transaction:
    """Return the transaction of one voucher that no other one of it follows.

    In one file it is the last. A batch over two months stands in two files, whose names
    do not always sort as they were written.
    """
    ordered = _in_chain_order(links)
    if len({each.place.file for each in ordered if each.place}) <= 1:
        return ordered[-1]
    for each in reversed(ordered):
        chain = text(each.meta, "chain") or ""
        followed = (
            link(other, chain) == other.meta.get("chain")
            for other in ordered
            if other is not each
        )
        if not any(followed):
            return each
    return ordered[-1]


def verify_chain(
    transactions: Iterable[Transaction], expected: Iterable[SeriesHead] = ()
) -> tuple[BooksError, ...]:
    """Return the first break of each series and year.

    Args:
        transactions: All of the books.
        expected: Heads that are known from elsewhere (the archive's sidecars): the books
            must have reached them, so that a cut tail shows.
    """
    series: dict[tuple[Series, int], list[tuple[VoucherNumber, list[Transaction]]]]
    series = defaultdict(list)
    for number, links in _by_number(transactions).items():
        series[number.series, number.year].append((number, _in_chain_order(links)))
    problems = []
    chains: set[str] = set()
    for key, vouchers in series.items():
        problem = _first_break(SeriesHead(series=key[0], year=key[1]), vouchers, chains)
        if problem is not None:
            problems.append(problem)
    for head in expected:
        if head.chain not in chains and (head.series, head.year) not in {
            _key_of(problem) for problem in problems
        }:
            name = VoucherNumber(head.series, head.year, head.number)
            problems.append(
                BooksError(
                    _NOWHERE.file,
                    0,
                    f"voucher {name} was written and is gone",
                    kind="chain",
                )
            )
    return tuple(problems)


def _key_of(problem: BooksError) -> tuple[Series, int] | None:
    matched = re.search(r"voucher ((?:IB|B|I)[0-9]{4}-[0-9]+)", problem.message)
    number = VoucherNumber.of(matched[1]) if matched else None
    return (number.series, number.year) if number else None


def _first_break(
    head: SeriesHead,
    vouchers: Sequence[tuple[VoucherNumber, list[Transaction]]],
    chains: set[str],
) -> BooksError | None:
    previous = head.previous
    wanted = 1
    for number, links in vouchers:
        if number.number != wanted:
            missing = VoucherNumber(head.series, head.year, wanted)
            return _broken(links[0], f"voucher {missing} is gone (next is {number})")
        for each, chain in _followed(links, previous):
            if chain is None:
                return _broken(each, _accusation(number, each))
            previous = chain
            chains.add(chain)
        wanted += 1
    return None


def _followed(
    links: Sequence[Transaction], previous: str
) -> Iterator[tuple[Transaction, str | None]]:
    """Yield the transactions of a voucher with their chain; None where it breaks.

    They stand in the file in order; where a person has moved lines about, any that fits
    next is taken, so that only what was altered is accused.
    """
    rest = list(links)
    while rest:
        for index, each in enumerate(rest):
            chain = link(each, previous)
            if chain == text(each.meta, "chain"):
                del rest[index]
                previous = chain
                yield each, chain
                break
        else:
            yield rest[0], None
            return


def _accusation(number: VoucherNumber, transaction: Transaction) -> str:
    if "chain" not in transaction.meta:
        return f"voucher {number} has no chain: it was put in by hand"
    return f"voucher {number} was altered, or something before it was taken out"


def _broken(transaction: Transaction, message: str) -> BooksError:
    place = transaction.place or _NOWHERE
    return BooksError(place.file, place.line, message, kind="chain")


def number_errors(transactions: Iterable[Transaction]) -> Iterator[BooksError]:
    """Yield numbers used twice, and gaps in our own series."""
    seen: dict[str, Transaction] = {}
    numbers: dict[tuple[Series, int], dict[int, Transaction]] = defaultdict(dict)
    for transaction in transactions:
        voucher = text(transaction.meta, "voucher")
        if voucher is None:
            continue
        number = VoucherNumber.of(voucher)
        is_ours = number is not None and number.series in OURS
        first = seen.setdefault(voucher, transaction)
        if first is not transaction and not (
            is_ours and _is_one_voucher(first, transaction)
        ):
            place = transaction.place or _NOWHERE
            yield BooksError(
                place.file,
                place.line,
                f"voucher {voucher} is already used ({first.place});"
                " give this the next number",
                kind="duplicate-voucher",
            )
        if is_ours and number is not None:
            numbers[number.series, number.year].setdefault(number.number, transaction)
    for (series, year), found in numbers.items():
        yield from _gaps(series, year, found)


def missing(transactions: Iterable[Transaction]) -> tuple[str, ...]:
    """Return the numbers of ours that are missing before others: `B2026-2`."""
    found: dict[tuple[Series, int], set[int]] = defaultdict(set)
    for number in _by_number(transactions):
        found[number.series, number.year].add(number.number)
    return tuple(
        str(VoucherNumber(series, year, number))
        for (series, year), numbers in found.items()
        for number in range(1, max(numbers))
        if number not in numbers
    )


def _is_one_voucher(one: Transaction, other: Transaction) -> bool:
    """Whether two transactions were recorded together, as the parts of one voucher."""
    keys = ("recorded-at", "recorded-by")
    return "chain" in one.meta and all(one.meta.get(k) == other.meta.get(k) for k in keys)


def _gaps(
    series: Series, year: int, found: Mapping[int, Transaction]
) -> Iterator[BooksError]:
    wanted = 1
    for number in sorted(found):
        if number != wanted:
            place = found[number].place or _NOWHERE
            first, last = (VoucherNumber(series, year, n) for n in (wanted, number - 1))
            missing = f"{first}" if first == last else f"{first} to {last}"
            yield BooksError(
                place.file,
                place.line,
                f"voucher {missing} is missing before {series}{year}-{number}."
                " Restore it, or run books rebuild",
                kind="gap",
            )
        wanted = number + 1
