"""What a camt report says about itself, checked: counts, sums, batches, balances.

Source: FORMATS, camt.053 cases 10 to 13. A statement's opening booked balance plus its
booked entries is its closing booked balance. `OPBD` may be missing, then the previous
statement's closing (`PRCD`) stands in; a zero balance may carry either indicator; where
an entry is in another currency than the balances nothing can be added, and nothing is.

Entries are added one by one, so memory does not grow with the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from bankio.errors import Place, Problem
from bankio.iso20022 import fields as read
from bankio.iso20022.camt_entry import signed
from bankio.iso20022.values import Balance, Entry, closing_of, opening_of
from bankio.iso20022.xml import FieldError, Fields, occurrences

#: Statuses that count as booked in the balances. An entry without any is counted, as the
#: bank must have meant something by it, but a person decides about it.
_BOOKED = frozenset({"BOOK", None})


@dataclass(slots=True)
class Tally:
    """The running sums of one report."""

    credits: int = 0
    debits: int = 0
    credit_sum: Decimal = field(default_factory=Decimal)
    debit_sum: Decimal = field(default_factory=Decimal)
    booked: dict[str, Decimal] = field(default_factory=dict)
    """By currency: an account may hold several."""
    taken_back: dict[str, Decimal] = field(default_factory=dict)
    """Of the booked, what is marked `RvslInd`: by currency."""
    currencies: set[str] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        amount = entry.amount
        if entry.credit_debit_indicator == "CRDT":
            self.credits += 1
            self.credit_sum += amount.number
        else:
            self.debits += 1
            self.debit_sum += amount.number
        self.currencies.add(amount.currency)
        if entry.status in _BOOKED:
            before = self.booked.get(amount.currency, _NOTHING)
            number = signed(amount, entry.credit_debit_indicator)
            self.booked[amount.currency] = before + number
            if entry.reversal:
                earlier = self.taken_back.get(amount.currency, _NOTHING)
                self.taken_back[amount.currency] = earlier + number


_CENT = Decimal("0.01")
_NOTHING = Decimal(0)


def is_plain(entry: Entry) -> bool:
    """Whether nothing can be wrong with an entry: the common case, quickly told."""
    number = entry.amount.number
    if number.is_signed() or not number.same_quantum(_CENT):
        return False
    if entry.batch_total is not None:
        return False
    for detail in entry.details:
        amount = detail.amount
        if amount is not None:
            number = amount.number
            if number.is_signed() or not number.same_quantum(_CENT):
                return False
    return True


def entry_problems(entry: Entry) -> Iterator[Problem]:
    """Yield what keeps this entry from being booked."""
    for amount, where, place in (
        (entry.amount, "Amt", entry.place),
        *((detail.amount, "amount", detail.place) for detail in entry.details),
    ):
        if amount is None:
            continue
        spot = Place(place.source, place.line, f"{place.where}/{where}")
        if amount.number < 0:
            yield Problem(
                spot, f"a negative amount beside an indicator ({amount}): direction unclear"
            )
        if not read.is_whole_minor_units(amount):
            yield Problem(spot, f"a fraction of the smallest unit ({amount})")
    total = entry.batch_total
    if (
        total is not None
        and total.currency == entry.amount.currency
        and total.number != entry.amount.number
        and not entry.charges
    ):
        spot = Place(
            entry.place.source,
            entry.place.line,
            f"{entry.place.where}/NtryDtls/Btch/TtlAmt",
        )
        yield Problem(spot, f"the batches say {total}, the entry is {entry.amount}")


Located = Callable[[str], Place]
"""Gives the place of a path of the report's own fields."""


def count_problems(fields: Fields, tally: Tally, located: Located) -> Iterator[Problem]:
    """Yield where the summary's number of all entries is not how many there are."""
    yield from _count_problems(fields, "TtlNtries", tally.credits + tally.debits, located)


def _count_problems(
    fields: Fields, name: str, count: int, located: Located
) -> Iterator[Problem]:
    path = f"TxsSummry/{name}/NbOfNtries"
    declared = fields.get(path)
    if declared and read.count(fields, path) != count:
        yield Problem(located(path), f"says {declared} entries, the file has {count}")


