"""The whole cycle with a second bank, by people we do not know: mock-bank behind OpenSSH.

It wants IBANs, answers in newer versions of the messages than Norwegian banks do, and
shares no line with us or with the simulated bank.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sftp_world import OpenSshServer, SftpWorld
from test_mock_bank_over_sftp import OUR_IBAN, MockBank
from world import ACCOUNT, ORGNR, PARTIES

TODAY = "2026-11-16"


class Second(SftpWorld):
    """Books whose bank is mock-bank; its clock begins on 16 November 2026."""

    mock: MockBank

    def scan(self) -> dict:
        return self.mock.ask("POST", "/_mock/drop/scan")

    def advance(self, to: str) -> None:
        self.mock.ask("POST", f"/_mock/advance?to={to}")

    @property
    def balance_ore(self) -> int:
        return self.mock.ask("GET", "/_mock/accounts/PROVE")["balance"]


@pytest.fixture
def second(tmp_path: Path, server: OpenSshServer) -> Iterator[Second]:
    world = Second(tmp_path / "world", today=TODAY)
    world.folder.parent.mkdir()
    world.books(
        *("init", str(world.folder), "--company", "Prøve AS", "--orgnr", ORGNR),
        *("--bank-account", ACCOUNT, "--bank", "nordea"),
        *("--opening", "250000.00", "--opening-date", TODAY),
        code=0,
    )
    world.append("accounts.beancount", PARTIES)
    world.mock = MockBank(server)
    world.mock.ask(
        "POST",
        "/_mock/accounts",
        {
            "id": "PROVE",
            "name": "Prøve AS",
            "iban": OUR_IBAN,
            "bic": "NDEANOKK",
            "currency": "NOK",
            "balance": 25_000_000,
        },
    )
    world.reach(server, archive=str(server.bank / "inbox" / "processed"))
    world.books("connect", "netbank", "--yes", code=0)
    yield world
    world.mock.stop()


def test_bills_are_paid_booked_and_proved(second: Second):
    second.bill("10023", "12500.00", "2026-11-18", kid="0010017")
    second.bill("10024", "1500.00", "2026-11-19", party="L10002")

    ordered = second.json("pay-due", code=0)
    second.scan()
    second.json("sync", code=0)
    accepted = {each["state"] for each in second.json("payments")}
    second.advance("2026-11-20")
    second.advance("2026-11-23")
    told = second.json("sync", today="2026-11-23")

    assert ["transmitted"] == [each["state"] for each in ordered["remittances"]]
    assert {"accepted"} == accepted
    assert told["ok"], told
    assert {"0.00"} == {each["difference"] for each in told["statements"]}
    assert {"booked"} == {each["state"] for each in second.json("payments")}
    assert [] == second.json("payables")
    (account,) = second.json("status", today="2026-11-23")["accounts"]
    assert f"{second.balance_ore / 100:.2f}" == account["books"] == account["bank"]
    second.books("verify", code=0)


def test_the_same_file_again_is_refused_there_and_frees_nothing_here(second: Second):
    """The answer "duplicate" proves the first delivery: the bill stays in flight."""
    item = second.bill("10023", "12500.00", "2026-11-18", kid="0010017")
    second.books("pay-due", code=0)
    (file,) = (second.server.bank / "inbox").glob("P001.*")
    data = file.read_bytes()
    second.scan()
    (second.server.bank / "inbox" / f"again-{file.name}").write_bytes(data)
    second.scan()

    second.books("sync")

    (payment,) = second.json("payments")
    assert payment["state"] in {"accepted", "received"}
    (payable,) = second.json("payables")
    assert (item, "in-flight") == (payable["open_item"], payable["state"])
    second.advance("2026-11-20")
    second.advance("2026-11-23")
    second.books("sync", today="2026-11-23")
    assert 25_000_000 - 1_250_000 == second.balance_ore
    assert ["booked"] == [each["state"] for each in second.json("payments")]
