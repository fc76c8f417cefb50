"""What people decided is kept once, in its order, and damage is never read as nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.archive import ArchiveDamaged
from ledger.decision_log import DecisionLog, is_decision
from ledger.journal import POINTS, Journal
from ledger.machine_files import Batch, Part
from ledger.store import Store

NOVEMBER = Path("bank/2026/11.beancount")
HELD = b'2026-11-19 custom "open-item" "lf-1"\n  hold: TRUE\n'


def batch(text: str, path: str = NOVEMBER.as_posix(), name: str = "a1") -> Batch:
    return Batch(name, (Part(path, text.encode()),), "held")


@pytest.mark.parametrize(
    "text",
    [
        '2026-11-19 * "A" "b"\n  bank-ref: "statement/1"\n',
        '2026-11-19 * "A" "b"\n  Assets:A  1.00 NOK\n    movement: "statement/1/1"\n',
        "2026-11-19 balance Assets:A  1.00 ~ 0 NOK\n",
        *(
            f'2026-11-19 custom "{kind}" "M-1"\n'
            for kind in (
                *("remittance", "payment", "payment-cancel", "statement-reissued"),
                *("remittance-dropped", "remittance-again"),
            )
        ),
    ],
)
def test_what_a_file_of_the_archive_tells_is_no_decision(text):
    assert not is_decision(batch(text))
    assert is_decision(batch(text, "vouchers/2026/11-import.beancount"))


@pytest.mark.parametrize(
    "text",
    [
        HELD.decode(),
        '2026-11-19 custom "payment-dropped" "E-1"\n',
        '2026-11-19 * "A" "B2026-1 bank-ref: movement: x"\n  rule: "person"\n',
    ],
)
def test_what_a_person_decided_is(text):
    assert is_decision(batch(text))


def test_a_decision_is_kept_once_and_until_it_is_ended(tmp_path):
    log = DecisionLog(tmp_path)
    assert (log.size, log.standing()) == (0, ())
    first, second = batch("; one\n"), batch("; two\n", name="a2")

    for each in (first, second, first):
        log.keep(each, 7)
    size = log.size
    log.end("a1", "its account is closed")

    assert [(each.batch, each.after) for each in log.standing()] == [(second, 7)]
    assert log.ids() == {"a1", "a2"}
    assert log.ended() == {"held": "its account is closed"}
    assert log.size > size


@pytest.mark.parametrize("old", ["; one", '"parts"'])
def test_damage_is_told(tmp_path, old):
    log = DecisionLog(tmp_path)
    log.keep(batch("; one\n"), 0)
    path = tmp_path / DecisionLog.PATH
    text = path.read_text("utf-8")
    path.write_text(text.replace(old, "; x" if old == "; one" else "{"), "utf-8")

    with pytest.raises(ArchiveDamaged, match=r"decisions\.jsonl"):
        log.standing()


@pytest.mark.parametrize("point", POINTS)
def test_stopped_anywhere_a_decision_is_kept_if_it_was_made_and_once(tmp_path, point):
    def stop(at: str) -> None:
        if at == point:
            raise KeyboardInterrupt

    store = Store.open(tmp_path / "store.sqlite")
    with pytest.raises(KeyboardInterrupt):
        Journal(tmp_path, store, stop).commit({NOVEMBER: HELD}, lambda _: None)
    journal = Journal(tmp_path, store)
    decided = journal.recover()
    journal.check()

    was_made = point not in {"before T1", "inside T1"}
    assert len(DecisionLog(tmp_path).standing()) == was_made
    assert bool(decided) == (was_made and point != "after T2")
    assert HELD in (tmp_path / NOVEMBER).read_bytes() if was_made else not decided
    assert journal.lost_decisions() == ()
    store.close()
