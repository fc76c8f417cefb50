"""The store: what is told is kept exactly once, in SQL that two databases understand."""

from __future__ import annotations

import sqlite3
from dataclasses import fields, replace
from datetime import date

import pytest
from samples import (
    ACCOUNT,
    amount,
    entry,
    item,
    movement,
    payment,
    remittance,
    statement_day,
)
from sqlalchemy import Float, Numeric, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from bankio.iso20022.values import Reason
from ledger.machine_files import Batch, Part
from ledger.movements import ToldEntry, ToldMovement
from ledger.payments import Payment, PaymentState
from ledger.store import (
    FileRecord,
    StatusLine,
    Store,
    StoreContradiction,
    StoreDamaged,
    StoreNewer,
    StoreUnavailable,
    VoucherRecord,
    tables,
)


@pytest.fixture(params=["memory", "file"])
def store(request, tmp_path):
    opened = (
        Store.in_memory()
        if request.param == "memory"
        else Store.open(tmp_path / ".books" / "store.sqlite")
    )
    yield opened
    opened.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".books" / "store.sqlite"


def received(sha="71", name="camt053.xml", **more):
    return FileRecord(
        **{
            "sha256": sha * 32,
            "direction": "in",
            "name": name,
            "received_at": "2026-11-02T09:00:00+01:00",
            **more,
        }
    )


def status(position=0, **more):
    return StatusLine(
        **{
            "message_id": "M-7KQ2",
            "end_to_end_id": "E-7KQ2",
            "level": "transaction",
            "status": "RJCT",
            "reasons": (
                Reason(code="AC04", text="Kontoen er avsluttet"),
                Reason(text="æøå"),
            ),
            "sha256": "71" * 32,
            "position": position,
            "created": "2026-11-02T10:00:00",
            **more,
        }
    )


# Files -------------------------------------------------------------------------------


def test_files_are_known_once_and_in_their_order(store):
    first, second = received("71"), received("22", channel="netbank", format="camt.053")
    ours = received("33", direction="out")
    with store.transaction() as transaction:
        assert [transaction.add_file(each) for each in (first, second, ours)] == [True] * 3
        assert not transaction.add_file(replace(first, name="other name.xml"))

    with store.reading() as transaction:
        assert transaction.files() == (first, second, ours)
        assert transaction.files("out") == (ours,)
        assert transaction.file(first.sha256) == first
        assert transaction.file("0" * 64) is None


def test_a_file_is_done_when_somebody_says_so(store):
    with store.transaction() as transaction:
        transaction.add_file(received())
        transaction.update_file("71" * 32, outcome="posted", is_done=True)

    with store.reading() as transaction:
        assert transaction.files() == (received(outcome="posted", is_done=True),)
    with pytest.raises(KeyError), store.transaction() as transaction:
        transaction.update_file("0" * 64, outcome="posted")


# Remittances -------------------------------------------------------------------------

NETTED = payment("E-2", item("lf-1", "100.00 NOK"), item("lf-2", "-0.01 NOK"), kid=None)
TWO = remittance("M-7KQ2", payment("E-1"), replace(NETTED, message_id="M-7KQ2"))


def test_a_remittance_comes_back_equal(store):
    other = remittance("M-2", payment("E-9", item("x", "87.13 EUR"), message_id="M-2"))
    with store.transaction() as transaction:
        transaction.save_remittance(TWO, b"<pain/>", PaymentState.PREPARED)
        transaction.save_remittance(other, b"<other/>", PaymentState.PREPARED)
        transaction.set_remittance_state("M-2", PaymentState.TRANSMITTED)

    with store.reading() as transaction:
        first, second = transaction.remittances()
        assert (first.remittance, first.state, first.data, first.reason) == (
            TWO,
            PaymentState.PREPARED,
            b"<pain/>",
            None,
        )
        assert (second.remittance, second.state, second.data) == (
            other,
            PaymentState.TRANSMITTED,
            None,
        )
        assert transaction.remittance("M-2") == second
        assert transaction.remittance_data("M-2") == b"<other/>"
        assert transaction.remittance("M-3") is None


def test_the_same_remittance_again_changes_nothing(store):
    for state in (PaymentState.TRANSMITTED, PaymentState.PREPARED):
        with store.transaction() as transaction:
            transaction.save_remittance(TWO, b"<pain/>", state)

    with store.reading() as transaction:
        assert [r.state for r in transaction.remittances()] == [PaymentState.TRANSMITTED]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (replace(TWO, sha256="aa" * 32), "Remittance M-7KQ2"),
        (replace(TWO, payments=TWO.payments[:1]), "Remittance M-7KQ2"),
        (remittance("M-2", payment("E-1", message_id="M-2")), "EndToEndId E-1"),
    ],
)
def test_an_identifier_means_one_thing_for_ever(store, told, says):
    with store.transaction() as transaction:
        transaction.save_remittance(TWO, b"<pain/>", PaymentState.PREPARED)

    with pytest.raises(StoreContradiction, match=says), store.transaction() as transaction:
        transaction.save_remittance(told, b"<other/>", PaymentState.PREPARED)

    with store.reading() as transaction:
        assert [r.remittance for r in transaction.remittances()] == [TWO]


