"""A person decides about money that no rule could place, and takes decisions back."""

from __future__ import annotations

import pytest
from world import ACCOUNT, OTHER_ACCOUNT, World

from ledger.books import load


@pytest.fixture
def parked(world: World) -> World:
    """A receipt with an unknown KID stands on 2990."""
    world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "300", "--kid", "999999999991")
    world.let_pass(days=3)
    world.books("reconcile", code=3)
    return world


def waiting(world: World) -> dict[str, object]:
    (only,) = world.json("unmatched", code=3)
    return only


def balances(world: World) -> dict[str, str]:
    return {each["open_item"]: each["amount"] for each in world.json("receivables")}


REFERENCES = ("ref", "voucher", "open_item")


@pytest.mark.parametrize("name", REFERENCES)
def test_match_settles_an_item_with_parked_money(parked: World, name: str):
    done = parked.json("match", waiting(parked)[name], "kf-K20001-5001", code=0)

    assert {"voucher": "B2026-3"} == done or done["voucher"].startswith("B2026-")
    assert {"kf-K20001-5001": "24700.00"} == balances(parked)
    parked.books("unmatched", code=0)
    parked.books("verify", code=0)
    trail = parked.books("why", done["voucher"], code=0).out
    assert "kari" in trail


def test_match_of_a_part_leaves_the_rest_parked(parked: World):
    parked.books("match", waiting(parked)["ref"], "kf-K20001-5001=100", code=0)

    assert {"kf-K20001-5001": "24900.00"} == balances(parked)
    assert "200.00" == waiting(parked)["amount"]


def test_book_posts_to_an_account(parked: World):
    parked.books(
        *("book", waiting(parked)["ref"], "3000=200", "Income:8050-Renteinntekt"),
        *("--text", "Kontantsalg og renter"),
        code=0,
    )

    parked.books("unmatched", code=0)
    written = (parked.folder / "bank/2026/11.beancount").read_text("utf-8")
    assert "Income:3000-Salgsinntekt-høy" in written
    assert "Kontantsalg og renter" in written
    parked.books("verify", code=0)


def test_vat_needs_a_voucher_and_the_code_of_its_side(parked: World, tmp_path):
    receipt = tmp_path / "kvittering.pdf"
    receipt.write_bytes(b"%PDF-1.4 kvittering")
    ref = waiting(parked)["ref"]

    without = parked.books("book", ref, "3000", "--vat", "3", code=1)
    wrong = parked.books(
        "book", ref, "3000", "--vat", "1", "--document", str(receipt), code=1
    )
    done = parked.json(
        "book", ref, "3000", "--vat", "3", "--document", str(receipt), code=0
    )

    assert "--document" in without.err
    assert "3, 31, 32, 33, 5, 51, 52, 6, 7" in wrong.err
    written = (parked.folder / "bank/2026/11.beancount").read_text("utf-8")
    posted = written[written.index(f'voucher: "{done["voucher"]}"') :]
    assert "-240.00 NOK" in posted
    assert "-60.00 NOK" in posted
    assert ".pdf" in posted


def test_vat_is_of_what_is_sold_and_not_of_an_advance(parked: World, tmp_path):
    receipt = tmp_path / "kvittering.pdf"
    receipt.write_bytes(b"%PDF-1.4 kvittering")
    ref = waiting(parked)["ref"]
    vat = ("--vat", "3", "--document", str(receipt))

    on_vat = parked.books("book", ref, "3000=100", "2700", *vat, code=1)
    on_equity = parked.books("book", ref, "2050", *vat, code=1)
    done = parked.json("book", ref, "3000=125", "2900", *vat, code=0)["voucher"]

    assert "holds VAT itself" in on_vat.err
    assert "carries no VAT" in on_equity.err
    assert posted(parked, done) == [
        ("Liabilities:2990-Uidentifiserte-innbetalinger", "300.00 NOK", {}),
        ("Income:3000-Salgsinntekt-høy", "-100.00 NOK", {"vat": "3"}),
        ("Liabilities:2900-Forskudd-fra-kunder", "-175.00 NOK", {}),
        (
            "Liabilities:2700-Utgående-mva-høy",
            "-25.00 NOK",
            {"vat": "3", "vat-base": "-100.00 NOK"},
        ),
    ]
    parked.books("verify", code=0)


