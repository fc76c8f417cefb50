"""Each named fault does what it says, by the seed, and money stays right all the same."""

from __future__ import annotations

import pytest
from lxml import etree
from payment_files import ACCOUNT, payment, simple
from return_files import read

from simulator import faults


def day_of(bank, *armed: str, payments=2, booking="", days=1):
    """Arm faults, then let one day with payments and receipts pass; return the files."""
    for fault in armed:
        bank("fault", *fault.split())
    lines = [payment(f"E-{n}") for n in range(1, payments + 1)]
    bank.upload(simple(*lines, booking=booking))
    bank("approve", "--all", "--as", "Kari")
    bank("pay-in", ACCOUNT, "--amount", "50", "--kid", "123456782", "--from-name", "Ås")
    bank("advance", "--to", f"2026-11-0{3 + days}T07:00")
    return bank.collect()


def kinds(paths) -> list[str]:
    return [path.name.split(".")[3] for path in paths]


def test_every_fault_can_be_armed_and_is_listed(bank):
    for fault in faults.FAULTS:
        bank("fault", fault.name)

    found = bank("fault")

    assert len(found["armed"]) == len(found["known"]) == len(faults.FAULTS)


@pytest.mark.parametrize(
    "arguments",
    [["fly"], ["truncate", "by=3"], ["truncate", "percent"], ["truncate", "count=0"],
     ["other_amount", "ore=many"],
     ["other_account", "to=15030000028"],
        ["encoding", "kind=ebcdic"],
        ["unknown_credit", "amount=some"]],
)  # fmt: skip
def test_a_fault_that_cannot_be_is_refused(bank, arguments):
    assert bank.run("fault", *arguments).code == (1 if arguments == ["fly"] else 2)


def test_silent_and_late_answers(bank):
    bank("fault", "silent")
    bank("fault", "ack_delay", "minutes=90")
    bank.upload(simple(payment("E-1")))
    assert bank.collect() == []

    bank("advance", "--to", "2026-11-02T10:29")
    assert bank.collect() == []

    bank("advance", "--to", "2026-11-02T10:30")
    assert ["ACCP" in path.read_text() for path in bank.collect()] == [True]


def test_a_cut_file_comes_whole_a_day_later(bank):
    cut = day_of(bank, "truncate only=C053 percent=50", days=0)[-1]
    with pytest.raises(etree.XMLSyntaxError):
        etree.parse(cut)

    bank("advance", "--days", "1")

    assert sorted(read(p)[0].day[-1] for p in bank.collect()) == ["2", "3"]


def test_one_bit_is_turned_where_the_seed_says(bank):
    (spoilt,) = [p for p in day_of(bank, "bitflip only=C053", days=0) if ".C053." in p.name]
    bank("advance", "--days", "1")
    whole = bank.collect()[0].read_bytes()

    different = [a ^ b for a, b in zip(spoilt.read_bytes(), whole, strict=True) if a != b]
    assert [one.bit_count() for one in different] == [1]


@pytest.mark.parametrize(
    ("kind", "start"),
    [("bom", b"\xef\xbb\xbf<?xml"), ("latin-1", b"<?xml"), ("utf-16", b"\xff\xfe<\x00")],
)
def test_another_encoding_holds_the_same_text(bank, kind, start):
    paths = day_of(bank, f"encoding only=C053 kind={kind}")
    body = next(path for path in paths if ".C053." in path.name).read_bytes()

    assert body.startswith(start)
    assert etree.fromstring(body).findtext(".//{*}Dbtr/{*}Nm") == "Ås"


def test_a_file_comes_twice_late_or_under_an_old_name(bank):
    assert kinds(day_of(bank, "dup_file only=C053 times=2", days=0)) == [
        "P002", "P002", "C053", "C053", "C053",
    ]  # fmt: skip


def test_a_statement_comes_after_its_successor(bank):
    paths = day_of(bank, "reorder only=C053 hours=30", days=2)

    assert [read(p)[0].day[-1] for p in paths if ".C053." in p.name] == ["3", "2", "4"]


def test_a_statement_is_missing_for_days(bank):
    paths = day_of(bank, "gap_in_statement days=2", days=1)
    assert [read(p)[0].day[-1] for p in paths if ".C053." in p.name] == ["3"]

    bank("advance", "--days", "1")

    assert [read(p)[0].day[-1] for p in bank.collect()] == ["2", "4"]


def test_a_name_is_used_again(bank):
    bank("fault", "outbox_name_collision", "only=P002")
    bank.upload(simple(payment("E-1")))
    bank("advance", "--days", "1")
    names = [one["name"] for one in _files(bank)]
    assert len(names) == len(set(names))  # nothing of that kind came before

    bank("fault", "outbox_name_collision", "only=P002")
    bank.upload(simple(payment("E-2"), message_id="M-2"))

    assert len(_files(bank)) - len({one["name"] for one in _files(bank)}) == 1


def _files(bank):
    from simulator import state

    opened = state.open_bank(bank.folder)
    try:
        return opened.rows("SELECT name FROM file")
    finally:
        opened.connection.close()