def summary_problems(fields: Fields, tally: Tally, located: Located) -> Iterator[Problem]:
    """Yield where the parts and sums of TxsSummry disagree with the entries."""
    if "TxsSummry" not in fields:
        return
    yield from _count_problems(fields, "TtlCdtNtries", tally.credits, located)
    yield from _count_problems(fields, "TtlDbtNtries", tally.debits, located)
    if len(tally.currencies) > 1:
        return
    net = tally.credit_sum - tally.debit_sum
    gross = tally.credit_sum + tally.debit_sum
    for name, sums in (
        # Sources differ on whether the sum of all entries is gross or net.
        ("TtlNtries", (gross, abs(net))),
        ("TtlCdtNtries", (tally.credit_sum,)),
        ("TtlDbtNtries", (tally.debit_sum,)),
    ):
        path = f"TxsSummry/{name}/Sum"
        total = _number(fields, path)
        if total is not None and abs(total) not in sums:
            yield Problem(located(path), f"says {total}, the entries make {sums[0]}")
    yield from _net_problems(fields, net, located)


def _net_problems(fields: Fields, net: Decimal, located: Located) -> Iterator[Problem]:
    """Check the net total: `TtlNetNtryAmt` before version .04, `TtlNetNtry/Amt` since."""
    base = "TxsSummry/TtlNtries/"
    for path, direction in (
        ("TtlNetNtryAmt", "CdtDbtInd"),
        ("TtlNetNtry/Amt", "TtlNetNtry/CdtDbtInd"),
    ):
        total = _number(fields, base + path)
        if total is None:
            continue
        told = read.indicator(fields, base + direction)
        if told is not None:
            total = abs(total) if told == "CRDT" else -abs(total)
        if total != net and (told is not None or abs(total) != abs(net)):
            yield Problem(located(base + path), f"says {total}, the entries make {net}")


def _number(fields: Fields, path: str) -> Decimal | None:
    value = fields.get(path)
    return read.number(value, path) if value else None


def balances(fields: Fields) -> tuple[Balance, ...]:
    """Return every Bal. One without CdtDbtInd is read as a credit."""
    if "Bal" not in fields:
        return ()
    found = []
    for base in occurrences(fields, "Bal"):
        amount = read.amount(fields, base + "/Amt")
        if amount is None:
            raise FieldError(base + "/Amt", "is missing")
        code = read.text(
            fields, base + "/Tp/CdOrPrtry/Cd", base + "/Tp/CdOrPrtry/Prtry", base + "/Tp/Cd"
        )
        found.append(
            Balance(
                code=code or "",
                amount=amount,
                credit_debit_indicator=read.indicator(fields, base + "/CdtDbtInd")
                or "CRDT",
                date=read.day(fields, base + "/Dt"),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """Opening + booked entries = closing, in one currency."""

    opening: Balance
    booked: Decimal
    closing: Balance
    taken_back: Decimal = _NOTHING
    """Of the booked, what is marked `RvslInd`."""

    @property
    def is_turned(self) -> bool:
        """Whether it ties where entries marked `RvslInd` are read the other way round."""
        return bool(self.taken_back) and self.difference == -2 * self.taken_back

    @property
    def difference(self) -> Decimal:
        """Closing less what it should be."""
        return _signed(self.closing) - _signed(self.opening) - self.booked


def equations(found: tuple[Balance, ...], tally: Tally) -> tuple[Equation, ...]:
    """Return what can be held against the entries, currency by currency.

    Entries in a currency without balances of its own were exchanged into another one:
    then nothing can be added.
    """
    of_currency: dict[str, list[Balance]] = {}
    for balance in found:
        of_currency.setdefault(balance.amount.currency, []).append(balance)
    made: dict[str, Equation] = {}
    for currency, own in of_currency.items():
        opening, closing = opening_of(own, currency), closing_of(own, currency)
        if opening is not None and closing is not None:
            booked = tally.booked.get(currency, _NOTHING)
            made[currency] = Equation(
                opening=opening,
                booked=booked,
                closing=closing,
                taken_back=tally.taken_back.get(currency, _NOTHING),
            )
    return tuple(made.values()) if tally.booked.keys() <= made.keys() else ()


def balance_problem(
    equation: Equation, found: tuple[Balance, ...], located: Located
) -> Problem:
    """Return the figures of a balance equation that is false."""
    start, end = _signed(equation.opening), _signed(equation.closing)
    turned = ""
    if equation.is_turned:
        turned = (
            f"; it ties if the entries with RvslInd ({equation.taken_back} together) went"
            " the other way, but CdtDbtInd says which way money went"
        )
    return Problem(
        located(f"Bal[{found.index(equation.closing) + 1}]"),
        f"opening {start} + booked entries {equation.booked} = {start + equation.booked}, "
        f"closing says {end} (difference {equation.difference} "
        f"{equation.closing.amount.currency}){turned}",
    )


def _signed(balance: Balance) -> Decimal:
    return signed(balance.amount, balance.credit_debit_indicator)
