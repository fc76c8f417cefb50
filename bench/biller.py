"""A biller, its customers and suppliers, and what they pay: any size, the truth known.

A story is one customer or supplier who does something: pays an invoice with its KID, pays
in part, pays twice, calls himself almost like somebody else. It makes open items for the
books and movements for the bank, and says of each movement what it was *meant* for, which
stands in no file. `STORIES` is the mix: of 10 000 stories about customers more than 98 of
a hundred have a KID that the books know. All of it is drawn from a seed.

Hard negatives are everywhere: half of all amounts are from a short price list, so that
thousands of items are equal; numbers are given in order, so that every KID has neighbours
one slip away; and the stories of `PARKS` look like something that they are not.

`bench.biller_books` writes the books of it, `bench.biller_bank` the bank's files.
"""

# ruff: noqa: INP001 - a benchmark is no package

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

BANK_ACCOUNT = "15032080119"
ORGNR = "974760673"
FIRST_DAY = date(2026, 11, 2)
LAST_DAYS_OF_SALES = 300
PRICES = (19900, 29900, 39900, 49900, 99900, 100_000, 149_900, 250_000)
_PLACES = ("Nordvik", "Sørvik", "Fjellbygda", "Øvre Ås", "Bø", "Lillesund", "Storhaug")
_TRADES = ("Bygg", "Rør", "Elektro", "Frakt", "Regnskap", "Trelast")


@dataclass(frozen=True, slots=True)
class Party:
    """A customer (K…) or a supplier (L…)."""

    number: str
    name: str
    bank_account: str

    @property
    def account(self) -> str:
        """Its account in the books."""
        if self.number.startswith("K"):
            return f"Assets:1500-Kundefordringer:{self.number}-K"
        return f"Liabilities:2400-Leverandørgjeld:{self.number}-L"


@dataclass(frozen=True, slots=True)
class Item:
    """An invoice (positive) or a bill (negative) that stands open in the books."""

    key: str
    party: Party
    ore: int
    invoice: str
    day: date
    kid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What the bank moved, and what nobody but the generator knows about it."""

    kind: str
    day: date
    ore: int
    channel: str
    """`ocr`, `054` or `053`: which file tells it first."""
    reference: str
    party: Party | None = None
    """Whose money it really is; None: nobody's in the books."""
    meant: tuple[tuple[str, int], ...] = ()
    """Open items and how much of each is paid, in the sign of the money."""
    kids: tuple[str, ...] = ()
    payer: str | None = None
    name: str | None = None
    text: str = ""
    code: str = "PMNT/RCDT/VCOM"
    end_to_end: str | None = None
    account: str | None = None
    """Where it belongs if no item is concerned (charges, interest)."""


@dataclass(slots=True)
class Biller:
    """Everything that was drawn."""

    customers: list[Party]
    suppliers: list[Party]
    items: list[Item] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    ordered: list[tuple[Item, str]] = field(default_factory=list)
    """Bills that were ordered paid, with the EndToEndId."""