@pytest.mark.parametrize("code", ["5", "51", "52", "6", "7"])
def test_a_sale_without_vat_carries_its_code(parked: World, tmp_path, code: str):
    receipt = tmp_path / "kvittering.pdf"
    receipt.write_bytes(b"%PDF-1.4 kvittering")
    words = ("book", waiting(parked)["ref"], "3100", "--vat", code)

    done = parked.json(*words, "--document", str(receipt), code=0)["voucher"]

    assert posted(parked, done)[1:] == [
        ("Income:3100-Salgsinntekt-fritatt", "-300.00 NOK", {"vat": code})
    ]


def posted(world: World, voucher: str) -> list[tuple[str, str, dict[str, str]]]:
    """The postings of a voucher, with their VAT."""
    (found,) = load(world.folder).register.by_voucher([voucher])
    return [
        (
            each.account,
            str(each.units),
            {key: str(told) for key, told in each.meta.items() if key.startswith("vat")},
        )
        for each in found.postings
    ]


def test_undo_takes_the_vat_back_under_its_code(parked: World, tmp_path):
    """A VAT return sums by code: without it the sale would be declared all the same."""
    receipt = tmp_path / "kvittering.pdf"
    receipt.write_bytes(b"%PDF-1.4 kvittering")
    ref = waiting(parked)["ref"]
    vat = ("--vat", "3", "--document", str(receipt))
    done = parked.json("book", ref, "3000", *vat, code=0)["voucher"]

    undone = parked.json("undo", done, "--reason", "feil konto", code=0)["voucher"]

    written = (parked.folder / "bank/2026/11.beancount").read_text("utf-8")
    reversal = written[written.index(f'voucher: "{undone}"') :]
    sale = reversal[reversal.index("Income:3000-Salgsinntekt-høy") :]
    assert sale.split("\n")[0].endswith(" 240.00 NOK")
    assert 'vat: "3"' in sale[: sale.index("Liabilities:2700")]
    assert "vat-base: 240.00 NOK" in sale[sale.index("Liabilities:2700") :]
    parked.books("verify", code=0)


def test_undo_puts_the_money_back_and_the_next_match_takes_it_from_there(parked: World):
    first = parked.json("match", waiting(parked)["ref"], "kf-K20001-5001", code=0)

    undone = parked.json("undo", first["voucher"], "--reason", "feil kunde", code=0)

    assert {"kf-K20001-5001": "25000.00"} == balances(parked)
    assert "300.00" == waiting(parked)["amount"]
    assert first["voucher"] != undone["voucher"]
    again = parked.json("match", waiting(parked)["open_item"], "kf-K20001-5001=50", code=0)
    assert {"kf-K20001-5001": "24950.00"} == balances(parked)
    parked.books("verify", code=0)
    assert 3 == len({first["voucher"], undone["voucher"], again["voucher"]})


def test_an_undone_receipt_leaves_bank_and_clearing_alone(world: World):
    world.bank("agreement", ACCOUNT, "--camt054")
    item = world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=3)
    world.books("reconcile", code=0)
    (before,) = world.json("status")["accounts"]
    settled = next(
        step["key"]
        for step in world.json("why", item)["steps"]
        if str(step.get("key")).startswith("detail/")
    )

    world.books("undo", settled, code=0)

    (after,) = world.json("status")["accounts"]
    for figure in ("books", "bank", "clearing", "difference"):
        assert before[figure] == after[figure]
    assert {item: "25000.00"} == balances(world)
    assert 0 == world.json("reconcile", code=3)["posted"]
    world.books("verify", code=0)


def _tail(key: str) -> str:
    return key.rpartition("/")[2]


@pytest.mark.parametrize("agreement", [(), ("--camt054",)], ids=["statement", "detail"])
def test_what_was_undone_waits_under_the_names_that_it_had(world: World, agreement):
    """A person types what he saw before: movement, reference, voucher, or a tail."""
    if agreement:
        world.bank("agreement", ACCOUNT, *agreement)
    item = world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=3)
    world.books("reconcile", code=0)
    steps = world.json("why", item)["steps"]
    (settled,) = [
        (step["voucher"], posting["movement"])
        for step in steps
        for posting in step.get("postings", ())
        if posting["movement"]
    ]
    voucher, movement = settled
    told = {str(step["key"]) for step in steps if step.get("key")}
    # The lump of a day has a reference of its own: it names no one receipt.
    keys = {key for key in told if _tail(key) == _tail(movement)}
    before = {voucher, movement, *keys, _tail(movement), _tail(movement)[-3:]}

    world.books("undo", movement, code=0)

    for name in sorted(before):
        matched = world.json("match", name, item, code=0)["voucher"]
        assert world.json("unmatched", code=0) == []
        (narration,) = {
            step["narration"]
            for step in world.json("why", matched)["steps"]
            if step.get("voucher") == matched
        }
        assert narration.endswith("Kunde Nord AS Innbetaling faktura 5001")
        world.books("match", name, item, code=1)
        world.books("undo", matched, code=0)
    world.books("verify", code=0)


