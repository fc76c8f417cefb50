"""One sum on the statement for many payments of ours, as banks name it: or hardly name it."""

from __future__ import annotations

import datetime as dt
import re
import shutil

import detail_files
import pytest
from day_statements import answered, debit, lump, notified, stated, take_in
from detail_files import booked, detail
from world import World

from cli import wiring

LATER = "2026-11-12"
#: Each day of payment with its bills.
DAYS = {"2026-11-05": ("1000.00", "2000.00"), "2026-11-09": ("3000.00", "4500.00")}


def states(world: World) -> dict[str, str]:
    return {each["amount"]: each["state"] for each in world.json("payments")}


def message_of(world: World) -> str:
    (found,) = {each["message_id"] for each in world.json("payments")}
    return found


def is_proved(world: World) -> bool:
    return world.json("verify")["ok"]


@pytest.fixture
def two_days(world: World) -> World:
    """One message with payments of two days."""
    numbers = iter(range(10023, 10030))
    for day, amounts in DAYS.items():
        for amount in amounts:
            world.bill(str(next(numbers)), amount, day)
    world.books("pay-due", code=0)
    world.today = LATER
    return world


def day_of(world: World, day: str, opening: str, closing: str, amount: str) -> bytes:
    batch = f"<MsgId>{message_of(world)}</MsgId><NbOfTxs>2</NbOfTxs>"
    line = lump(amount, day, f"R{day}", batch)
    return stated(opening, closing, line, day=day)


def test_sums_that_name_the_message_alone_are_those_of_their_days(two_days: World):
    world, two_days.today = two_days, "2026-11-09"
    first = day_of(world, "2026-11-05", "250000.00", "247000.00", "3000.00")
    second = day_of(world, "2026-11-09", "247000.00", "239500.00", "7500.00")

    take_in(world, 0, first=first)

    assert [states(world)[each] for each in DAYS["2026-11-09"]] == ["transmitted"] * 2
    take_in(world, 0, second=second)
    assert set(states(world).values()) == {"booked"}
    assert is_proved(world)


def test_a_sum_that_fits_nothing_says_nothing_of_the_payments_of_other_days(
    two_days: World,
):
    world = two_days
    first = day_of(world, "2026-11-05", "250000.00", "247000.50", "2999.50")

    take_in(world, first=first)

    found = states(world)
    assert [found[each] for each in DAYS["2026-11-05"]] == ["booked-otherwise"] * 2
    assert [found[each] for each in DAYS["2026-11-09"]] == ["transmitted"] * 2
    later = {p["open_item"]: p["state"] for p in world.json("payables")}
    assert sorted(later.values()) == ["held", "held", "in-flight", "in-flight"]
    take_in(world, second=day_of(world, "2026-11-09", "247000.50", "239500.50", "7500.00"))
    found = states(world)
    assert [found[each] for each in DAYS["2026-11-09"]] == ["booked"] * 2


def test_what_a_statement_has_shown_alone_is_in_no_later_sum(two_days: World):
    world, two_days.today = two_days, "2026-11-06"
    alone, other = (
        next(p["end_to_end_id"] for p in world.json("payments") if p["amount"] == amount)
        for amount in DAYS["2026-11-05"]
    )
    line = debit("1000.00", "2026-11-05", "R1", alone)
    take_in(world, 0, first=stated("250000.00", "249000.00", line, day="2026-11-05"))
    batch = f"<MsgId>{message_of(world)}</MsgId><NbOfTxs>1</NbOfTxs>"
    rest = lump("2000.00", "2026-11-06", "R2", batch)
    take_in(world, 0, second=stated("249000.00", "247000.00", rest, day="2026-11-06"))

    booked = {p["end_to_end_id"]: p["booked"] for p in world.json("payments")}
    assert (booked[alone], booked[other]) == ("2026-11-05", "2026-11-06")


def by_amount(world: World) -> dict[str, dict]:
    return {each["amount"]: each for each in world.json("payments")}