def test_ids_of_the_old_system_may_repeat(store):
    foreign = [
        remittance(m, payment("NOTPROVIDED", message_id=m, foreign=True))
        for m in ("A", "B")
    ]
    with store.transaction() as transaction:
        for each in foreign:
            transaction.save_remittance(each, b"", PaymentState.TRANSMITTED)

    with store.reading() as transaction:
        assert [r.remittance for r in transaction.remittances()] == foreign


def ordered(store, *orders):
    with store.transaction() as transaction:
        for each in orders:
            transaction.save_remittance(each, b"", PaymentState.TRANSMITTED)


def test_payments_are_known_by_their_names_alone(store):
    split = remittance("M-2", payment("E-8\nE-9", message_id="M-2", foreign=True))
    ordered(store, TWO, split)

    with store.reading() as transaction:
        names = transaction.order_names
        found = names.payments()
        assert {each: sorted(named) for each, named in found.items()} == {
            "M-7KQ2": ["E-1", "E-2"]
        }, "whatever looks like two names is no name: its message is looked at"
        assert names.naming({"E-1", "E-8"}) == {"M-7KQ2"}
        assert names.naming({"E-8\nE-9"}) == names.naming({"M-2"}) == {"M-2"}
        information_id = TWO.payments[0].payment_information_id
        assert "M-7KQ2" in names.naming({information_id})
        assert names.naming(()) == set()


def test_accounts_are_those_that_other_messages_paid(store):
    def paying(message_id, *accounts):
        orders = (
            replace(
                payment(f"{message_id}-{number}", message_id=message_id),
                creditor_account=account,
            )
            for number, account in enumerate(accounts)
        )
        return remittance(message_id, *orders)

    ordered(store, paying("A", "1", "1", "2"), paying("B", "1"), paying("C", "3"))

    with store.reading() as transaction:
        names = transaction.order_names

        def besides(*messages):
            return {account for _, account in names.accounts(besides=messages)}

        assert besides() == besides("D") == {"1", "2", "3"}
        assert besides("A") == {"1", "3"}
        assert besides("B") == {"1", "2", "3"}
        assert besides("A", "B") == {"3"}
        assert besides("A", "B", "C") == set()


def test_a_state_of_nothing_is_an_error(store):
    with pytest.raises(KeyError), store.transaction() as transaction:
        transaction.set_remittance_state("M-1", PaymentState.BOOKED)


# What the bank said ------------------------------------------------------------------


def test_status_lines_are_verbatim_and_kept_once(store):
    group = status(0, level="group", status="ACTC", end_to_end_id=None, reasons=())
    other = status(0, message_id="M-2", sha256="22" * 32, created=None)
    with store.transaction() as transaction:
        transaction.add_statuses([group, status(1)])
        transaction.add_statuses([status(1), other])

    with store.reading() as transaction:
        assert transaction.statuses(["M-7KQ2"]) == (group, status(1))
        assert set(transaction.statuses()) == {group, status(1), other}


def test_one_place_in_one_file_says_one_thing(store):
    with store.transaction() as transaction:
        transaction.add_statuses([status(1)])

    with (
        pytest.raises(StoreContradiction, match="ACCP"),
        store.transaction() as transaction,
    ):
        transaction.add_statuses([status(0), status(1, status="ACCP")])


# What files have told ----------------------------------------------------------------


def test_what_is_told_comes_back_by_date(store):
    late = movement("detail/2", "0.01 NOK", day=date(2026, 12, 1))
    ocr = movement(source="ocr-giro")
    days = [
        statement_day(20, "0.00 NOK", "1.00 NOK"),
        statement_day(19, "-5.00 NOK", "0.00 NOK"),
    ]
    with store.transaction() as transaction:
        transaction.add_told([entry()], [late, movement(), ocr], days)

    with store.reading() as transaction:
        assert transaction.told_entries() == (entry(),)
        assert transaction.told_movements() == (movement(), ocr, late)
        assert transaction.told_movements(since=date(2026, 12, 1)) == (late,)
        assert transaction.told_movements("15032080119") == ()
        assert transaction.told_movements(ACCOUNT, date(2026, 11, 20)) == (
            movement(),
            ocr,
            late,
        )
        assert transaction.statement_days(ACCOUNT) == tuple(reversed(days))
        assert transaction.statement_days("15032080119") == ()