@pytest.mark.parametrize("named", ["voucher", "payment", "tail", "item"])
def test_a_bill_whose_payment_was_undone_is_not_paid_again_by_itself(
    world: World, named: str
):
    item = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=4)
    world.books("reconcile", today="2026-11-06", code=0)
    (payment,) = world.json("payments", today="2026-11-06")

    names = {
        "voucher": "B2026-1",
        "payment": payment["end_to_end_id"],
        "tail": payment["end_to_end_id"][-6:],
        "item": item,
    }

    world.books("undo", names[named], today="2026-11-06", code=0)

    (held,) = world.json("payables", today="2026-11-06")
    assert "held" == held["state"]
    assert payment["end_to_end_id"] in held["reason"]
    run = world.json("pay-due", today="2026-11-06", code=3)
    assert [] == run["remittances"]
    world.books("match", payment["end_to_end_id"], item, today="2026-11-06", code=0)
    assert [] == world.json("unmatched", today="2026-11-06", code=0)
    assert [] == world.json("payables", today="2026-11-06")


def test_match_offsets_a_credit_note_against_a_bill(world: World):
    bill = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    credit = world.bill("K77", "2500.00", "2026-11-05")
    path = world.folder / "vouchers/2026/11.beancount"
    head, tail = path.read_text("utf-8").rsplit("^lf-L10001-K77", 1)
    tail = tail.replace("-2500.00", "2500.00", 1).replace("kontorrekvisita  2500", "x")
    tail = tail.replace(
        "Expenses:6800-Kontorrekvisita  2500", "Expenses:6800-Kontorrekvisita  -2500"
    )
    path.write_text(f"{head}^lf-L10001-K77{tail}", "utf-8")

    world.books("match", credit, bill, code=0)

    (left,) = world.json("payables")
    assert (bill, "10000.00") == (left["open_item"], left["amount"])
    assert "10000.00" == world.json("pay-due", code=0)["remittances"][0]["total"]


def test_items_are_set_off_for_one_party_alone_and_on_the_day(world: World):
    """A note of one supplier is no payment of another one's bill."""
    note = world.bill("K77", "-2500.00", "2026-11-05", party="L10002")
    bill = world.bill("10023", "12500.00", "2026-11-05")
    own = world.bill("10024", "500.00", "2026-11-05", party="L10002")

    refused = world.books("match", bill, note, code=1)
    world.books("match", own, note, code=0, today="2026-11-20")

    assert f"{note}: is of L10002 Papirhuset AS, {bill} of L10001" in refused.err
    assert f"voucher by hand, with open-item: {bill} on one posting" in refused.err
    offset = (world.folder / "bank/2026/11.beancount").read_text("utf-8")
    assert '2026-11-20 * "Papirhuset AS" "Motregnet' in offset
    world.books("verify", code=0)


REFUSED = {
    "same side": (("match", "kf-K20001-5001", "kf-K20001-5002"), "same side"),
    "too much": (("match", "{ref}", "kf-K20001-5001=300.01"), "300.01"),
    "no such item": (("match", "{ref}", "kf-none"), "no such open item"),
    "nothing parked": (("book", "kf-none", "3000"), "no voucher"),
    "an item's account": (("book", "{ref}", "2400"), "no account"),
    "undo what is parked": (("undo", "{voucher}"), "match or book it"),
}


