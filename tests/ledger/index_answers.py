"""Everything that can be asked of books, as one value to compare."""

from __future__ import annotations

import datetime as dt

from ledger.books import Books, load
from ledger.errors import BooksInvalid
from ledger.index import Index
from ledger.item_kinds import ItemKind
from ledger.open_items import Likeness

DAYS = [dt.date(2026, month, 1) for month in (1, 6, 11, 12)] + [dt.date.max]


def answers(books: Books) -> dict[str, object]:
    """Return what every question is answered, places too."""
    items = books.items.items
    names = books.register.names_ending("")
    return {
        "company": books.company,
        "accounts": dict(books.accounts),
        "parties": dict(books.parties),
        "customs": _placed(books.customs),
        "balances": _placed(books.balances),
        "opens": _placed(books.opens),
        "closes": _placed(books.closes),
        "items": [_item(each) for each in items],
        "by key": {key: _item(each) for key, each in books.items.by_key.items()},
        "by kid": {
            kid: [_item(each) for each in found]
            for kid, found in sorted(books.items.by_kid.items())
        },
        "named by": {
            name: [_item(each) for each in found]
            for name, found in sorted(_named_by(books).items())
        },
        "open": [_item(each) for each in books.items.open_of(frozenset(ItemKind))],
        "payable": [_item(each) for each in books.items.open_of({ItemKind.SUPPLIER})],
        "open keys": set(books.items.open_keys_of(frozenset(ItemKind))),
        "party": {
            number: [_item(each) for each in books.items.open_of_party(number)]
            for number in sorted({each.number for each in books.parties.values()})
        },
        "paid": [_item(each) for each in books.items.with_payments()],
        "paid by": {
            each.end_to_end_id: [
                _item(item) for item in books.items.with_payments([each.end_to_end_id])
            ]
            for each in books.payments
        },
        "ended": [set(books.items.ended_payments(day)) for day in DAYS],
        "messages": set(books.register.messages()),
        "messages paying": [
            set(books.register.messages_paying(besides))
            for besides in ((), {each.end_to_end_id for each in books.payments[::2]})
        ],
        "orders": {
            name: _placed(books.register.order_lines([name, "", "M-unknown"]))
            for name in {*books.register.messages(), *books.register.messages_paying()}
        },
        "marks": set(books.items.party_marks()),
        "alike": [_alike(books, each) for each in items],
        "counts": dict(books.items.counts_of({each.residual for each in items})),
        "remittances": tuple(books.remittances),
        "payments": tuple(books.payments),
        "keys": dict(books.keys),
        "heads": dict(books.voucher_heads),
        "of key": {
            each.key: [_item(one) for one in books.items.of_key(each.key)] for each in items
        },
        "by hand": {
            account: [_placed(books.register.by_hand(account, day)) for day in DAYS]
            for account in ("Assets", "Liabilities", *sorted(books.accounts)[:20])
        },
        "posted": {
            account: [_placed(books.register.posted_on(account, day)) for day in DAYS]
            for account in ("Assets", "Liabilities", *sorted(books.accounts)[:20])
        },
        "documents": _placed(books.register.by_document("3fa9" + 60 * "0")),
        "corrections": {
            name: _placed(books.register.corrections_of(name))
            for kind, name in names
            if kind == "voucher"
        },
        "some customs": _placed(books.register.customs("open-item", "payment")),
        "tails": [books.register.names_ending(name[-2:]) for _, name in sorted(names)],
        "names": names,
        "vouchers": {
            (kind, name): _placed(_named(books, kind, name)) for kind, name in names
        },
        "balance": {
            (name, day, currency): books.balance(name, day, currency)
            for name in [*books.accounts, "Assets", "Liabilities:2400-Leverandørgjeld"]
            for day in DAYS
            for currency in (None, "NOK", "EUR")
        },
        "moves": {
            (name, currency): tuple(books.register.totals.moves(name, currency))
            for name in [*books.accounts, "Assets"]
            for currency in ("NOK", "EUR")
        },
    }


def _named(books, kind, name):
    if kind == "voucher":
        return books.register.by_voucher([name])
    if kind == "open-item":
        assert books.register.by_items([name, "no-item"]) == (
            {name: books.register.by_item(name)} if books.register.by_item(name) else {}
        )
        return books.register.by_item(name)
    return books.register.by_key([name])


def _named_by(books):
    words = {name for each in books.items.items for name in each.names}
    return books.items.named_by({*words, "no-name"})


def _alike(books, item):
    like = Likeness(
        residuals=frozenset([item.residual]),
        kids=frozenset(filter(None, [item.kid])),
        accounts=frozenset(filter(None, [item.creditor_account])),
        parties=frozenset(filter(None, [item.party_number])),
        invoices=frozenset([item.invoice.casefold()] if item.invoice else []),
    )
    found = {
        each.key
        for each in books.items.alike(like).items
        if each.is_open
        and (
            each.residual == item.residual
            or (item.kid and each.kid == item.kid)
            or (item.creditor_account and each.creditor_account == item.creditor_account)
            or (item.party_number and each.party_number == item.party_number)
            or (item.invoice and each.invoice and each.invoice == item.invoice)
        )
    }
    return item.key, found


def _item(item):
    places = [str(posting.place) for posting in item.postings]
    return item, str(item.place), places


def _placed(directives):
    return [
        (each, str(each.place), [str(p.place) for p in getattr(each, "postings", ())])
        for each in directives
    ]


def verdict(open_books, *, asked=answers) -> object:
    """Return what books answer, or their errors."""
    try:
        books = open_books()
    except BooksInvalid as invalid:
        return [str(error) for error in invalid.errors]
    return asked(books)


def compare(index: Index, folder) -> object:
    """Check that the index answers as a load does, now and at the next look."""
    expected = verdict(lambda: load(folder))
    for _ in range(2):
        found = verdict(index.books)
        if isinstance(expected, dict) and isinstance(found, dict):
            for name, value in expected.items():
                assert found[name] == value, name
        assert found == expected
    return expected