def test_the_same_told_again_by_another_file_changes_nothing(store):
    day = statement_day(20, "0.00 NOK", "1.00 NOK")
    for sha in ("71", "22"):
        with store.transaction() as transaction:
            transaction.add_told([entry(sha=sha)], [movement(sha=sha)], [day, day])

    with store.reading() as transaction:
        assert transaction.told_entries() == (entry(),)
        assert transaction.told_movements() == (movement(),)
        assert transaction.statement_days() == (day,)


@pytest.mark.parametrize(
    "told",
    [
        {"movements": [movement(money="-12500.01 NOK")]},
        {"movements": [movement(money="-12500.00 EUR")]},
        {"movements": [movement(day=date(2026, 11, 21))]},
        {"movements": [replace(movement(), money="detail/other")]},
        {"entries": [entry(money="12500.00 NOK")]},
        {"movements": [movement("new"), movement("new", "1.00 NOK")]},
    ],
)
def test_a_movement_told_in_two_ways_undoes_the_transaction(store, told):
    with store.transaction() as transaction:
        transaction.add_told([entry()], [movement()])

    def tell():
        with store.transaction() as transaction:
            transaction.add_told(movements=[movement("before")])
            transaction.add_told(**told)

    with pytest.raises(StoreContradiction):
        tell()

    with store.reading() as transaction:
        assert transaction.told_movements() == (movement(),)


def test_a_contradiction_is_found_among_many(store):
    many = [movement(f"detail/{n}", "1.00 NOK") for n in range(1500)]
    with store.transaction() as transaction:
        transaction.add_told(movements=many)

    with (
        pytest.raises(StoreContradiction, match="detail/1499"),
        store.transaction() as again,
    ):
        again.add_told(movements=[*many[:-1], movement("detail/1499", "2.00 NOK")])


# What is in the books ----------------------------------------------------------------


def test_a_bank_key_has_one_voucher_for_ever(store):
    with store.transaction() as transaction:
        transaction.add_keys({"statement/1": "B2026-1", "detail/1": "B2026-2"})
        transaction.add_keys({"statement/1": "B2026-1"})

    with pytest.raises(StoreContradiction) as told, store.transaction() as transaction:
        transaction.add_keys({"detail/2": "B2026-3", "statement/1": "B2026-3"})

    assert "statement/1" in str(told.value)
    assert "B2026-1" in str(told.value)
    with store.reading() as transaction:
        assert transaction.posted_keys() == {
            "statement/1": "B2026-1",
            "detail/1": "B2026-2",
        }
        assert transaction.posted_keys(["detail/1", "x"]) == {"detail/1": "B2026-2"}


def test_a_voucher_number_is_given_once(store):
    vouchers = [
        VoucherRecord(series=series, number=9, chain=f"c{series}", path="bank/2026/11")
        for series in ("B2026", "I2026", "B2025")
    ]
    for _ in range(2):  # a rebuild adds what is there
        with store.transaction() as transaction:
            transaction.add_vouchers(vouchers)

    with pytest.raises(StoreContradiction), store.transaction() as transaction:
        transaction.add_vouchers([replace(vouchers[0], chain="other")])


# Batches -----------------------------------------------------------------------------


def test_batches_keep_their_exact_payload_and_order(store):
    one = Batch(
        "aa", (Part("bank/2026/11.beancount", b"x\n"), Part("b", b"\x00\xff")), "B-1"
    )
    two = Batch("bb", (Part("c", b""),))
    with store.transaction() as transaction:
        transaction.prepare(one)
        transaction.prepare(two)
        transaction.finish("aa")

    with store.reading() as transaction:
        assert transaction.batches() == (one, two)
        assert transaction.batches("prepared") == (two,)
        assert transaction.batches("done") == (one,)
        assert transaction.batch_ids() == ("aa", "bb")


def test_a_batch_prepared_again_is_the_newest(store):
    one, two = Batch("aa", (Part("a", b"x\n"),)), Batch("bb", (Part("a", b"y\n"),))
    with store.transaction() as transaction:
        for batch in (one, two):
            transaction.prepare(batch)
            transaction.finish(batch.id)
        transaction.prepare(one)

    with store.reading() as transaction:
        assert transaction.batch_ids() == ("bb", "aa")
        assert transaction.batches("prepared") == (one,)


# Transactions, versions, damage ------------------------------------------------------


