"""A supplier's changed account and large amounts, from the command line."""

from __future__ import annotations

import pytest
from world import OTHER_ACCOUNT, SUPPLIER_ACCOUNT, World

NEW = "86019055177"


def policy(world: World, *lines: str) -> None:
    world.append("books.toml", "")
    path = world.folder / "books.toml"
    text = path.read_text("utf-8").replace("[policy]", "\n".join(["[policy]", *lines]), 1)
    if any(each.startswith("account_freeze") for each in lines):
        text = text.replace("account_freeze = 3  ", "# ")
    path.write_text(text, "utf-8")


def paid(world: World, *more: str, today: str, code: int = 0) -> list[str]:
    run = world.json("pay-due", *more, today=today, code=code)
    if not run["remittances"]:
        return []
    message = run["remittances"][0]["message_id"]
    payments = world.json("payments")
    return [
        item
        for each in payments
        if each["message_id"] == message
        for item in each["open_items"]
    ]


def reason(world: World, item: str, **more) -> str | None:
    return {each["open_item"]: each["reason"] for each in world.json("payables", **more)}[
        item
    ]


def test_a_released_account_is_frozen_and_paid_on_the_third_bank_day(world: World):
    item = world.bill("1", "100.00", "2026-11-05", **{"creditor-account": NEW})

    released = world.books("release", item, today="2026-11-02", code=3)

    assert "still held" in released.out
    assert "frozen until 2026-11-05" in (reason(world, item) or "")
    assert [] == paid(world, today="2026-11-04", code=3)
    assert [item] == paid(world, today="2026-11-05")
    assert NEW == world.json("payments")[0]["creditor_account"]


def test_the_same_person_releases_once_and_a_freeze_is_not_shortened(world: World):
    item = world.bill("1", "100.00", "2026-11-05", **{"creditor-account": NEW})
    world.books("release", item, code=3)

    again = world.books("release", item, today="2026-11-03", code=1)

    assert "frozen until 2026-11-05" in again.err


def test_a_release_of_a_hold_lets_no_account_through(world: World):
    item = world.bill("1", "100.00", "2026-11-05", **{"creditor-account": NEW})
    world.books("hold", item, "--reason", "varene mangler", code=0)

    world.books("release", item, code=3)

    assert "is not the one known for Fjellkraft AS" in (reason(world, item) or "")
    assert [] == paid(world, today="2026-11-09", code=3)


def test_a_release_of_a_hold_lets_no_twin_through(world: World):
    first = world.bill("10023", "100.00", "2026-11-05", kid="0010017")
    twin = world.bill("10023b", "100.00", "2026-11-05", kid="0010017")
    world.books("hold", twin, "--reason", "varene mangler", code=0)
    assert [first] == paid(world, today="2026-11-02", code=3)

    world.books("release", twin, code=3)

    run = world.json("pay-due", code=3)
    reasons = {each["open_item"]: each["reason"] for each in run["skipped"]}
    assert [] == run["remittances"]
    assert "likely a duplicate" in reasons[twin]
    world.books("release", twin, code=0)
    assert [twin] == paid(world, today="2026-11-02")


def test_what_is_not_held_is_not_released(world: World):
    item = world.bill("1", "100.00", "2026-11-05", kid="0010017")

    refused = world.books("release", item, code=1)

    assert "is not held; there is nothing to release" in refused.err


@pytest.mark.parametrize("words", [("hold", "--reason", "venter"), ("release",)])
def test_what_no_run_would_pay_is_neither_held_nor_released(
    world: World, words: tuple[str, ...]
):
    item = world.sale("5001", "25000.00", "200010050017")

    command, *options = words
    refused = world.books(command, item, *options, code=1)

    assert refused.err == f"{item}: is no open payable (books payables)\n"
    assert "hold" not in "".join(
        path.read_text("utf-8") for path in (world.folder / "bank").rglob("*.beancount")
    )


def test_a_bill_that_is_changed_after_its_release_waits_again(world: World):
    item = world.bill("1", "100.00", "2026-11-05", **{"creditor-account": NEW})
    world.books("release", item, code=3)
    path = world.folder / "vouchers/2026/11.beancount"
    path.write_text(path.read_text("utf-8").replace(NEW, OTHER_ACCOUNT), "utf-8")
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-03 custom "open-item" "{item}"\n  creditor-account: "{OTHER_ACCOUNT}"\n',
    )

    assert f"{OTHER_ACCOUNT} is not the one known" in (
        reason(world, item, today="2026-11-09") or ""
    )


def test_a_confirmed_change_of_a_supplier_is_a_line_with_its_history(world: World):
    item = world.bill("1", "100.00", "2026-11-05", **{"creditor-account": NEW})

    said = world.json("confirm", "L10001", NEW, "--reason", "ringte Per", code=0)

    assert "2026-11-05" == said["pays_from"]
    assert [SUPPLIER_ACCOUNT, NEW] == [each["creditor_account"] for each in said["history"]]
    assert ("kari", "ringte Per") == (
        said["history"][1]["by"],
        said["history"][1]["reason"],
    )
    assert [] == paid(world, today="2026-11-04", code=3)
    steps = world.json("why", item)["steps"]
    told = [each for each in steps if each["kind"] == "confirmation"]
    assert [SUPPLIER_ACCOUNT, NEW] == [each["account"] for each in told]
    assert "confirmed by kari: ringte Per" in world.books("why", item).out
    assert [item] == paid(world, today="2026-11-05")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("L10009", NEW, "--reason", "x"), "no such party"),
        (("L10001", "86019055178", "--reason", "x"), "86019055178"),
        (("L10001", NEW, "--reason", " "), "--reason"),
        (("L10001", SUPPLIER_ACCOUNT, "--reason", "x"), "always had"),
    ],
)
def test_what_confirms_nothing_is_refused(world: World, arguments, said: str):
    assert said in world.books("confirm", *arguments, code=1).err