@pytest.mark.parametrize(("words", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(parked: World, words, told):
    parked.sale("5002", "10.00", "200010050025")
    names = waiting(parked)

    ran = parked.books(*(word.format(**names) for word in words), code=1)

    assert told in ran.err
    assert "fault" not in ran.err
    assert "300.00" == waiting(parked)["amount"]


def test_two_bills_of_other_parties_are_not_mixed_up(world: World):
    """A rejected payment of one supplier leaves the other's alone."""
    world.bill("1", "100.00", "2026-11-05", kid="0010017")
    world.bill("2", "100.00", "2026-11-05", party="L10002")
    world.bank("payee", OTHER_ACCOUNT, "--closed")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=5)

    world.books("reconcile", today="2026-11-07", code=3)

    states = {each["open_items"][0]: each["state"] for each in world.json("payments")}
    assert {"lf-L10001-1": "booked", "lf-L10002-2": "rejected"} == states


RULES = """
[[rule]]
name = "parking"
party = "Parkering"
account = "Expenses:6800-Kontorrekvisita"

[[rule]]
name = "subscription"
text = "abonnement"
account = "Expenses:6553-Programvare"
vat = "1"
document = "required"
"""


def test_rules_of_a_person_post_what_recurs_and_can_be_tried_first(world: World):
    world.append("books.toml", RULES)
    for name, text in (
        ("Parkering AS", "tilbake"),
        ("Nett AS", "abonnement"),
        ("Ola", "?"),
    ):
        world.bank(
            *("pay-in", ACCOUNT, "--amount", "50", "--from-name", name, "--text", text),
            *("--from-account", OTHER_ACCOUNT),
        )
    world.let_pass(days=2)
    inbox = world.folder / "bank/inbox"
    statement = next(file for file in inbox.iterdir() if b"Parkering" in file.read_bytes())

    tried = world.json("rules", "test", str(statement), code=0)
    world.books("reconcile", code=3)

    assert [[], ["parking"], ["subscription"]] == sorted(each["rules"] for each in tried)
    left = {each["counterparty"]: each["reason"] for each in world.json("unmatched")}
    assert {"Nett AS", "Ola"} == set(left)
    assert "subscription" in left["Nett AS"]


@pytest.mark.parametrize(
    ("account", "fault"),
    [
        ("Expenses:9999-Finnes-ikke", "the chart has no such account"),
        ("Assets:1500-Kundefordringer", "holds open items"),
        ("Assets:1920-Bankinnskudd", "only the bank's own files post there"),
    ],
)
def test_a_rule_whose_account_takes_no_postings_is_told_by_its_name(
    world: World, account: str, fault: str
):
    world.append(
        "books.toml", f'[[rule]]\nname = "fee"\ntext = "gebyr"\naccount = "{account}"\n'
    )
    world.bank("charge", ACCOUNT, "--amount", "50", "--text", "Gebyr")
    world.let_pass(days=2)

    refused = world.books("reconcile", code=1)

    assert f"books.toml: [[rule]] fee: {account}: {fault}" in refused.err


def test_the_rule_that_new_books_explain_can_be_used(world: World):
    path = world.folder / "books.toml"
    before, mark, after = path.read_text("utf-8").partition("# [[rule]]")
    rule = "\n".join(line.removeprefix("# ") for line in f"{mark}{after}".splitlines())
    path.write_text(
        before.replace('# small_difference = "1.00"', 'small_difference = "1.00"') + rule,
        "utf-8",
    )
    world.bank(
        *("pay-in", ACCOUNT, "--amount", "50", "--from-name", "Nets"),
        *("--text", "Terminal", "--from-account", OTHER_ACCOUNT),
    )
    world.let_pass(days=2)
    inbox = world.folder / "bank/inbox"
    statement = next(file for file in inbox.iterdir() if b"Terminal" in file.read_bytes())

    shown = world.books("rules", "test", str(statement), code=0).out

    assert "no rule" in shown  # a fee is money out


def test_a_credit_that_is_used_up_is_not_undone_under_its_use(world: World):
    world.sale("5001", "1000.00", "200010050017")
    world.sale("5002", "1000.00", "200010050025")
    for _ in range(2):
        world.bank("pay-in", ACCOUNT, "--amount", "1000", "--kid", "200010050017")
    world.let_pass(days=3)
    world.books("reconcile", code=3)
    credit = waiting(world)
    world.books("match", credit["open_item"], "kf-K20001-5002=400", code=0)
    second = world.json("match", credit["open_item"], "kf-K20001-5002", code=0)["voucher"]
    before = (world.folder / "bank/2026/11.beancount").read_bytes()

    refused = world.books("undo", credit["ref"], code=1)

    assert "undo first" in refused.err
    assert before == (world.folder / "bank/2026/11.beancount").read_bytes()
    world.books("status", code=0)
    world.books("undo", second, code=0)
    assert {"kf-K20001-5002": "600.00"} == {
        key: amount for key, amount in balances(world).items() if key.startswith("kf-")
    }


FORBIDDEN = {
    "clearing": ("Assets:1929-Interim-bank:B1920", "bank's own files"),
    "the bank account": ("Assets:1920-Bankinnskudd", "bank's own files"),
    "a party": ("Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft", "books match"),
    "suspense": ("Liabilities:2990-Uidentifiserte-innbetalinger", "books match"),
    "clearing by number": ("1929", "no account"),
}


@pytest.mark.parametrize(("account", "told"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_money_is_not_booked_where_files_or_items_stand(parked: World, account, told):
    ran = parked.books("book", waiting(parked)["ref"], account, code=1)

    assert told in ran.err
    assert "300.00" == waiting(parked)["amount"]


def narrations(world: World) -> dict[str, str]:
    from ledger.books import load

    return {
        str(each.meta["voucher"]): each.narration
        for each in load(world.folder).transactions
        if "voucher" in each.meta
    }


def test_vouchers_of_a_decision_carry_whose_money_it_was_and_his_words(world: World):
    world.sale("5001", "25000.00", "200010050017")
    world.bank(
        *("pay-in", ACCOUNT, "--amount", "300", "--text", "for lampen"),
        *("--from-name", "Ola Nordmann", "--from-account", OTHER_ACCOUNT),
    )
    world.let_pass(days=3)
    world.books("reconcile", code=3)

    matched = world.json("match", waiting(world)["ref"], "kf-K20001-5001")["voucher"]
    undone = world.json("undo", matched)["voucher"]
    booked = world.json("book", waiting(world)["ref"], "3000")["voucher"]

    told = narrations(world)
    assert "Innbetaling faktura 5001: Ola Nordmann, for lampen" == told[matched]
    assert f"Angret {matched}: {told[matched]}" == told[undone]
    assert "for lampen" == told[booked]


def test_what_a_rule_settled_keeps_its_words_when_it_is_undone(world: World):
    world.sale("5001", "300.00", "200010050017")
    world.bank(
        *("pay-in", ACCOUNT, "--amount", "300", "--kid", "200010050017"),
        *("--from-name", "Ola Nordmann", "--from-account", OTHER_ACCOUNT),
    )
    world.let_pass(days=3)
    world.books("reconcile", code=0)
    (voucher,) = (
        number for number, text in narrations(world).items() if "faktura 5001" in text
    )

    world.books("undo", voucher, code=0)

    left = waiting(world)
    assert "Ola Nordmann" == left["counterparty"]
    assert f"Angret {voucher}: Innbetaling faktura 5001" == left["text"]
    assert "200010050017" == left["kid"]
    assert ("kf-K20001-5001", "KID 200010050017 er postens egen") == tuple(
        left["candidates"][0][name] for name in ("open_item", "why")
    )


def test_undo_under_an_old_name_says_what_took_its_place(world: World):
    """Settled by its KID, undone, matched again: the newer voucher can be undone."""
    item = world.sale("5001", "300.00", "200010050017")
    other = world.sale("5002", "300.00", "200010050025")
    world.bank("pay-in", ACCOUNT, "--amount", "300", "--kid", "200010050017")
    world.let_pass(days=3)
    world.books("reconcile", code=0)
    (first,) = (number for number, told in narrations(world).items() if "5001" in told)
    undone = world.json("undo", first, code=0)["voucher"]

    waits = world.books("undo", first, code=1).err
    again = world.json("match", first, other, code=0)["voucher"]
    placed = world.books("undo", first, code=1).err

    said = f"{first}: there is nothing left to undo; it was undone by {undone}"
    money = waiting_key(waits)
    assert f"{said}; its money waits: books match {money} ITEM" in waits
    assert f"{said}; its money is placed by {again}: books undo {again}" in placed
    world.books("undo", again, code=0)
    assert {item: "300.00", other: "300.00", money: "-300.00"} == balances_of_all(world)


def waiting_key(told: str) -> str:
    return told.partition("books match ")[2].split()[0]


def balances_of_all(world: World) -> dict[str, str]:
    from ledger.books import load

    return {
        each.key: each.residual.text
        for each in load(world.folder).items.items
        if each.is_open
    }


@pytest.mark.parametrize("name", ["kf-K20001-5001", "K20001-5001", "money", "voucher"])
def test_undo_takes_the_item_whose_one_settlement_is_meant(parked: World, name: str):
    money = waiting(parked)["open_item"]
    done = parked.json("match", money, "kf-K20001-5001", code=0)["voucher"]
    named = {"money": money, "voucher": done}.get(name, name)

    undone = parked.json("undo", named, code=0)["voucher"]

    assert undone != done
    assert balances(parked) == {"kf-K20001-5001": "25000.00"}
    again = parked.books("undo", named, code=1)
    assert "settles it" in again.err or "undone by" in again.err
    parked.books("verify", code=0)


def test_undo_of_an_item_paid_in_parts_names_them(parked: World):
    first = parked.json("match", waiting(parked)["ref"], "kf-K20001-5001=100", code=0)
    second = parked.json("match", waiting(parked)["ref"], "kf-K20001-5001", code=0)

    refused = parked.books("undo", "kf-K20001-5001", code=1)

    for each in (first, second):
        assert f"books undo {each['voucher']}" in refused.err
    parked.books("undo", first["voucher"], code=0)
    parked.books("undo", "kf-K20001-5001", code=0)  # one is left
    assert balances(parked) == {"kf-K20001-5001": "25000.00"}


def test_undo_of_an_item_takes_no_other_item_along(parked: World):
    parked.sale("5002", "100.00", "200010050025")
    items = ("kf-K20001-5001=200", "kf-K20001-5002")
    done = parked.json("match", waiting(parked)["ref"], *items, code=0)["voucher"]

    refused = parked.books("undo", "kf-K20001-5002", code=1)

    assert "settles kf-K20001-5001 too" in refused.err
    assert f"books undo {done}" in refused.err


def test_undo_of_what_was_parked_names_the_voucher_that_placed_it(parked: World):
    """The bank's reference is what a person saw first, and types."""
    names = waiting(parked)
    matched = parked.json("match", names["ref"], "kf-K20001-5001=100", code=0)["voucher"]

    refused = parked.books("undo", names["ref"], code=1).err

    assert (
        f"its money is placed by {matched}; the rest waits: books undo {matched}, or"
        f" books match {names['open_item']} ITEM"
    ) in refused
    parked.books("undo", matched, code=0)
    refused = parked.books("undo", names["ref"], code=1).err
    assert "is parked; match or book it" in refused


def test_an_item_is_named_by_a_tail_of_it(world: World):
    item = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    other = world.bill("20023", "100.00", "2026-11-05", flag="!")

    for words in (("hold", "0023", "--reason", "x"), ("release", "0023"), ("post", "0023")):
        refused = world.books(*words, code=1).err
        assert f"0023: 2 things end like this ({item}, {other}); give more of it" in refused
    assert {"open", "draft"} == {each["state"] for each in world.json("payables")}

    assert [item] == world.json("hold", "10023", "--reason", "x", code=0)["items"]
    assert [item] == world.json("release", "1-10023", code=0)["items"]
    assert [other] == world.json("post", "L10001-20023", code=0)["items"]
    assert {"open"} == {each["state"] for each in world.json("payables")}
    assert "no such open item" in world.books("post", "99999", code=1).err


def test_an_item_is_named_by_its_voucher_and_by_its_payment(world: World):
    item = world.bill("10023", "12500.00", "2026-11-05", voucher="2026-77")
    world.bill("10024", "100.00", "2026-11-05", voucher="2026-78")

    assert [item] == world.json("hold", "2026-77", "--reason", "x", code=0)["items"]
    assert [item] == world.json("release", "77", code=0)["items"]
    world.books("pay-due", code=0)
    (payment,) = (
        each["end_to_end_id"]
        for each in world.json("payments")
        if each["open_items"] == [item]
    )
    held = world.json("hold", payment[-8:], "--reason", "feil pris", code=3)
    assert [item] == held["items"]


def test_money_is_matched_with_an_item_named_by_a_tail(parked: World):
    parked.json("match", waiting(parked)["ref"], "5001=100", code=0)

    assert {"kf-K20001-5001": "24900.00"} == balances(parked)
