"""`books sync`: all that cron needs, and quiet when there is nothing to say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sftp_world import SftpWorld, Wire
from world import ACCOUNT, World

from cli.commands.sync import WAIT_SECONDS_MAX, next_wait


def log(world: World) -> str:
    path = world.folder / ".books" / "sync.log"
    return path.read_text() if path.exists() else ""


def test_it_fetches_posts_and_tells_and_then_is_quiet(world: World):
    world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=3)

    first = world.books("sync", code=0)
    second = world.books("sync", code=0)

    assert "posted" in first.out
    assert ("", "") == (second.out, second.err)
    assert "received camt.053" in log(world)
    assert len(first.out.splitlines()) == len(log(world).splitlines())
    assert "Nothing new." == world.books("sync", "-v", code=0).out.strip()


def test_as_json_it_says_whether_all_went_well(world: World):
    world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=3)

    told = world.json("sync", code=0)

    assert told["ok"]
    assert "posted" in told["detail"]
    assert 1 == told["posted"]
    assert {"0.00"} == {each["difference"] for each in told["statements"]}


def test_what_waits_for_a_person_is_an_exit_code_each_time_and_told_once(world: World):
    world.bank("pay-in", ACCOUNT, "--amount", "17", "--kid", "999999999991")
    world.let_pass(days=3)

    first = world.books("sync", code=3)
    second = world.books("sync", code=3)

    assert "parked 1" in first.out
    assert "" == second.out


def test_a_file_that_cannot_be_used_is_told_once(world: World):
    (world.folder / "bank" / "inbox" / "odd.xml").write_bytes(b"<odd/>")

    first = world.books("sync", code=3)
    second = world.books("sync", code=3)

    assert "odd.xml: quarantined" in first.out
    assert "" == second.out
    assert 1 == log(world).count(" received file odd.xml")


def test_an_inbox_that_gives_nothing_up_hides_no_file_behind_the_first(
    world: World, monkeypatch
):
    """A folder that we may only read: every file is taken in once, and the trouble told."""
    inbox = world.folder / "bank" / "inbox"
    for name in ("a.xml", "b.xml"):
        (inbox / name).write_bytes(f"<odd>{name}</odd>".encode())
    real = os.unlink

    def refuses(path, *more, **named):
        if path in {"a.xml", "b.xml"}:
            raise PermissionError(13, "Permission denied")
        real(path, *more, **named)

    monkeypatch.setattr(os, "unlink", refuses)

    first = world.books("sync", code=3)
    world.books("sync", code=3)

    assert (
        "a.xml was read and cannot be removed: Permission denied" in first.out + first.err
    )
    assert [1, 1] == [log(world).count(f" received file {n}.xml") for n in ("a", "b")]
    assert 1 == log(world).count("cannot be removed")


def test_no_account_number_is_in_the_log(world: World):
    """Account, KID and a national identity number in a file's name: all masked."""
    inbox = world.folder / "bank" / "inbox"
    (inbox / f"P.{ACCOUNT}.01017012345.xml").write_bytes(b"<odd/>")
    world.books("sync", code=3)
    world.append("main.beancount", '2026-11-02 custom "open-item" "lf-x" "8601.11.17947"')

    refused = world.books("sync", code=1)

    text = log(world)
    assert "****7947" in text
    assert "refused: " in text
    for secret in (ACCOUNT, "8601.11.17947", "01017012345"):
        assert secret not in text + refused.err + refused.out
    assert 0o600 == (world.folder / ".books" / "sync.log").stat().st_mode & 0o777


def test_a_bank_out_of_reach_is_told_when_it_begins_and_when_it_is_over(
    connected: SftpWorld,
):
    server = connected.server
    server.stop()

    begun = connected.books("sync", code=3)
    still = connected.books("sync", code=3)
    server.start()
    over = connected.books("sync", code=0)

    assert begun.out.startswith("trouble: channel netbank: sftp://")
    assert "" == still.out
    assert over.out.startswith("over: channel netbank: sftp://")
    assert 2 == len(log(connected).splitlines())