def luhn(digits: str) -> str:
    """Return the check digit of MOD10."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def bank_account(number: int) -> str:
    """Return the `number`th valid account number (MOD11; numbers without a digit skipped).

    >>> bank_account(0), bank_account(1)
    ('30000000007', '30000000015')
    """
    while True:
        digits = f"3{number:09d}"
        weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
        rest = -sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return f"{digits}{rest}"
        number += 500_000_000


def reference_rf(payload: str) -> str:
    """Return an RF reference with its two check digits (ISO 11649, MOD97)."""
    return f"RF{98 - int(payload + '271500') % 97:02d}{payload}"


class Teller:
    """Draws: the stories ask it for parties, items, days and numbers."""

    def __init__(self, biller: Biller, seed: int, days: int) -> None:
        self.biller = biller
        self.draw = random.Random(seed)  # noqa: S311 - the same on every machine
        self.days = tuple(_bank_days(days))
        self._fresh = 0
        self._references = 0
        self._untouched = iter(biller.customers)

    def customer(self) -> Party:
        """Return any customer that a story may share with others."""
        return self.draw.choice(self.biller.customers)

    def own_customer(self) -> Party:
        """Return a customer that no other story touches."""
        self._fresh += 1
        party = _customer(900_000 + self._fresh)
        self.biller.customers.append(party)
        return party

    def own_supplier(self) -> Party:
        """Return a supplier that no other story touches."""
        party = _supplier(len(self.biller.suppliers) + 1)
        self.biller.suppliers.append(party)
        return party

    def day(self) -> date:
        """Return a bank day."""
        return self.draw.choice(self.days)

    def ore(self) -> int:
        """Return an amount: half of them are from the price list."""
        if self.draw.random() < 0.5:
            return self.draw.choice(PRICES)
        return self.draw.randrange(10_000, 5_000_000)

    def odd_ore(self) -> int:
        """Return an amount that no other item is likely to have."""
        return self.draw.randrange(10_000, 5_000_000) // 100 * 100 + 37

    def sale(self, party: Party, ore: int, kid: str | None = "") -> Item:
        """Add an invoice; its KID is its number unless another or none is given."""
        number = f"{len(self.biller.items) + 100_001:09d}"
        found = number + luhn(number) if kid == "" else kid
        return self._item(f"kf-{party.number}-{number}", party, ore, number, found)

    def bill(self, party: Party, ore: int) -> Item:
        """Add a supplier's bill."""
        number = f"{len(self.biller.items) + 100_001}"
        return self._item(f"lf-{party.number}-{number}", party, -ore, number, None)

    def _item(self, key: str, party: Party, ore: int, number: str, kid: str | None) -> Item:
        # In order, so that the oldest of a party's items is the one that was made first.
        ago = LAST_DAYS_OF_SALES - len(self.biller.items) // 40 % LAST_DAYS_OF_SALES
        day = FIRST_DAY - timedelta(days=ago)
        item = Item(key, party, ore, number, day, kid)
        self.biller.items.append(item)
        return item

    def reference(self) -> str:
        """Return the bank's next reference: nine digits, as OCR giro has room for."""
        self._references += 1
        return f"{self._references:09d}"

    def move(
        self, kind: str, ore: int, *meant: Item, channel: str = "ocr", **more: object
    ) -> None:
        """Add a movement that was meant for whole items, unless `pays` tells otherwise."""
        pays = more.pop("pays", None)
        told: dict[str, object] = {
            "day": self.day(),
            "party": meant[0].party if meant else None,
            "meant": pays or tuple((item.key, item.ore) for item in meant),
            "kids": tuple(item.kid for item in meant if item.kid),
            "payer": meant[0].party.bank_account if meant else None,
            **more,
        }
        self.biller.movements.append(
            Movement(
                kind=kind,
                ore=ore,
                channel=channel,
                reference=self.reference(),
                **told,  # type: ignore[arg-type] # named by the stories
            )
        )


Story = Callable[[Teller], None]


def make(
    movements: int,
    open_items: int,
    *,
    seed: int = 1,
    days: int = 20,
    stories: tuple[tuple[Story, int], ...] | None = None,
) -> Biller:
    """Draw a biller with about so many movements, and so many items in the books."""
    from bench.biller_stories import STORIES

    told = stories or STORIES
    count = max(10, max(movements, open_items) // 20)
    biller = Biller([_customer(number) for number in range(1, count + 1)], [])
    teller = Teller(biller, seed, days)
    each = sorted(range(len(told)), key=lambda place: -told[place][1])
    weights = [told[place][1] for place in each]
    for story, _ in told:
        story(teller)  # every one at least once, however small the biller
    while len(biller.movements) < movements:
        (place,) = teller.draw.choices(each, weights)
        told[place][0](teller)
    while len(biller.items) < open_items:
        teller.sale(teller.customer(), teller.ore())
    return biller


def _bank_days(count: int) -> Iterator[date]:
    day = FIRST_DAY
    while count:
        if day.weekday() < 5:
            count -= 1
            yield day
        day += timedelta(days=1)


def _name(number: int) -> str:
    place, trade = _PLACES[number % 7], _TRADES[number // 7 % 6]
    return f"{place} {trade} {number // 42} AS"


def _customer(number: int) -> Party:
    return Party(f"K{2_000_000 + number}", _name(number), bank_account(number))


def _supplier(number: int) -> Party:
    name = f"Leverandør {_name(number)}"
    return Party(f"L{1_000_000 + number}", name, bank_account(400_000_000 + number))