def test_what_raises_is_undone_as_a_whole(store):
    def fail():
        with store.transaction() as transaction:
            transaction.add_file(received())
            transaction.add_keys({"k": "B2026-1"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with store.reading() as transaction:
        assert (transaction.files(), transaction.posted_keys()) == ((), {})


def test_a_store_is_new_until_it_was_filled_as_a_whole(path):
    def fail(store):
        with store.transaction() as transaction:
            transaction.mark_built()
            raise RuntimeError

    store = Store.open(path)
    assert store.is_new
    with pytest.raises(RuntimeError):
        fail(store)
    store.close()

    store = Store.open(path)
    assert store.is_new
    with store.transaction() as transaction:
        transaction.mark_built()
    store.close()

    store = Store.open(path)
    assert not store.is_new
    store.close()
    Store.remove(path)
    assert list(path.parent.iterdir()) == []
    assert Store.open(path).is_new


def test_the_file_is_private_and_syncs_every_commit(path):
    store = Store.open(path)
    with store.transaction() as transaction:
        rows = [
            transaction._connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
        modes = {each.stat().st_mode & 0o777 for each in path.parent.iterdir()}

    assert rows == ["wal", 2, 1]
    assert modes == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_writer_keeps_other_writers_out_and_readers_see_the_old_state(path, monkeypatch):
    monkeypatch.setattr("ledger.store.database._BUSY_SECONDS", 0.05)
    one, two = Store.open(path), Store.open(path)

    with one.transaction() as transaction:
        transaction.add_file(received())
        with pytest.raises(StoreUnavailable, match="locked"), two.transaction():
            pass
        with two.reading() as reader:
            assert reader.files() == ()

    with two.reading() as reader:
        assert len(reader.files()) == 1


@pytest.mark.parametrize(
    "content",
    [b"this is no database at all, " * 100, b"SQLite format 3\x00" + b"\xff" * 5000],
)
def test_a_damaged_store_is_told_in_one_sentence(path, content):
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(StoreDamaged, match=r"store is damaged \(.*Run `books rebuild`"):
        Store.open(path)


def test_a_database_of_somebody_else_is_not_ours(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (name)")

    with pytest.raises(StoreDamaged, match="tables that are not ours"):
        Store.open(path)


def set_version(path, version):
    store = Store.open(path)
    with store.transaction() as transaction:
        transaction.set_info("schema-version", version)
        transaction.mark_built()
        transaction.add_file(received())
    store.close()


def test_a_newer_store_is_refused_and_left_alone(path):
    set_version(path, "999")

    with pytest.raises(StoreNewer, match="has version 999 and this program knows"):
        Store.open(path)

    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM file").fetchone() == (1,)


def test_an_older_store_begins_empty_and_keeps_its_batches(path):
    promised = Batch("bb", (Part("bank/2026/11.beancount", b"x\n"),), "B2026-41")
    set_version(path, "1")
    store = Store.open(path)
    with store.transaction() as transaction:
        transaction.prepare(Batch("aa", ()))
        transaction.finish("aa")
        transaction.prepare(promised)
        transaction.set_info("fingerprint", "of other tables")
    store.close()

    store = Store.open(path)

    assert store.is_new
    with store.reading() as transaction:
        assert transaction.files() == ()
        assert transaction.batches("done") == (Batch("aa", ()),)
        assert transaction.batches("prepared") == (promised,)


# Portable ----------------------------------------------------------------------------


@pytest.mark.parametrize("table", tables.metadata.sorted_tables, ids=lambda t: t.name)
def test_every_table_is_good_sql_for_postgresql_and_holds_no_inexact_number(table):
    sql = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    indexes = [
        str(CreateIndex(i).compile(dialect=postgresql.dialect())) for i in table.indexes
    ]

    assert sql.strip().startswith("CREATE TABLE")
    assert all("CREATE INDEX" in each for each in indexes)
    assert not [c for c in table.columns if isinstance(c.type, Float | Numeric)]
    assert not {"DATETIME", "JSON"} & set(sql.upper().split())


def test_every_field_of_a_value_has_its_column():
    kept = [
        (tables.file, FileRecord),
        (tables.payment, Payment),
        (tables.told_movement, ToldMovement),
        (tables.told_entry, ToldEntry),
    ]
    for table, kind in kept:
        names = {each.name for each in fields(kind)} - {"items", "amount"}
        assert names <= set(table.columns.keys())


def test_money_is_whole_minor_units_and_its_currency(path):
    store = Store.open(path)
    with store.transaction() as transaction:
        transaction.add_told(movements=[movement(money="-12500.01 NOK")])
        row = transaction._connection.execute(
            text(
                "SELECT amount_minor, typeof(amount_minor), amount_currency FROM told_movement"
            )
        ).one()

    assert tuple(row) == (-1250001, "integer", "NOK")
    with store.transaction() as transaction, pytest.raises(ValueError, match="minor units"):
        transaction.add_told(movements=[replace(movement("x"), amount=amount("0.001 NOK"))])