def test_what_could_not_be_sent_goes_with_the_next_run(connected: SftpWorld):
    connected.bill("1", "1500.00", "2026-11-05", party="L10002")
    connected.server.stop()
    ordered = connected.json("pay-due", code=3)
    connected.server.start()

    told = connected.json("sync", code=0)

    assert ["unknown"] == [each["state"] for each in ordered["remittances"]]
    assert ordered["remittances"][0]["problem"]
    (sent,) = told["remittances"]
    assert ("transmitted", True) == (sent["state"], sent["recovered"])
    assert ordered["remittances"][0]["message_id"] == sent["message_id"]
    assert ["transmitted"] == [each["state"] for each in connected.json("payments")]


def test_a_wrong_host_key_refuses_the_run(connected: SftpWorld):
    connected.server.rotate_host_key()

    ran = connected.books("sync", code=1)

    assert "not pinned" in ran.err
    assert "books connect netbank" in ran.err
    assert "not pinned" in log(connected)


def test_other_channels_go_on_while_one_is_out_of_reach(connected: SftpWorld):
    """A file from the second channel is posted although the first gives no answer."""
    toml = connected.folder / "books.toml"
    table = (
        '\n[channel.paper]\nkind = "directory"\noutbox = "paper/out"\ninbox = "paper/in"\n'
    )
    toml.write_text(toml.read_text() + table)
    connected.sale("5001", "25000.00", "200010050017")
    connected.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    connected.bank("advance", "--days", "3")
    connected.bank("collect", str(connected.folder / "paper" / "in"))
    connected.server.stop()

    told = connected.json("reconcile", code=3)

    assert 1 == told["posted"]
    assert {"0.00"} == {each["difference"] for each in told["statements"]}
    (warning,) = told["warnings"]
    assert warning.startswith("channel netbank: sftp://")


def test_the_wait_doubles_up_to_a_quarter_of_an_hour_and_news_ends_it():
    waits, wait = [], 60.0
    for _ in range(6):
        wait = next_wait(wait, has_news=False)
        waits.append(wait)

    assert [120, 240, 480, 900, 900, 900] == waits
    assert WAIT_SECONDS_MAX == 900
    assert 60 == next_wait(900, has_news=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watching_ends_cleanly_on_a_signal(world: World, number):
    world.bank("pay-in", ACCOUNT, "--amount", "17", "--kid", "999999999991")
    world.let_pass(days=3)
    books = [str(Path(sys.executable).parent / "books"), "--books", str(world.folder)]
    process = subprocess.Popen(
        [*books, "sync", "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    first = process.stdout.readline()
    begun = time.monotonic()

    process.send_signal(number)
    out, err = process.communicate(timeout=20)

    assert first.startswith("received ")
    assert 0 == process.returncode, err
    assert "Stopped after 1 run." in out
    assert time.monotonic() - begun < 15


def test_a_wire_that_is_cut_is_a_trouble_and_no_fault(sftp_world: SftpWorld):
    wire = Wire(sftp_world.server.port)
    sftp_world.reach(sftp_world.server, port=wire.port, timeout_seconds=2)
    sftp_world.books("connect", "netbank", "--yes", code=0)
    wire.close()

    ran = sftp_world.books("sync", code=3)

    assert ran.out.startswith("trouble: channel netbank")
    assert not (sftp_world.folder / ".books" / "fault.txt").exists()


EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def test_the_examples_name_commands_and_options_that_there_are():
    import re

    import typer.main

    from cli.app import app

    commands = typer.main.get_command(app).commands
    text = "\n".join(path.read_text("utf-8") for path in sorted(EXAMPLES.iterdir()))
    called = re.findall(r"--books \S+ ([a-z-]+)((?: --[a-z-]+)*)", text)

    assert {"sync", "pay-due"} == {name for name, _ in called}
    for name, options in called:
        known = {option for each in commands[name].params for option in each.opts}
        assert set(options.split()) <= known
    assert "SuccessExitStatus=3" in text
