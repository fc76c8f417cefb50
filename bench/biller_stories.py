"""What customers and suppliers do, one function each; `STORIES` is how often.

A story's name is its kind in the figures. Those of `PARKS` must wait for a person: nobody
could tell from the bank's files and the books what was meant, or they look like something
that they are not. Those of `LISTED` may stand as a credit on the right customer, where a
person is asked what it is for.
"""

# ruff: noqa: INP001 - a benchmark is no package

from __future__ import annotations

from dataclasses import replace

from bench.biller import BANK_ACCOUNT, ORGNR, Story, Teller, bank_account, reference_rf
from ledger.identifications import end_to_end

# --- with a known KID


def exact(teller: Teller) -> None:
    """An invoice, its KID, its amount."""
    item = teller.sale(teller.customer(), teller.ore())
    teller.move("exact", item.ore, item)


def partial(teller: Teller) -> None:
    """Less than was asked for."""
    item = teller.sale(teller.customer(), teller.ore())
    paid = item.ore // 3
    teller.move("partial", paid, item, pays=((item.key, paid),))


def in_two(teller: Teller) -> None:
    """Half now, half later."""
    item = teller.sale(teller.customer(), teller.ore())
    for paid in (item.ore // 2, item.ore - item.ore // 2):
        teller.move("in two", paid, item, pays=((item.key, paid),))


def over(teller: Teller) -> None:
    """More than was asked for; the rest is the customer's."""
    item = teller.sale(teller.own_customer(), teller.ore())
    teller.move("over", item.ore + 10_000, item)


def twice(teller: Teller) -> None:
    """The same invoice on two days; the second is the customer's credit."""
    item = teller.sale(teller.own_customer(), teller.ore())
    for day in teller.draw.sample(teller.days, 2):
        teller.move("twice", item.ore, item, day=day)


def twins(teller: Teller) -> None:
    """Two equal invoices of one customer, paid on one day, each with its KID."""
    party, ore, day = teller.customer(), teller.ore(), teller.day()
    for item in [teller.sale(party, ore) for _ in range(2)]:
        teller.move("twins", ore, item, day=day)


def equal_neighbours(teller: Teller) -> None:
    """Two customers, equal amounts, KIDs one slip apart; only one of them pays."""
    ore = teller.ore()
    items = [teller.sale(teller.customer(), ore) for _ in range(2)]
    teller.move("equal neighbours", ore, items[1])


def constant_kid(teller: Teller) -> None:
    """One KID for all invoices of a customer; one of them is paid."""
    items = _with_one_kid(teller, 4)
    paid = teller.draw.choice(items)
    teller.move("constant KID, one", paid.ore, paid)


def constant_kid_oldest(teller: Teller) -> None:
    """One KID for all invoices of a customer, all of one amount; the oldest is paid."""
    party, ore = teller.own_customer(), teller.draw.choice((100_000, 250_000))
    kid = _kid_of(party.number)
    items = [teller.sale(party, ore, kid) for _ in range(3)]
    teller.move("constant KID, rent", ore, items[0])


def constant_kid_sum(teller: Teller) -> None:
    """One KID for all invoices of a customer; the two oldest in one sum."""
    items = _with_one_kid(teller, 3)[:2]
    kid = items[0].kid
    teller.move("constant KID, sum", sum(item.ore for item in items), *items, kids=(kid,))


def constant_kid_on_account(teller: Teller) -> None:
    """One KID for all invoices of a customer; some round sum on account."""
    items = _with_one_kid(teller, 3)
    party = items[0].party
    told = {"kids": (items[0].kid,), "payer": party.bank_account}
    teller.move("constant KID, on account", 12_300, party=party, **told)


def several_kids(teller: Teller) -> None:
    """One payment that names the KIDs of three invoices."""
    party = teller.customer()
    items = [teller.sale(party, teller.ore()) for _ in range(3)]
    total = sum(item.ore for item in items)
    teller.move("several KIDs", total, *items, channel="054")


def _with_one_kid(teller: Teller, count: int) -> list:  # type: ignore[type-arg]
    party = teller.own_customer()
    kid = _kid_of(party.number)
    # Powers of two apart, so that no sum of some is another one.
    base = teller.draw.randrange(10_000, 99_999) * 100
    return [teller.sale(party, base + (37 << place), kid) for place in range(count)]


def _kid_of(number: str) -> str:
    from bench.biller import luhn

    return f"7{number[1:]}" + luhn(f"7{number[1:]}")


# --- without


def rf_reference(teller: Teller) -> None:
    """From abroad, with an RF reference."""
    number = f"{len(teller.biller.items) + 1:09d}"
    item = teller.sale(teller.customer(), teller.ore(), reference_rf(number))
    teller.move("RF reference", item.ore, item, channel="053", name=item.party.name)


def number_in_text(teller: Teller) -> None:
    """The invoice's number in the text, from the customer's account."""
    item = teller.sale(teller.customer(), teller.ore(), None)
    text = f"Faktura {item.invoice}, takk"
    teller.move("number in text", item.ore, item, channel="053", text=text)


def number_and_name(teller: Teller) -> None:
    """The invoice's number and the customer's name, from an account nobody knows."""
    item = teller.sale(teller.own_customer(), teller.odd_ore(), None)
    teller.move(
        "number and name",
        item.ore,
        item,
        channel="053",
        text=f"faktura {item.invoice}",
        name=item.party.name.upper(),
        payer=_strange_account(teller),
    )


def account_and_amount(teller: Teller) -> None:
    """No word, but the customer's account and an amount of its own."""
    item = teller.sale(teller.own_customer(), teller.odd_ore(), None)
    teller.move("account and amount", item.ore, item, channel="053")


def several_in_one(teller: Teller) -> None:
    """Three of four invoices in one sum, from the customer's account."""
    party = teller.own_customer()
    items = [teller.sale(party, teller.odd_ore() + each, None) for each in range(4)][:3]
    total = sum(item.ore for item in items)
    teller.move("several in one", total, *items, channel="053")


def charge(teller: Teller) -> None:
    """The bank's fee."""
    account = "Expenses:7770-Bankgebyr"
    code = "ACMT/MDOP/CHRG"
    teller.move("charge", -4950, channel="053", text="Gebyr", code=code, account=account)


def ordered(teller: Teller) -> None:
    """A bill that we ordered paid: it comes back with our EndToEndId."""
    item = teller.bill(teller.own_supplier(), teller.ore())
    name = end_to_end(ORGNR, BANK_ACCOUNT, [item.key], 1)
    teller.biller.ordered.append((item, name))
    code = "PMNT/ICDT/DMCT"
    teller.move("ordered", item.ore, item, channel="053", end_to_end=name, code=code)


def bill_in_the_netbank(teller: Teller) -> None:
    """A bill that somebody paid in the netbank: account and amount, and no other."""
    item = teller.bill(teller.own_supplier(), teller.odd_ore())
    teller.move("bill in netbank", item.ore, item, channel="053", code="PMNT/ICDT/DMCT")


def rent_with_number(teller: Teller) -> None:
    """Three equal bills of the landlord; the text names the one that was paid."""
    items = _rent(teller)
    text, paid = f"Husleie {items[1].invoice}", items[1]
    teller.move("rent, number told", paid.ore, paid, channel="053", text=text)


# --- what must wait for a person


def rent_without_number(teller: Teller) -> None:
    """Three equal whole-krone bills of the landlord, and no word which was paid."""
    paid = _rent(teller)[0]
    teller.move("rent, no number", paid.ore, paid, channel="053", text="Husleie")


def transposed(teller: Teller) -> None:
    """Two digits of the KID have changed places, which the check digit shows.

    MOD10 does not see 09 for 90: that KID may be another's, and then no file tells that
    it was not meant. So the two that change places are never those.
    """
    item = teller.sale(teller.customer(), teller.ore())
    kid = item.kid or ""
    wrong = next(
        kid[:place] + kid[place + 1] + kid[place] + kid[place + 2 :]
        for place in reversed(range(len(kid) - 1))
        if kid[place] != kid[place + 1] and {kid[place], kid[place + 1]} != {"0", "9"}
    )
    teller.move("transposed KID", item.ore, item, channel="054", kids=(wrong,), payer=None)


def look_alike(teller: Teller) -> None:
    """Somebody called almost like a customer names a number that is the customer's."""
    item = teller.sale(teller.own_customer(), teller.odd_ore(), None)
    teller.move(
        "look-alike name",
        item.ore,
        channel="053",
        text=f"faktura {item.invoice}",
        name=item.party.name.replace(" AS", " Holding AS"),
        payer=_strange_account(teller),
    )


def namesakes(teller: Teller) -> None:
    """Two customers of one name; the number in the text is that of one of them."""
    one, other = teller.own_customer(), teller.own_customer()
    place = teller.biller.customers.index(other)
    other = teller.biller.customers[place] = replace(other, name=one.name)
    item = teller.sale(one, teller.odd_ore(), None)
    teller.sale(other, item.ore, None)
    teller.move(
        "namesakes",
        item.ore,
        item,
        channel="053",
        name=one.name,
        payer=_strange_account(teller),
    )


def name_and_amount(teller: Teller) -> None:
    """A name and an amount, and neither number nor account."""
    item = teller.sale(teller.own_customer(), teller.odd_ore(), None)
    name = item.party.name
    teller.move("name and amount", item.ore, item, channel="053", name=name, payer=None)


def number_of_another(teller: Teller) -> None:
    """A customer's account, and the number of another customer's invoice."""
    other = teller.sale(teller.own_customer(), teller.odd_ore(), None)
    party = teller.own_customer()
    teller.sale(party, teller.odd_ore(), None)
    text = f"faktura {other.invoice}"
    payer = party.bank_account
    teller.move("another's number", other.ore, channel="053", text=text, payer=payer)


def two_sums(teller: Teller) -> None:
    """One sum that two choices of a customer's invoices make."""
    party, base = teller.own_customer(), teller.odd_ore()
    items = [teller.sale(party, base + step, None) for step in (0, 100, 200, 300)]
    total = items[0].ore + items[3].ore
    teller.move("two sums", total, items[0], items[3], channel="053")


def nothing(teller: Teller) -> None:
    """Money without a word, of an amount that some open invoice has."""
    item = teller.sale(teller.customer(), teller.ore())
    teller.move("nothing told", item.ore, item, channel="053", kids=(), payer=None)


def _rent(teller: Teller) -> list:  # type: ignore[type-arg]
    party, ore = teller.own_supplier(), teller.draw.choice((1_500_000, 2_000_000))
    return [teller.bill(party, ore) for _ in range(3)]


def _strange_account(teller: Teller) -> str:
    return bank_account(450_000_000 + len(teller.biller.movements))


STORIES: tuple[tuple[Story, int], ...] = (
    (exact, 9100),
    (partial, 120),
    (in_two, 40),
    (over, 80),
    (twice, 20),
    (twins, 60),
    (equal_neighbours, 120),
    (constant_kid, 100),
    (constant_kid_oldest, 60),
    (constant_kid_sum, 40),
    (constant_kid_on_account, 10),
    (several_kids, 30),
    (rf_reference, 25),
    (number_in_text, 25),
    (number_and_name, 10),
    (account_and_amount, 15),
    (several_in_one, 10),
    (charge, 5),
    (ordered, 100),
    (bill_in_the_netbank, 20),
    (rent_with_number, 10),
    (rent_without_number, 8),
    (transposed, 10),
    (look_alike, 8),
    (namesakes, 5),
    (name_and_amount, 8),
    (number_of_another, 6),
    (two_sums, 6),
    (nothing, 8),
)
KNOWN_KID = frozenset(
    {
        *("exact", "partial", "in two", "over", "twice", "twins", "equal neighbours"),
        *("constant KID, one", "constant KID, rent", "constant KID, sum"),
        *("constant KID, on account", "several KIDs"),
    }
)
"""Kinds of receipts whose KID the books know."""
PARKS = frozenset(
    {
        *("rent, no number", "transposed KID", "look-alike name", "namesakes"),
        *("name and amount", "another's number", "two sums", "nothing told"),
    }
)
LISTED = frozenset({"constant KID, on account", "twice"})
