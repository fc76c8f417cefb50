"""One command at a time writes in a books folder."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time

import pytest

from ledger.lock import BooksBusy, books_lock

spawn = multiprocessing.get_context("spawn")
fork = multiprocessing.get_context("fork")


def hold(folder, ready, done):
    with books_lock(folder):
        ready.set()
        done.wait(20)


def count_up(folder, times):
    for _ in range(times):
        with books_lock(folder, attempts=2000):
            path = folder / "count"
            number = int(path.read_text()) if path.exists() else 0
            time.sleep(0.001)
            path.write_text(str(number + 1))


def test_the_second_is_told_who_holds_the_books(tmp_path):
    with (
        books_lock(tmp_path),
        pytest.raises(BooksBusy) as told,
        books_lock(tmp_path, attempts=1),
    ):
        pass

    assert f"process {os.getpid()} (user " in str(told.value)
    assert "since 20" in str(told.value)


def test_the_lock_is_free_again_afterwards(tmp_path):
    with books_lock(tmp_path):
        pass
    with books_lock(tmp_path, attempts=1):
        pass

    assert (tmp_path / ".books" / "lock").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / ".books").stat().st_mode & 0o777 == 0o700


def test_an_error_frees_the_lock(tmp_path):
    with pytest.raises(KeyError), books_lock(tmp_path):
        raise KeyError
    with books_lock(tmp_path, attempts=1):
        pass


def test_another_process_keeps_us_out_and_its_death_lets_us_in(tmp_path):
    ready, done = spawn.Event(), spawn.Event()
    other = spawn.Process(target=hold, args=(tmp_path, ready, done))
    other.start()
    assert ready.wait(20)

    with pytest.raises(BooksBusy) as told, books_lock(tmp_path, attempts=2):
        pass
    assert f"process {other.pid} " in str(told.value)

    os.kill(other.pid, signal.SIGKILL)
    other.join(20)
    with books_lock(tmp_path):
        pass


def test_a_child_does_not_keep_its_parents_lock(tmp_path):
    done = fork.Event()
    with books_lock(tmp_path):
        child = fork.Process(target=done.wait, args=(20,))
        child.start()

    with books_lock(tmp_path, attempts=1):
        assert child.is_alive()
    done.set()
    child.join(20)


def hold_with_child(folder, ready, done):
    """Hold the lock, have a child that lives on, and wait to be killed."""
    with books_lock(folder):
        if os.fork() == 0:
            ready.set()
            done.wait(20)
            os._exit(0)
        time.sleep(20)


def test_a_child_that_outlives_its_killed_parent_does_not_keep_the_lock(tmp_path):
    ready, done = spawn.Event(), spawn.Event()
    parent = spawn.Process(target=hold_with_child, args=(tmp_path, ready, done))
    parent.start()
    assert ready.wait(20)

    os.kill(parent.pid, signal.SIGKILL)
    while (
        parent.exitcode is None
    ):  # not join: its pipe is open for as long as the child lives
        time.sleep(0.01)

    try:
        with books_lock(tmp_path):
            pass
    finally:
        done.set()


@pytest.mark.parametrize("processes", [2, 4])
def test_processes_take_turns(tmp_path, processes):
    runners = [
        spawn.Process(target=count_up, args=(tmp_path, 25)) for _ in range(processes)
    ]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(60)

    assert [0] * processes == [runner.exitcode for runner in runners]
    assert str(25 * processes) == (tmp_path / "count").read_text()