@pytest.fixture
def rejected(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Three bills in one part: the bank pays two of them in one sum, and rejects one."""
    ticks = iter(range(100_000))
    start = dt.datetime(2026, 11, 12, 8, 0, tzinfo=dt.UTC)
    monkeypatch.setattr(
        wiring.Clock,
        "recorded_at",
        lambda _: f"{start + dt.timedelta(seconds=next(ticks)):%Y-%m-%dT%H:%M:%SZ}",
    )
    for number, amount in (("10023", "1000"), ("10024", "2000"), ("10025", "4000")):
        world.bill(number, f"{amount}.00", "2026-11-05")
    world.books("pay-due", code=0)
    world.today = "2026-11-06"
    return world


def files_of(world: World) -> dict[str, bytes]:
    message = message_of(world)
    name = by_amount(world)["4000.00"]["end_to_end_id"]
    batch = f"<PmtInfId>{message}-1</PmtInfId><NbOfTxs>2</NbOfTxs>"
    line = lump("3000.00", "2026-11-05", "R1", batch)
    return {
        "statement": stated("250000.00", "247000.00", line, day="2026-11-05"),
        "answer": answered(message, f"{message}-1", "RJCT", name),
    }


ENDED = {"1000.00": "booked", "2000.00": "booked", "4000.00": "rejected"}


def answers(world: World) -> list[object]:
    return [world.json(each) for each in ("payments", "unmatched", "payables", "status")]


def explained(world: World) -> World:
    """The sum first, and then the answer that explains it."""
    for name, data in files_of(world).items():
        take_in(world, **{name: data})
    return world


@pytest.mark.parametrize(
    "runs",
    [
        [("statement",), ("answer",)],
        [("answer",), ("statement",)],
        [("statement", "answer")],
        [("answer", "statement")],
    ],
    ids=["sum first", "answer first", "at once", "at once too"],
)
def test_what_the_bank_rejects_explains_the_sum_in_any_order(rejected: World, runs):
    files = files_of(rejected)

    for names in runs:
        take_in(rejected, **{name: files[name] for name in names})

    assert states(rejected) == ENDED
    assert is_proved(rejected)
    (bill,) = rejected.json("payables")
    assert (bill["state"], bill["amount"]) == ("held", "4000.00")
    assert "rejected by the bank" in bill["reason"]
    assert [each["ref"] for each in rejected.json("unmatched")] == [bill["open_item"]]
    assert "1579" not in (rejected.books("status").out)
    rejected.books("lock", "2026-11-05", code=0)


def test_a_sum_is_not_explained_by_half_of_what_it_lacks(rejected: World):
    files = files_of(rejected)
    other = by_amount(rejected)["2000.00"]["end_to_end_id"]
    message = message_of(rejected)

    take_in(rejected, statement=files["statement"])
    take_in(rejected, answer=answered(message, f"{message}-1", "RJCT", other))

    assert states(rejected) == {
        "1000.00": "booked-otherwise",
        "2000.00": "rejected",
        "4000.00": "booked-otherwise",
    }
    assert by_amount(rejected)["1000.00"]["alarms"]
    rejected.books("lock", "2026-11-05", code=1)


def test_what_explained_a_sum_is_written_again_where_books_and_store_are_lost(
    rejected: World,
):
    before = rejected.folder.parent / "before"
    shutil.copytree(rejected.folder, before)
    explained(rejected)
    told = answers(rejected)
    vouchers = (rejected.folder / "bank/2026/11.beancount").read_text("utf-8")

    (rejected.folder / ".books" / "store.sqlite").unlink()
    assert answers(rejected) == told

    shutil.rmtree(rejected.folder / "bank/2026")
    shutil.copytree(before / "bank/2026", rejected.folder / "bank/2026")
    shutil.rmtree(rejected.folder / ".books")
    rejected.books("rebuild", code=0)
    assert answers(rejected) == told
    written = (rejected.folder / "bank/2026/11.beancount").read_text("utf-8")
    assert sorted(written.splitlines()) == sorted(vouchers.splitlines())
    assert is_proved(rejected)


def test_the_details_of_an_explained_sum_confirm_it(rejected: World):
    world = explained(rejected)
    names = by_amount(world)

    for amount in ("1000.00", "2000.00"):
        told = debit(amount, "2026-11-05", f"D{amount}", names[amount]["end_to_end_id"])
        done = take_in(world, **{f"n{amount}": notified(told, day="2026-11-05")})
        assert (done["posted"], done["parked"]) == (0, 0)

    assert states(world) == ENDED
    assert is_proved(world)


def test_a_person_may_undo_what_explained_a_sum(rejected: World):
    world = explained(rejected)
    voucher = world.json("why", "lf-L10001-10023")["steps"]
    number = next(
        step["voucher"] for step in reversed(voucher) if "B2026" in str(step.get("voucher"))
    )

    world.books("undo", number, "--reason", "feil", code=0)

    assert states(world) == {
        "1000.00": "booked-otherwise",
        "2000.00": "booked-otherwise",
        "4000.00": "rejected",
    }
    world.books("reconcile", code=3)
    assert states(world)["1000.00"] == "booked-otherwise", "it is the person's now"
    (money,) = [e for e in world.json("unmatched") if e["ref"].startswith("detail/")]
    world.books("match", money["ref"], "lf-L10001-10023", "lf-L10001-10024", code=0)
    assert is_proved(world)


def came_back(amount: str, day: str, batch: str) -> str:
    """A sum that the bank takes back: a credit with RvslInd, and no RRTN."""
    taken_back = "CRDT</CdtDbtInd><RvslInd>true</RvslInd>"
    return lump(amount, day, "BACK", batch).replace("DBIT</CdtDbtInd>", taken_back)


@pytest.fixture
def paid_in_sums(two_days: World) -> World:
    """Both sums are booked."""
    first = day_of(two_days, "2026-11-05", "250000.00", "247000.00", "3000.00")
    second = day_of(two_days, "2026-11-09", "247000.00", "239500.00", "7500.00")
    two_days.today = "2026-11-11"
    take_in(two_days, 0, first=first, second=second)
    return two_days


def test_a_sum_that_comes_back_opens_all_that_it_has_paid(paid_in_sums: World):
    world = paid_in_sums
    batch = f"<PmtInfId>{message_of(world)}-2</PmtInfId><NbOfTxs>2</NbOfTxs>"
    back = came_back("7500.00", "2026-11-10", batch)

    take_in(world, third=stated("239500.00", "247000.00", back, day="2026-11-10"))

    found = states(world)
    assert [found[each] for each in DAYS["2026-11-09"]] == ["returned"] * 2
    assert [found[each] for each in DAYS["2026-11-05"]] == ["booked"] * 2
    held = {p["amount"]: (p["state"], p["reason"]) for p in world.json("payables")}
    why = "returned by the bank: RvslInd Tilbakeført av banken"
    assert held == dict.fromkeys(DAYS["2026-11-09"], ("held", why))
    assert {"failed"} == {row["kind"] for row in world.json("unmatched", code=3)}
    assert is_proved(world)


def test_details_that_tell_what_came_back_in_a_sum_confirm_it(paid_in_sums: World):
    world = paid_in_sums
    batch = f"<PmtInfId>{message_of(world)}-2</PmtInfId><NbOfTxs>2</NbOfTxs>"
    back = came_back("7500.00", "2026-11-10", batch)
    names = {p["amount"]: p["end_to_end_id"] for p in world.json("payments")}
    told = [
        debit(amount, "2026-11-10", f"B{amount}", names[amount]).replace(
            "DBIT</CdtDbtInd>", "CRDT</CdtDbtInd><RvslInd>true</RvslInd>"
        )
        for amount in DAYS["2026-11-09"]
    ]
    take_in(world, details=notified(*told, day="2026-11-10"))

    take_in(world, third=stated("239500.00", "247000.00", back, day="2026-11-10"))

    assert [states(world)[each] for each in DAYS["2026-11-09"]] == ["returned"] * 2
    (account,) = world.json("status", code=3)["accounts"]
    assert account["clearing"] == "0.00"
    assert is_proved(world)


def test_a_sum_that_comes_back_in_part_is_given_to_bills_by_a_person(paid_in_sums: World):
    world = paid_in_sums
    batch = f"<PmtInfId>{message_of(world)}-2</PmtInfId><NbOfTxs>2</NbOfTxs>"
    back = came_back("4500.00", "2026-11-10", batch)

    take_in(world, third=stated("239500.00", "244000.00", back, day="2026-11-10"))

    (row,) = world.json("unmatched", code=3)
    assert "4500.00 NOK kom tilbake" in row["reason"]
    offered = {each["amount"]: each["open_item"] for each in row["candidates"]}
    assert set(offered) == set(DAYS["2026-11-09"])
    assert [states(world)[each] for each in DAYS["2026-11-09"]] == ["booked"] * 2
    world.books("match", row["ref"], offered["4500.00"], code=0)
    assert [states(world)[e] for e in DAYS["2026-11-09"]] == ["booked", "returned"]
    assert is_proved(world)


def echoed(
    world: World, amount: str, *, count: int | None = None, account: str = ""
) -> str:
    """A sum of ours with one TxDtls: it echoes our PmtInfId, and names no payment."""
    told = detail(amount, way="DBIT", account=account or None)
    part = f"<Refs><PmtInfId>{message_of(world)}-1</PmtInfId></Refs>"
    told = told.replace("<Refs></Refs>", "").replace("<TxDtls>", f"<TxDtls>{part}")
    day = "2026-11-05"
    return booked(amount, told, day=day, way="DBIT", reference="L1", lump=count)


def of_first_day(world: World, amount: str, entry: str) -> bytes:
    return stated("250000.00", f"{250000 - float(amount):.2f}", entry, day="2026-11-05")


@pytest.mark.parametrize("count", [None, 2])
def test_one_detail_with_our_payment_information_id_is_the_sum_of_its_payments(
    two_days: World, count: int | None
):
    world = two_days
    entry = echoed(world, "3000.00", count=count)

    take_in(world, 0, first=of_first_day(world, "3000.00", entry))

    found = states(world)
    assert [found[each] for each in DAYS["2026-11-05"]] == ["booked"] * 2
    assert [found[each] for each in DAYS["2026-11-09"]] == ["transmitted"] * 2
    assert world.json("status")["accounts"][0]["clearing"] == "0.00"
    (voucher,) = {
        each["voucher"]
        for each in world.json("why", "lf-L10001-10023")["steps"]
        if str(each.get("voucher", "")).startswith("B2026")
    }
    assert "Sumpost" in str(world.json("why", voucher))
    assert is_proved(world)
    world.books("rebuild", code=0)
    assert states(world) == found
    # what tells the payments one by one confirms them
    names = {each["amount"]: each["end_to_end_id"] for each in world.json("payments")}
    notices = (debit(a, "2026-11-05", f"D{a}", names[a]) for a in DAYS["2026-11-05"])
    run = take_in(world, 0, details=notified(*notices, day="2026-11-05"))
    assert run["posted"] == 0


def test_camt_054_with_one_such_detail_settles_before_the_statement(two_days: World):
    world = two_days
    notice = detail_files.notified(echoed(world, "3000.00"), day="2026-11-05")
    take_in(world, 0, details=notice)
    found = states(world)
    assert [found[each] for each in DAYS["2026-11-05"]] == ["booked"] * 2

    line = booked("3000.00", day="2026-11-05", way="DBIT", reference="L1")
    take_in(world, 0, first=of_first_day(world, "3000.00", line))

    assert world.json("status")["accounts"][0]["clearing"] == "0.00"
    assert is_proved(world)


@pytest.mark.parametrize(
    ("amount", "account", "settled"),
    [
        ("2999.00", "", []),  # no set of its payments makes it
        ("3000.00", "15032080119", []),  # paid to one account: it is one payment
        ("1000.00", "", ["1000.00"]),  # one payment of the part
    ],
)
def test_what_is_not_the_sum_of_the_part_is_none(
    two_days: World, amount: str, account: str, settled: list[str]
):
    world = two_days
    entry = echoed(world, amount, account=account)

    take_in(world, first=of_first_day(world, amount, entry))

    found = [each for each, state in states(world).items() if state == "booked"]
    assert found == settled


def test_why_goes_from_the_file_that_we_sent_to_the_line_of_the_bank(two_days: World):
    """By the file, the part and the bill: a part of a sum stands on the line of the sum."""
    world = two_days
    take_in(
        world, 0, first=day_of(world, "2026-11-05", "250000.00", "247000.00", "3000.00")
    )
    (outbox,) = (world.folder / "bank/outbox").glob("*.xml")
    parts = re.findall("<PmtInfId>([^<]+)<", outbox.read_text("utf-8"))
    keys = {each["end_to_end_id"] for each in world.json("payments")}

    whole = world.json("why", str(outbox))["steps"]
    shown = world.books("why", str(outbox)).out
    of_part = [world.json("why", part)["steps"] for part in parts]

    assert named(whole, "end_to_end_id") == keys
    assert "B2026-1" in named(whole, "voucher")
    assert f"message {message_of(world)}" in shown
    assert "4 payments, 10 500.00 NOK" in shown
    assert len(parts) == len(DAYS)
    assert set.union(*(named(each, "end_to_end_id") for each in of_part)) == keys
    assert all(len(named(each, "end_to_end_id")) == 2 for each in of_part)
    (bill, *_) = sorted(named(whole, "open_item"))
    (place,) = named(world.json("why", bill)["steps"], "file_place")
    assert place.startswith("first.xml:")
    assert place.endswith("Stmt[1]/Ntry[1]")


def named(steps: list[dict[str, str]], what: str) -> set[str]:
    return {step[what] for step in steps if step.get(what)}