def test_the_other_version(bank, shared):
    path = next(p for p in day_of(bank, "version") if ".C053." in p.name)

    schema = etree.XMLSchema(etree.parse(shared / "xsd" / "camt.053.001.08.xsd"))
    schema.assertValid(etree.parse(path))


def test_a_statement_in_two_pages_adds_up(bank, shared):
    bank("charge", ACCOUNT, "--amount", "1")
    paths = [p for p in day_of(bank, "camt_pages", days=0) if ".C053." in p.name]

    schema = etree.XMLSchema(etree.parse(shared / "xsd" / "camt.053.001.02.xsd"))
    entries = 0
    for path, last in zip(paths, ("false", "true"), strict=True):
        tree = etree.parse(path)
        schema.assertValid(tree)
        assert tree.findtext(".//{*}LastPgInd") == last
        entries += len(list(tree.iter("{*}Ntry")))
    assert entries == 2


def test_a_statement_of_a_strangers_account(bank):
    paths = [
        p for p in day_of(bank, "wrong_account_statement", days=1) if ".C053." in p.name
    ]

    assert [read(p)[0].number for p in paths] == ["99990000006", ACCOUNT, ACCOUNT]


def test_a_reissued_statement_has_the_same_number_and_more_entries(bank):
    paths = [p for p in day_of(bank, "reissued_statement", days=1) if ".C053." in p.name]

    wrong, right, following = sorted(
        (read(p)[0] for p in paths), key=lambda s: (s.day, len(s.entries))
    )
    assert (wrong.sequence, right.sequence) == (1, 1)
    assert (len(wrong.entries), len(right.entries)) == (0, 1)
    assert right.closing == following.opening


def test_accepted_and_yet_not_executed(bank):
    day_of(bank, "late_reject")

    assert sorted(bank.states().values()) == ["booked", "rejected MS03"]


def test_half_a_run_now_and_half_in_the_next(bank):
    day_of(bank, "partial_batch")

    assert sorted(m["booked_at"][-8:] for m in bank("journal") if m["end_to_end_id"]) == [
        "00:00:00", "08:45:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "booking", "entries"),
    [
        ("batch_booked", "false", 1),
        ("batch_booked", "true", 1),
        ("split_booking", "true", 2),
    ],
)
def test_entries_are_lumped_otherwise_than_asked(bank, fault, booking, entries):
    day_of(bank, fault, booking=booking)

    paid = {m["entry_reference"] for m in bank("journal") if m["end_to_end_id"]}
    assert len(paid) == entries


def test_another_amount_than_ordered(bank):
    day_of(bank, "other_amount ore=7")

    assert sorted(m["amount_ore"] for m in bank("journal") if m["end_to_end_id"]) == [
        -10007,
        -10000,
    ]


def test_another_account_than_ordered(bank):
    paths = day_of(bank, "other_account to=15101234565")

    paid = [m for m in bank("journal") if m["end_to_end_id"]]
    assert [m["counterparty_account"] for m in paid].count("15101234565") == 1
    assert any("15101234565" in path.read_text() for path in paths)


def test_a_payment_is_booked_once_more(bank):
    day_of(bank, "booked_twice")

    paid = [m for m in bank("journal") if m["end_to_end_id"]]
    assert sorted(m["end_to_end_id"] for m in paid) == ["E-1", "E-1", "E-2"]
    assert {m["amount_ore"] for m in paid} == {-10000}


def test_money_from_nobody(bank):
    day_of(bank, "unknown_credit amount=777.77")

    stray = next(m for m in bank("journal") if m["amount_ore"] == 77777)
    assert (stray["kid"], stray["counterparty"], stray["text"]) == (None, None, None)


def test_a_receipt_is_taken_back_the_next_day(bank):
    paths = day_of(bank, "reversed_entry")

    assert [m["amount_ore"] for m in bank("journal") if m["kid"]] == [5000, -5000]
    assert any("<RvslInd>true</RvslInd>" in path.read_text() for path in paths)


def test_the_banks_clock_is_wrong_in_one_file(bank):
    paths = [p for p in day_of(bank, "clock_skew minutes=-90") if ".C053." in p.name]

    assert "<CreDtTm>2026-11-03T04:30:00+01:00</CreDtTm>" in paths[0].read_text()


def test_with_every_fault_of_content_the_statements_still_form_a_chain(bank):
    content = [f.name for f in faults.FAULTS if f.group == "content"]
    paths = [p for p in day_of(bank, *content, payments=4, days=3) if ".C053." in p.name]

    balance = 10_000_000
    for path in paths:
        one = read(path)[0]
        assert one.opening == balance
        balance = one.closing
    assert balance == bank.balance()


def test_the_same_faults_do_the_same_harm(new_bank):
    armed = ("bitflip only=C053", "late_reject", "dup_file", "truncate only=P002")
    worlds = []
    for name in ("one", "two"):
        bank = new_bank("--camt054", name=f"{name}/bank")
        worlds.append([path.read_bytes() for path in day_of(bank, *armed)])

    assert worlds[0] == worlds[1]
