"""The proof finds what is wrong, names the first of it, and is quiet when nothing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from books_on_disk import BANK, BILL, CLEARING, SUPPLIER, TOML, books, make
from samples import amount, item, payment, remittance

from ledger import bank_proof, payment_lines, verification
from ledger.archive import Archive
from ledger.bank_proof import StatedDay, StatedEntry, prove, stated_days
from ledger.books import load
from ledger.books import payload as text_of_all
from ledger.journal import Journal, month_file
from ledger.manifest import manifest_event
from ledger.open_items import OpenItems
from ledger.payments import PaymentStanding, PaymentState
from ledger.store import Store
from ledger.vouchers import Series, heads, sealed

NOVEMBER = "2026-11-{:02d}"


def posting(day: int, kroner: str, ref: str = "A") -> str:
    other = -Decimal(kroner)
    return (
        f'\n2026-11-{day:02d} * "Banken" "x"\n'
        f'  bank-ref: "statement/86011117947/2026-11-{day:02d}/{ref}"\n'
        f"  {BANK}  {kroner} NOK\n  Expenses:7770-Bankgebyr  {other} NOK\n"
    )


def stated(
    day: int, opening: str, *entries: str, closing: str | None = None, source="f.xml"
):
    """`stated(20, "100.00", "-25.00")`: a day that opens with 100 and closes with 75."""
    total = sum(map(Decimal, entries), Decimal(opening))
    return StatedDay(
        date=date(2026, 11, day),
        opening=amount(f"{opening} NOK"),
        closing=amount(f"{closing or total} NOK"),
        entries=tuple(
            StatedEntry(amount(f"{each} NOK"), f"R{n}", f"{source}:{n}: Ntry[{n}]")
            for n, each in enumerate(entries, 1)
        ),
        source=source,
    )


def proof_of(tmp_path, text, days):
    found = books(tmp_path, bank=text)
    return prove(found.company.bank_accounts[0], days, found)


# The bank, day by day ----------------------------------------------------------------

TWO_DAYS = [stated(20, "0.00", "500.00", "-200.00"), stated(23, "300.00", "-25.50")]
POSTED = posting(20, "500.00", "A") + posting(20, "-200.00", "B") + posting(23, "-25.50")


def test_an_account_is_proven_to_the_last_day_that_a_statement_tells(tmp_path):
    proof = proof_of(tmp_path, POSTED, TWO_DAYS)

    assert proof.problem is None
    assert (proof.proved_to, proof.days, proof.entries) == (date(2026, 11, 23), 2, 3)
    assert str(proof) == "86011117947: to 2026-11-23, 2 days, 3 entries"


ACCEPTED = '\n2026-11-20 custom "accepted-gap" "86011117947" 2026-11-23\n  by: "kari"\n'


def test_a_gap_that_a_person_has_accepted_is_proven_by_the_next_opening(tmp_path):
    given_up = posting(20, "500.00") + posting(23, "-200.00", "gap") + posting(23, "-25.50")
    days = [stated(20, "0.00", "500.00"), stated(23, "300.00", "-25.50")]

    proof = proof_of(tmp_path, given_up + ACCEPTED, days)

    assert (proof.problem, proof.proved_to) == (None, date(2026, 11, 23))
    assert str(proof).endswith(
        "statements before 2026-11-23 are missing, which a person has accepted"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (posting(23, "-25.50"), "entry -200.00 NOK is not in the books"),
        (posting(23, "-150.00", "gap") + posting(23, "-25.50"), "entry -200.00 NOK"),
        (posting(22, "-200.00") + posting(23, "-25.50"), "the books open with 300.00"),
    ],
)
def test_an_accepted_gap_excuses_no_other_sum(tmp_path, text, problem):
    days = [stated(20, "0.00", "500.00"), stated(23, "300.00", "-25.50")]

    proof = proof_of(tmp_path, posting(20, "500.00") + text + ACCEPTED, days)

    assert problem in proof.problem


def test_what_is_posted_between_two_statements_is_named_though_it_sums_to_nothing(tmp_path):
    days = [stated(20, "0.00", "500.00"), stated(24, "500.00", "-25.50")]
    between = posting(22, "70.00", "B") + posting(22, "-70.00", "C")

    proof = proof_of(
        tmp_path, posting(20, "500.00") + between + posting(24, "-25.50"), days
    )

    assert "a posting of 2026-11-22, 70.00 NOK: on no statement" in proof.problem


def test_an_accepted_gap_is_for_its_own_day(tmp_path):
    days = [stated(20, "0.00", "500.00"), stated(24, "300.00", "-25.50")]
    text = posting(20, "500.00") + posting(24, "-200.00", "gap") + posting(24, "-25.50")

    proof = proof_of(tmp_path, text + ACCEPTED, days)

    assert "a statement is missing" in proof.problem


@pytest.mark.parametrize(
    "days",
    [
        [*TWO_DAYS, *TWO_DAYS],  # the same file again under another name
        list(reversed(TWO_DAYS)),  # in another order
        [stated(20, "0.00", "500.00"), stated(20, "500.00", "-200.00"), TWO_DAYS[1]],
        [stated(20, "500.00", "-200.00"), stated(20, "0.00", "500.00"), TWO_DAYS[1]],
        [*TWO_DAYS, stated(24, "274.50"), stated(25, "274.50")],  # days without entries
        [stated(20, "0.00"), *TWO_DAYS],
    ],
    ids=["again", "reversed", "in two parts", "parts reversed", "quiet days", "quiet part"],
)
def test_how_the_days_are_told_makes_no_difference(tmp_path, days):
    proof = proof_of(tmp_path, POSTED, days)

    assert proof.problem is None
    assert proof.entries == 3


@pytest.mark.parametrize(
    ("text", "days", "proved", "says"),
    [
        (  # an entry is missing in the books
            posting(20, "500.00") + posting(23, "-25.50"),
            TWO_DAYS,
            None,
            "2026-11-20: f.xml:2: Ntry[2]: entry R2 -200.00 NOK is not in the books",
        ),
        (  # one øre
            posting(20, "500.00") + posting(20, "-200.01", "B") + posting(23, "-25.50"),
            TWO_DAYS,
            None,
            "2026-11-20: f.xml:2: Ntry[2]: entry R2 -200.00 NOK is not in the books",
        ),
        (  # one posting too many, on a day of the statement
            POSTED + posting(23, "-1.00", "X"),
            TWO_DAYS,
            20,
            "bank/2026/11.beancount:19: a posting of 2026-11-23, -1.00 NOK: on no statement",
        ),
        (  # the same amount twice, told once
            POSTED + posting(23, "-25.50", "X"),
            TWO_DAYS,
            20,
            "on no statement",
        ),
        (  # between two statements
            POSTED + posting(21, "-1.00", "X"),
            TWO_DAYS,
            20,
            "the books open with 299.00 NOK, the bank with 300.00 NOK: bank/2026/11.beancount",
        ),
        (  # after the last statement
            POSTED + posting(24, "-1.00", "X"),
            TWO_DAYS,
            23,
            "a posting of 2026-11-24, -1.00 NOK: no statement in the archive tells of it",
        ),
        (  # before the first statement
            posting(2, "-1.00", "X") + POSTED,
            TWO_DAYS,
            None,
            "2026-11-20: the books open with -1.00 NOK, the bank with 0.00 NOK",
        ),
        (  # a statement is missing
            posting(20, "500.00") + posting(23, "-25.50"),
            [stated(20, "0.00", "500.00"), stated(23, "300.00", "-25.50")],
            20,
            "opens with 300.00 NOK, and the bank's balance before it is 500.00 NOK; a state",
        ),
        (  # one day told in two ways
            POSTED,
            [*TWO_DAYS, stated(20, "0.00", "500.00", "-199.00", source="g.xml")],
            None,
            "g.xml closes with 301.00 NOK and f.xml with 300.00 NOK: the bank has told this",
        ),
        (POSTED, [], None, "no statement in the archive tells of it"),
    ],
)
def test_the_first_thing_that_is_wrong_is_named(tmp_path, text, days, proved, says):
    proof = proof_of(tmp_path, text, days)

    assert proof.problem is not None
    assert says in proof.problem
    assert proof.proved_to == (date(2026, 11, proved) if proved else None)


def test_two_wrongs_that_cancel_out_are_found(tmp_path):
    """The balance is right, and two entries are not what the bank says."""
    wrong = posting(20, "400.00") + posting(20, "-100.00", "B") + posting(23, "-25.50")

    assert (
        "R1 500.00 NOK is not in the books" in proof_of(tmp_path, wrong, TWO_DAYS).problem
    )


def test_a_statement_of_which_nothing_is_posted_waits(tmp_path):
    posted = posting(20, "500.00", "A") + posting(20, "-200.00", "B")

    proof = proof_of(tmp_path, posted, TWO_DAYS)

    assert proof.problem is None
    assert proof.proved_to == date(2026, 11, 20)
    assert "the statement of 2026-11-23 is not posted yet" in str(proof)


def test_a_day_that_is_posted_in_part_does_not_wait(tmp_path):
    days = [TWO_DAYS[0], stated(23, "300.00", "-25.50", "-1.00")]

    assert "-1.00 NOK is not in the books" in proof_of(tmp_path, POSTED, days).problem


def test_the_opening_of_books_toml_is_what_the_books_hold(tmp_path):
    toml = TOML.replace('opening = "0.00"', 'opening = "100.00"')
    found = books(tmp_path, bank=POSTED, toml=toml)

    proof = prove(found.company.bank_accounts[0], TWO_DAYS, found)

    assert "the books hold 0.00 NOK on the morning of 2026-11-01" in proof.problem


CAMT_053 = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>S-1</MsgId><CreDtTm>2026-11-21T06:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S-1</Id><ElctrncSeqNb>221</ElctrncSeqNb><CreDtTm>2026-11-21T06:00:00</CreDtTm>
<Acct><Id><Othr><Id>86011117947</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id>
<Ccy>NOK</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="NOK">0.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="NOK">CLOSING</Amt>
<CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>
<Ntry><Amt Ccy="NOK">500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>
<AcctSvcrRef>A</AcctSvcrRef><BkTxCd><Prtry><Cd>x</Cd></Prtry></BkTxCd></Ntry>
<Ntry><Amt Ccy="NOK">800.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd>
<Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>
<AcctSvcrRef>B</AcctSvcrRef><BkTxCd><Prtry><Cd>x</Cd></Prtry></BkTxCd></Ntry>
<Ntry><Amt Ccy="NOK">77.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts>
<BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>
<AcctSvcrRef>C</AcctSvcrRef><BkTxCd><Prtry><Cd>x</Cd></Prtry></BkTxCd></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""
RECEIVED = {"event": "received", "name": "camt053-1120.xml", "channel": "c", "at": "t"}


def statement(closing="300.00") -> bytes:
    return CAMT_053.replace("CLOSING", closing).encode()


def test_days_are_read_from_archived_statements(tmp_path):
    archive = Archive(tmp_path)
    archive.add(statement(), "xml", RECEIVED)
    archive.add(b"not a bank file, but camt.053 is in it", "txt", RECEIVED)
    archive.add(statement("299.00"), "xml", RECEIVED)  # in quarantine: it does not add up
    archive.add(statement().replace(b"053", b"054"), "xml", RECEIVED)

    (day,) = stated_days(archive)["86011117947"]

    assert (day.opening, day.closing) == (amount("0.00 NOK"), amount("-300.00 NOK"))
    assert [entry.amount for entry in day.entries] == [
        amount("500.00 NOK"),
        amount("-800.00 NOK"),
    ]
    assert day.entries[0].place.startswith("camt053-1120.xml:")
    assert day.date == date(2026, 11, 20)


def test_the_bank_check_tells_each_account(tmp_path):
    found = books(tmp_path, bank=posting(20, "500.00") + posting(20, "-800.00", "B"))
    archive = Archive(tmp_path)
    archive.add(statement(), "xml", RECEIVED)

    check = verification.bank_agrees(found, archive)

    assert check.ok
    assert check.detail == "86011117947: to 2026-11-20, 1 days, 2 entries"
    archive.path(next(archive.hashes())).unlink()
    assert not verification.bank_agrees(found, archive).ok


# The books themselves ----------------------------------------------------------------


@pytest.fixture
def world(tmp_path):
    """Books with a bill that we paid and the bank booked, all written by the journal."""
    folder = make(tmp_path / "books", BILL, bank="")
    archive = Archive(folder)
    order = remittance(
        "M-7KQ2",
        payment("E-7KQ2", item("lf-L10001-10023", "12500.00 NOK"), kid="0010023000"),
    )
    sha = archive.add(b"<pain/>", "xml", {"event": "sent", "name": "x"})
    order = replace(order, sha256=sha)
    archive.append(sha, manifest_event(order))
    store = Store.in_memory()
    journal = Journal(folder, store)
    path = month_file(folder, "bank", date(2026, 11, 2))
    lines = payment_lines.lines_of(order, date(2026, 11, 2), "kari")
    journal.commit({path: load(folder).checked_payload(lines)}, lambda _: None)
    settled = f"""