def test_a_second_person_confirms_where_the_company_says_so(world: World):
    policy(world, "second_person = true")
    item = world.bill("1", "100.00", "2026-11-05", **{"creditor-account": NEW})
    world.books("confirm", "L10001", NEW, "--reason", "ringte", code=0)
    again = world.books("confirm", "L10001", NEW, "--reason", "ringte", code=1)
    before = reason(world, item, today="2026-11-05")

    world.append(
        "accounts.beancount",
        f'2026-11-04 custom "party" "L10001"\n  creditor-account: "{NEW}"\n'
        '  reason: "så brevet"\n  by: "ola"\n',
    )

    assert "kari confirmed" in again.err
    assert "a second person must confirm it too" in (before or "")
    assert [item] == paid(world, today="2026-11-05")


def test_above_the_limit_is_held_until_it_is_released_and_no_part_goes(world: World):
    policy(world, 'payment_limit = "1000.00"')
    small = world.bill("1", "1000.00", "2026-11-05", kid="0010017")
    large = world.bill("2", "1000.01", "2026-11-05", kid="0010025")

    run = world.json("pay-due", code=3)
    part = world.json("pay-due", f"{large}=500.00", code=3)

    assert "1000.00" == run["remittances"][0]["total"]
    assert {large} == {
        each["open_item"]
        for each in run["skipped"]
        if "above payment_limit" in each["reason"]
    }
    assert small in {i for each in world.json("payments") for i in each["open_items"]}
    assert [] == part["remittances"]
    world.books("release", large, code=0)
    assert [large] == paid(world, today="2026-11-03")


def test_above_the_limit_two_persons_release(world: World):
    policy(world, 'payment_limit = "1000.00"', "second_person = true")
    large = world.bill("2", "1000.01", "2026-11-05", kid="0010025")
    world.books("release", large, code=3)
    world.books("release", large, code=1)
    assert "released by kari; a second person" in (reason(world, large) or "")

    text = f'2026-11-03 custom "open-item" "{large}"\n  release: ""\n'
    world.append("accounts.beancount", f'{text}  up-to: 1000.01 NOK\n  by: "ola"\n')

    assert [large] == paid(world, today="2026-11-03")


def test_the_days_limit_counts_what_is_ordered_already(world: World):
    policy(world, 'day_limit = "1000.00"')
    first = world.bill("1", "600.00", "2026-11-05", kid="0010017")
    assert [first] == paid(world, today="2026-11-02")
    second = world.bill("2", "400.00", "2026-11-05", kid="0010025")
    third = world.bill("3", "0.01", "2026-11-05", kid="0010033")
    other = world.bill("4", "900.00", "2026-11-06", kid="0010041")

    run = world.json("pay-due", code=3)

    (skipped,) = run["skipped"][-1:]
    assert (third, True) == (skipped["open_item"], "day_limit" in skipped["reason"])
    assert "1300.00" == run["remittances"][0]["total"]
    world.books("release", third, code=0)
    assert [third] == paid(world, today="2026-11-03")
    assert {second, other} <= {
        item for each in world.json("payments") for item in each["open_items"]
    }


def test_a_supplier_without_a_record_is_known_by_what_was_paid(world: World):
    path = world.folder / "accounts.beancount"
    path.write_text(
        path.read_text("utf-8").replace('  creditor-account: "15032080119"\n', ""), "utf-8"
    )
    terms = {"creditor-account": SUPPLIER_ACCOUNT}
    first = world.bill("1", "100.00", "2026-11-03", kid="0010017", **terms)
    assert [first] == paid(world, today="2026-11-02")
    same = world.bill("2", "100.00", "2026-11-04", kid="0010025", **terms)
    other = world.bill("3", "100.00", "2026-11-04", **{"creditor-account": NEW})

    assert [same] == paid(world, today="2026-11-02", code=3)
    assert f"({SUPPLIER_ACCOUNT})" in (reason(world, other) or "")


def test_an_account_changed_in_place_is_noticed(world: World):
    first = world.bill("1", "100.00", "2026-11-03", kid="0010017")
    assert [first] == paid(world, today="2026-11-02")
    path = world.folder / "accounts.beancount"
    path.write_text(path.read_text("utf-8").replace(SUPPLIER_ACCOUNT, NEW), "utf-8")
    second = world.bill("2", "100.00", "2026-11-04", kid="0010025")

    assert [] == paid(world, today="2026-11-02", code=3)
    assert f"which was paid on {SUPPLIER_ACCOUNT} before" in (reason(world, second) or "")
