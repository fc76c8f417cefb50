"""The whole cycle over SFTP: against OpenSSH's server, and against `nettbank serve`.

Bills go to the bank by themselves, a person approves there, the answers come back by
themselves and are posted; and what can go wrong on the wire leaves no payment in doubt
for ever and none twice.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest
from sftp_world import SftpWorld, Wire
from stopping import every_stop
from world import ACCOUNT, ORGNR, World


def debits(world: World) -> list[int]:
    return [
        each["amount_ore"]
        for each in world.bank_json("journal")
        if each["kind"] in {"payment", "salary"}
    ]


def states(world: World, **more) -> list[str]:
    return [each["state"] for each in world.json("payments", **more)]


# --- OpenSSH --------------------------------------------------------------------------


def test_from_bills_to_a_proved_balance(connected: SftpWorld):
    world = connected
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.bill("10024", "1500.00", "2026-11-06")
    world.sale("5001", "25000.00", "200010050017")

    ordered = world.json("pay-due", code=0)

    (remittance,) = ordered["remittances"]
    assert "transmitted" == remittance["state"]
    assert remittance["file"] is None
    assert remittance["receipt"].startswith("sftp://127.0.0.1:")
    (name,) = world.deliver()
    assert f"P001.{remittance['message_id']}.xml" == name
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.bank("advance", "--days", "7")
    world.put_out()
    told = world.json("sync", today="2026-11-09", code=0)
    assert told["ok"]
    assert {"0.00"} == {each["difference"] for each in told["statements"]}
    assert ["booked", "booked"] == states(world, today="2026-11-09")
    assert [-1250000, -150000] == sorted(debits(world))
    assert [] == world.json("payables")
    assert [] == world.json("receivables")
    assert [] == sorted((world.server.bank / "outbox").iterdir())
    assert "" == world.books("sync", today="2026-11-09", code=0).out
    world.books("verify", code=0)


def test_a_store_thrown_away_knows_the_same(connected: SftpWorld):
    connected.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    connected.books("pay-due", code=0)
    connected.deliver()
    connected.bank("advance", "--days", "4")
    connected.put_out()
    connected.books("sync", today="2026-11-06", code=0)
    before = connected.json("payments"), connected.json("status")
    shutil.rmtree(connected.folder / ".books")

    assert before == (connected.json("payments"), connected.json("status"))
    assert "" == connected.books("sync", today="2026-11-06", code=0).out


def lose_the_answer(world: SftpWorld, wire: Wire, monkeypatch) -> None:
    """Let one rename happen at the bank, and cut the wire before its answer."""
    real, left = asyncssh.SFTPClient.rename, [1]

    async def unanswered(self, *args, **kwargs):
        if not left[0]:
            return await real(self, *args, **kwargs)
        left[0] = 0
        wire.swallow_answers()
        asked = asyncio.ensure_future(real(self, *args, **kwargs))
        while not list((world.server.bank / "inbox").glob("P001.*")):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        wire.cut()
        return await asked

    monkeypatch.setattr(asyncssh.SFTPClient, "rename", unanswered)


@pytest.fixture
def wired(sftp_world: SftpWorld) -> Iterator[tuple[SftpWorld, Wire]]:
    """The same bank behind a wire that can be cut."""
    wire = Wire(sftp_world.server.port)
    sftp_world.reach(sftp_world.server, port=wire.port, timeout_seconds=2)
    sftp_world.books("connect", "netbank", "--yes", code=0)
    yield sftp_world, wire
    wire.close()


def test_a_lost_answer_is_unknown_and_send_resolves_it(wired, monkeypatch):
    world, wire = wired
    item = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    lose_the_answer(world, wire, monkeypatch)

    ran = world.books("pay-due", code=3)

    assert "unknown" in ran.out
    assert "books send" in ran.out
    assert ["unknown"] == states(world)
    told = world.json("status", today="2026-11-05T11:30")["payments"]
    assert 1 == told["unknown"] == len(told["unknown_messages"])
    assert "12500.00" == told["unknown_messages"][0]["total"]
    status = world.books("status", today="2026-11-05T11:30").out
    assert "-12 500.00 NOK M-" in status
    assert (
        "1 payment: nobody knows whether the bank has it, for 3 days (since 2026-11-02 "
        in status
    )
    (payable,) = world.json("payables")
    assert (item, "in-flight") == (payable["open_item"], payable["state"])
    resolved = world.json("send", code=0)
    assert ["transmitted"] == [each["state"] for each in resolved["remittances"]]
    assert ["transmitted"] == states(world)
    assert 1 == len(list((world.server.bank / "inbox").iterdir()))


def test_a_lost_answer_whose_file_the_bank_took_away_is_paid_once(wired, monkeypatch):
    """Nothing to see proves nothing: the same bytes go again, and the bank refuses them."""
    world, wire = wired
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    lose_the_answer(world, wire, monkeypatch)
    world.books("pay-due", code=3)
    world.deliver()

    sent = world.json("send", code=0)

    assert ["transmitted"] == [each["state"] for each in sent["remittances"]]
    (file,) = (world.server.bank / "inbox").iterdir()
    refused = world.bank("upload", str(file), code=1)
    assert "DU01" in refused.out + refused.err or "AM05" in refused.out + refused.err
    file.unlink()
    world.bank("advance", "--days", "7")
    world.put_out()
    world.books("sync", today="2026-11-09", code=0)
    assert [-1250000] == debits(world)
    assert ["booked"] == states(world, today="2026-11-09")


def test_an_order_stopped_anywhere_is_at_the_bank_once(connected, tmp_path, monkeypatch):
    """Nobody is told where it stopped: the same command again, and one file is there."""
    connected.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    inbox = connected.server.bank / "inbox"

    def empty(_: World) -> None:
        for file in inbox.iterdir():
            file.unlink()

    def act(world: World) -> None:
        world.books("pay-due", code=0)

    for world in every_stop(connected, tmp_path / "stops", monkeypatch, act, empty):
        assert 1 == len(list(inbox.glob("P001.*.xml")))
        assert ["transmitted"] == states(world)
        assert [] == world.json("send", code=0)["remittances"]


def test_a_timer_leaves_to_a_person_what_may_have_arrived_a_day_ago(wired, monkeypatch):
    world, wire = wired
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    lose_the_answer(world, wire, monkeypatch)
    world.books("pay-due", code=3)
    (file,) = (world.server.bank / "inbox").iterdir()
    file.unlink()

    told = world.json("sync", today="2026-11-04", code=3)

    assert ["unknown"] == [each["state"] for each in told["remittances"]]
    assert "a person decides: books send" in told["remittances"][0]["problem"]
    assert [] == list((world.server.bank / "inbox").iterdir())
    world.books("send", today="2026-11-04", code=0)
    assert [file.name] == [each.name for each in (world.server.bank / "inbox").iterdir()]


def test_what_certainly_did_not_arrive_goes_however_long_the_bank_was_away(connected):
    connected.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    connected.server.stop()
    connected.books("pay-due", code=3)
    connected.books("sync", today="2026-11-04", code=3)
    connected.server.start()

    told = connected.json("sync", today="2026-11-06", code=0)

    assert ["transmitted"] == [each["state"] for each in told["remittances"]]


def test_other_bytes_under_the_name_at_the_bank_are_refused_and_told(connected: SftpWorld):
    connected.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    planned = connected.json("pay-due", "--dry-run", code=0)["remittances"][0]
    there = connected.server.bank / "inbox" / f"P001.{planned['message_id']}.xml"
    there.write_bytes(b"<other/>")

    told = connected.json("pay-due", code=3)

    (remittance,) = told["remittances"]
    assert "unknown" == remittance["state"]
    assert "something else has this name" in remittance["problem"]
    assert b"<other/>" == there.read_bytes()
    refused = connected.books("send", code=1)
    assert "something else has this name" in refused.err
    there.unlink()
    connected.books("send", code=0)
    assert ["transmitted"] == states(connected)


def test_a_file_changed_between_order_and_sending_is_not_sent(connected: SftpWorld):
    """T4: whatever happened to the bytes, what goes is what was planned, or nothing."""
    connected.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    connected.server.stop()
    connected.books("pay-due", code=3)
    shutil.rmtree(connected.folder / ".books")
    (file,) = (connected.folder / "bank" / "archive").rglob("*.xml")
    file.write_bytes(file.read_bytes().replace(b"15032080119", b"15101234565"))
    connected.server.start()

    refused = connected.books("send", code=1)

    assert "sha256" in refused.err
    assert [] == list((connected.server.bank / "inbox").iterdir())


def test_a_server_that_takes_nothing_is_told_and_the_next_run_delivers(
    connected: SftpWorld,
):
    connected.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    connected.server.restart(sftp_options="-R")  # read-only

    told = connected.json("pay-due", code=3)

    assert "unknown" == told["remittances"][0]["state"]
    assert "denied" in told["remittances"][0]["problem"].lower()
    connected.server.restart(sftp_options="")
    connected.books("send", code=0)
    assert 1 == len(list((connected.server.bank / "inbox").iterdir()))


def test_a_wrong_host_key_orders_nothing(connected: SftpWorld):
    connected.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    new = connected.server.rotate_host_key()

    refused = connected.books("pay-due", code=1)

    assert new in refused.err
    assert [] == connected.json("payments")
    assert [] == list((connected.server.bank / "inbox").iterdir())


def test_a_payment_is_taken_back_over_the_wire(connected: SftpWorld):
    world = connected
    item = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.books("pay-due", code=0)
    world.deliver()

    told = world.json("cancel", item, code=0)

    assert "cancel-requested" == told["state"]
    (recall,) = told["recalls"]
    assert recall["receipt"].endswith(f"/inbox/C055.{recall['message_id']}.xml")
    world.deliver()
    world.put_out()
    world.books("sync", code=0)
    assert ["cancelled"] == states(world)
    world.bank("advance", "--days", "7")
    assert [] == debits(world)


def test_a_recall_that_did_not_arrive_goes_with_the_next_run(connected: SftpWorld):
    item = connected.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    connected.books("pay-due", code=0)
    connected.deliver()
    connected.server.stop()
    stuck = connected.json("cancel", item, code=3)
    connected.server.start()

    told = connected.json("sync", code=0)

    assert stuck["recalls"][0]["problem"]
    assert "cancel-requested" == stuck["state"]
    assert [stuck["recalls"][0]["sha256"]] == [each["sha256"] for each in told["recalls"]]
    assert [f"C055.{told['recalls'][0]['message_id']}.xml"] == connected.deliver()


def test_what_was_delivered_with_a_receipt_was_sent(connected: SftpWorld):
    connected.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    connected.books("pay-due", code=0)
    (payment,) = connected.json("payments")

    refused = connected.books("cancel", payment["message_id"], "--never-sent", code=1)

    assert "was delivered to sftp://" in refused.err


# --- nettbank serve -------------------------------------------------------------------


class Served(World):
    """A world whose bank serves SFTP itself."""

    process: subprocess.Popen[str]

    def serve(self, key: Path) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "simulator.app", "--state", str(self.state)),
                *("--json", "serve", "--http", "127.0.0.1:0", "--sftp", "127.0.0.1:0"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        where = json.loads(line)
        self.host_key = where["host_key"]
        path = self.folder / "books.toml"
        head, _, rest = path.read_text("utf-8").partition("[channel.netbank]")
        port = where["sftp"].rpartition(":")[2]
        table = (
            f'[channel.netbank]\nkind = "sftp"\nhost = "127.0.0.1"\nport = {port}\n'
            f'user = "prove"\nkey_file = "{key}"\ninbox = "/inbox"\noutbox = "/outbox"\n'
            'archive = "/archive"\nafter_receive = "delete"\ntimeout_seconds = 10\n\n'
        )
        path.write_text(head + table + rest[rest.index("[policy]") :], "utf-8")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)


@pytest.fixture
def served(founded: Path, tmp_path: Path) -> Iterator[Served]:
    shutil.copytree(founded, tmp_path / "world")
    world = Served(tmp_path / "world")
    key = asyncssh.generate_private_key("ssh-ed25519")
    path = tmp_path / "id_ed25519"
    path.write_bytes(key.export_private_key())
    path.chmod(0o600)
    public = tmp_path / "id_ed25519.pub"
    public.write_bytes(key.export_public_key())
    world.bank("key", ORGNR, str(public), "--user", "prove")
    world.serve(path)
    world.books("connect", "netbank", "--fingerprint", world.host_key, code=0)
    yield world
    world.stop()


def test_chosen_bills_go_by_themselves_and_come_back_booked(served: Served):
    served.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    served.sale("5001", "25000.00", "200010050017")
    served.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")

    ordered = served.json("pay-due", code=0)

    assert ["transmitted"] == [each["state"] for each in ordered["remittances"]]
    served.books("sync", code=0)
    assert ["accepted"] == states(served)
    served.bank("approve", "--all", "--as", "Kari")
    served.bank("advance", "--days", "7")
    told = served.json("sync", today="2026-11-09", code=0)
    assert told["ok"]
    assert {"0.00"} == {each["difference"] for each in told["statements"]}
    assert ["booked"] == states(served, today="2026-11-09")
    assert [-1250000] == debits(served)
    served.books("verify", code=0)


def test_a_recall_is_answered_over_the_same_way(served: Served):
    item = served.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    served.books("pay-due", code=0)

    served.books("cancel", item, code=0)

    served.books("sync", code=0)
    assert ["cancelled"] == states(served)


@pytest.mark.parametrize("fault", ["lost_response", "disk_full", "maintenance"])
def test_a_fault_of_the_bank_costs_a_repetition_and_no_payment(served: Served, fault):
    """The bank's own faults: whatever this run ends as, the next one has it delivered."""
    served.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    served.bank("fault", fault)

    first = served.json("pay-due")

    assert {each["state"] for each in first["remittances"]} <= {"transmitted", "unknown"}
    served.books("sync")
    assert states(served)[0] in {"accepted", "received", "transmitted"}
    served.books("sync")
    served.bank("approve", "--all", "--as", "Kari")
    served.bank("advance", "--days", "7")
    served.books("sync", today="2026-11-09", code=0)
    assert [-1250000] == debits(served)
    assert ["booked"] == states(served, today="2026-11-09")
    assert 1 == len(served.json("payments"))