2026-11-20 * "Fjellkraft AS" "Betaling faktura 10023"
  voucher: "B2026-1"
  document: "../archive/{sha[:2]}/{sha}.xml"
  {SUPPLIER}   12500.00 NOK
    open-item: "lf-L10001-10023"
    movement: "detail/86011117947/2026-11-20/AS0012345"
    end-to-end-id: "E-7KQ2"
  {CLEARING}  -12500.00 NOK

2026-11-20 * "Banken" "Betalinger"
  voucher: "B2026-2"
  bank-ref: "statement/86011117947/2026-11-20/AS0012345"
  {CLEARING}  12500.00 NOK
  {BANK}  -12500.00 NOK
"""
    drafts = [
        each
        for each in _parsed(tmp_path / "drafts", settled)
        if str(each.meta.get("voucher", "")).startswith("B")
    ]
    transactions = sealed(drafts, Series.BANK, {}, recorded_by="kari", recorded_at="t")
    journal.commit({path: text_of_all(transactions)}, lambda _: None)
    statement_ = CAMT_053[: CAMT_053.index("<Ntry>")] + (
        '<Ntry><Amt Ccy="NOK">12500.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>'
        "<BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>AS0012345</AcctSvcrRef>"
        "<BkTxCd><Prtry><Cd>x</Cd></Prtry></BkTxCd></Ntry></Stmt></BkToCstmrStmt></Document>"
    )
    received = archive.add(
        statement_.replace("CLOSING", "12500.00").encode(), "xml", RECEIVED
    )
    head = heads(transactions)[Series.BANK, 2026]
    told = {"B2026": {"number": head.number, "chain": head.chain}}
    archive.append(received, {"event": "heads", "series": told})
    return folder, archive, order


def _parsed(folder, text):
    """Read transactions through books that have the bill, so that they load clean."""
    return books(folder, BILL, bank=text).transactions


def standing(order, state=PaymentState.BOOKED, **more):
    return PaymentStanding(payment=order.payments[0], state=state, **more)


def test_books_that_are_right_pass_every_check(world):
    folder, archive, order = world

    found = list(verification.checks(load(folder), archive, [standing(order)]))

    assert [check for check in found if not check.ok] == []
    assert {check.name: check.detail for check in found} == {
        "archive": "2 files have their sha256",
        "documents": "1 files named by vouchers are there",
        "sums": "3 transactions are exactly zero",
        "keys": "2 bank keys, each once",
        "series": "complete to B2026-2",
        "chain": "2 vouchers, 1 heads known from the archive",
        "batches": "2 batches are as they were written",
        "decisions": "0 kept, all there",
        "items": "1 items, none beyond zero or its own amount",
        "drafts": "nothing is locked; 0 drafts wait",
        "lock": "nothing is locked",
        "bank": "86011117947: to 2026-11-20, 1 days, 1 entries",
        "set aside": "no file",
        "clearing": "Assets:1929-Interim-bank:B1920 0.00 NOK",
        "remittances": "1 with 1 payments, equal in both",
        "ordered": "1 items ordered or paid have their vouchers",
        "in flight": "1 ordered: 1 booked 12500.00 NOK",
    }


def edit(folder, old, new, name="bank/2026/11.beancount"):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def cut_tail(folder):
    path = folder / "bank/2026/11.beancount"
    path.write_bytes(path.read_bytes()[: path.read_bytes().rindex(b";; batch")])


def damage(folder, pattern):
    (found,) = [
        p for p in (folder / "bank/archive").rglob("*.xml") if pattern in p.read_bytes()
    ]
    found.write_bytes(found.read_bytes() + b" ")


def remove(folder, pattern):
    (found,) = [
        p for p in (folder / "bank/archive").rglob("*.xml") if pattern in p.read_bytes()
    ]
    found.unlink()
    found.with_suffix(".jsonl").unlink()


@pytest.mark.parametrize(
    ("spoil", "failing", "says"),
    [
        (lambda f: damage(f, b"<pain/>"), "archive", "its content has sha256"),
        (lambda f: remove(f, b"<pain/>"), "documents", "is not in the archive"),
        (lambda f: remove(f, b"<pain/>"), "remittances", "M-7KQ2: is not in the archive"),
        (
            lambda f: edit(f, "Betaling faktura", "Betalt faktura"),
            "chain",
            "B2026-1 was altered",
        ),
        (
            lambda f: edit(f, "Betaling faktura", "Betalt faktura"),
            "batches",
            "11.beancount:20: the text below was changed",
        ),
        (cut_tail, "chain", "voucher B2026-2 was written and is gone"),
        (cut_tail, "in flight", "E-7KQ2 is booked, and 0 of 12500.00 NOK is settled"),
        (
            lambda f: edit(f, "12500.00 NOK\n    open", "12500.01 NOK\n    open"),
            None,
            "zero",
        ),
    ],
)
def test_what_is_spoiled_is_named_by_its_check(world, spoil, failing, says):
    folder, archive, order = world
    spoil(folder)

    if failing is None:  # the loading tells it already
        with pytest.raises(Exception, match=says):
            load(folder)
        return
    found = {
        check.name: check
        for check in verification.checks(load(folder), archive, [standing(order)])
    }

    assert not found[failing].ok
    assert says in found[failing].detail


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            lambda o: [standing(o, PaymentState.REJECTED)],
            "E-7KQ2 is rejected, and 12500.00",
        ),
        (lambda o: [standing(o, PaymentState.UNKNOWN)], "E-7KQ2 is unknown, and 12500.00"),
        (
            lambda o: [standing(o, PaymentState.RETURNED)],
            "E-7KQ2 is returned, and 12500.00",
        ),
        (lambda _: [], "E-7KQ2 was ordered and has no state"),
    ],
)
def test_what_the_states_say_is_what_is_settled(world, given, says):
    folder, _, order = world

    check = verification.in_flight_is_ordered_less_ended(load(folder), given(order))

    assert not check.ok
    assert says in check.detail


def test_an_alarm_is_counted_and_no_fault_of_the_books(world):
    folder, _, order = world

    check = verification.in_flight_is_ordered_less_ended(
        load(folder), [standing(order, alarms=("booked after RJCT",))]
    )

    assert check.ok
    assert check.detail.endswith("; alarms for a person: 1 (books unmatched)")


def test_a_manifest_that_says_otherwise_is_found(world):
    folder, archive, order = world
    other = replace(
        order, payments=(replace(order.payments[0], creditor_account="15030000029"),)
    )
    archive.append(order.sha256, manifest_event(other))

    check = verification.orders_are_archived(load(folder), archive)

    assert check.detail == "M-7KQ2: E-7KQ2 is not the same in books and archive"


def test_a_remittance_that_the_books_lack_is_found(world):
    folder, archive, _ = world
    archive.add(b"<other/>", "xml", manifest_event(remittance("M-2", payment("E-2"))))

    check = verification.orders_are_archived(load(folder), archive)

    assert check.detail == "M-2: is not in the books; books rebuild writes it there again"


def test_sums_and_keys_are_judged_from_the_postings(world):
    """Not from what the loading says, which has refused such books already."""
    folder, _, _ = world
    transactions = load(folder).transactions
    whole = transactions[-1]
    off = replace(whole, postings=whole.postings[:1])

    assert "from zero" in verification.sums_are_zero([off]).detail
    assert "is also at" in verification.keys_stand_once([whole, replace(whole)]).detail
    assert verification.sums_are_zero(transactions).ok
    assert verification.keys_stand_once(transactions).ok


def test_an_item_beyond_zero_is_named_unless_somebody_has_told_it(world):
    folder, _, _ = world
    found = load(folder)
    (bill,) = found.items.items
    over = replace(bill, residual=amount("100.00 NOK"))
    beyond = replace(found, items=OpenItems.of([over]))
    told = replace(
        found.transactions[1],
        postings=tuple(
            replace(each, meta={**each.meta, "crosses-zero": True})
            for each in found.transactions[1].postings
        ),
    )

    assert verification.items_stay_in_bounds(found).ok
    check = verification.items_stay_in_bounds(beyond)
    assert "lf-L10001-10023 was -12500.00 NOK and is 100.00 NOK" in check.detail
    assert not check.ok
    assert verification.items_stay_in_bounds(replace(beyond, transactions=(told,))).ok


def test_an_item_that_is_open_with_more_than_its_own_amount_is_named(world):
    folder, _, _ = world
    found = load(folder)
    (bill,) = found.items.items
    twice = replace(bill, residual=amount("-25000.00 NOK"))

    check = verification.items_stay_in_bounds(replace(found, items=OpenItems.of([twice])))

    assert "lf-L10001-10023 was -12500.00 NOK and is open with -25000.00" in check.detail
    assert not check.ok


def test_a_draft_in_the_locked_period_is_named_and_others_are_counted(tmp_path):
    draft = BILL.replace(" * ", " ! ")
    open_, locked = (
        books(tmp_path / name, draft, toml=TOML) for name in ("open", "locked")
    )
    company = replace(locked.company, locked_until=date(2026, 11, 30))

    assert verification.no_draft_is_locked_in(open_).detail.endswith("1 drafts wait")
    check = verification.no_draft_is_locked_in(replace(locked, company=company))
    assert not check.ok
    assert (
        "lf-L10001-10023 of 2026-11-02 is a draft, locked until 2026-11-30" in check.detail
    )


def test_what_a_person_posts_on_clearing_is_named(tmp_path):
    by_hand = f"""
2026-11-20 * "x"
  voucher: "2026-1"
  {CLEARING}  100.00 NOK
  Expenses:7770-Bankgebyr  -100.00 NOK
"""
    check = verification.clearing_is_explained(books(tmp_path, by_hand))

    assert not check.ok
    assert "2026-1 posts on Assets:1929-Interim-bank:B1920 by hand" in check.detail


def test_a_rest_on_clearing_is_told_with_its_voucher(world):
    folder, _, _ = world
    found = load(folder)
    without_lump = tuple(
        each for each in found.transactions if each.meta.get("voucher") != "B2026-2"
    )

    check = verification.clearing_is_explained(replace(found, transactions=without_lump))

    assert check.ok
    assert check.detail == f"{CLEARING} -12500.00 NOK (B2026-1 -12500.00 NOK)"


def test_statements_of_another_account_prove_nothing(tmp_path):
    found = books(tmp_path, bank=POSTED)

    (proof,) = bank_proof.proofs(found, {"15034000007": TWO_DAYS})

    assert "no statement in the archive tells of it" in proof.problem
