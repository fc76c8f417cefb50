"""The command line: options anywhere, one JSON document, exit codes, the same bytes again."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from payment_files import ACCOUNT, ORGNR, payment, simple
from test_nettbank_files import busy_week

from simulator import NOTICE, app

INIT = ["init", "--now", "2026-11-02T09:00"]


@pytest.mark.parametrize(
    "order",
    [
        ["--state", "DIR", "--json", *INIT],
        [*INIT, "--state", "DIR", "--json"],
        ["--json", *INIT, "--state=DIR"],
    ],
)
def test_the_common_options_may_stand_anywhere(order, tmp_path, capsys):
    arguments = [a.replace("DIR", str(tmp_path / "b")) for a in order]

    assert app.run(arguments) == 0
    assert json.loads(capsys.readouterr().out)["now"] == "2026-11-02T09:00:00"


def test_every_screen_says_that_the_bank_is_simulated(bank, capsys):
    screens = [
        ["accounts"], ["payments"], ["journal"], ["agreement", ACCOUNT],
        ["pay-in", ACCOUNT, "--amount", "1"], ["charge", ACCOUNT, "--amount", "1"],
        ["advance", "--days", "1"], ["collect", str(bank.folder / "out")],
    ]  # fmt: skip
    for arguments in screens:
        app.run(["--state", str(bank.folder), *arguments])

        assert capsys.readouterr().out.startswith(NOTICE), arguments


def test_the_names_of_the_faults_need_no_bank(monkeypatch, capsys):
    monkeypatch.delenv(app.STATE_VARIABLE, raising=False)

    assert app.run(["fault"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(NOTICE)
    assert "booked_twice" in shown
    assert app.run(["fault", "--json"]) == 0
    assert "silent" in {
        each["fault"] for each in json.loads(capsys.readouterr().out)["known"]
    }
    assert app.run(["fault", "silent"]) == 2
    assert "--state DIR is missing" in capsys.readouterr().err


def test_an_upload_shows_what_a_person_must_compare(bank, tmp_path, capsys):
    path = tmp_path / "remittance.xml"
    path.write_text(simple(payment("E-1", "12500.00"), payment("E-2", "0.50")))
    app.run(["--state", str(bank.folder), "upload", str(path)])

    shown = capsys.readouterr().out

    for part in ("remittance.xml", "M-1", "12 500.50 NOK", "control code", "approve"):
        assert part in shown


def test_hostile_text_cannot_move_the_cursor(bank, capsys):
    bank.upload(simple(payment("E-1", name="Bad\u202egnp\u009b2J")))
    app.run(["--state", str(bank.folder), "payments"])

    shown = capsys.readouterr().out

    assert not set(shown) & {"\u202e", "\u009b", "\x1b"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["journal"], 0),
        (["upload", "no-such-file.xml"], 1),
        (["approve", "M-9", "--as", "Kari"], 1),
        (["approve", "--all", "--as", "Nobody"], 1),
        (["account", ACCOUNT, "--owner", "X", "--orgnr", ORGNR], 1),
        (["account", "12345678901", "--owner", "X", "--orgnr", ORGNR], 1),
        (["account", "12345678903", "--owner", "X", "--orgnr", "974760674"], 1),
        (
            [
                "account",
                "12345678903",
                "--owner",
                "X",
                "--orgnr",
                ORGNR,
                "--currency",
                "XXX",
            ],
            1,
        ),
        (["person", "Liv", "--account", "12345678903"], 1),
        (["agreement", ACCOUNT, "--ocr", "12A"], 1),
        (["payee", ACCOUNT, "--closed"], 1),
        (["advance", "--days", "100000"], 1),
        (["init", "--now", "2026-11-02T09:00"], 1),
    ],
)
def test_exit_codes(bank, arguments, code):
    done = bank.run(*arguments)

    assert done.code == code
    assert ("error" in done.value) is (code == 1)
    assert ("Traceback" in done.err) is False


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["advance"], ["pay-in", ACCOUNT], ["journal", "--colour"]]
)
def test_wrong_usage_is_exit_code_2(arguments, tmp_path, capsys):
    assert app.run(["--state", str(tmp_path), *arguments]) == 2
    assert capsys.readouterr().err.startswith("nettbank: ")


def test_the_state_is_asked_for(monkeypatch, capsys):
    monkeypatch.delenv(app.STATE_VARIABLE, raising=False)

    assert app.run(["journal"]) == 2


def test_a_folder_without_a_bank_is_told_how_to_get_one(tmp_path, capsys):
    assert app.run(["--state", str(tmp_path), "journal"]) == 1
    assert "init" in capsys.readouterr().err


def test_the_same_seed_and_the_same_calls_give_the_same_bytes(new_bank):
    worlds = []
    for name in ("one", "two"):
        bank = new_bank("--ocr", "123456789", "--camt054", name=f"{name}/bank")
        busy_week(bank)
        worlds.append([(path.name, path.read_bytes()) for path in bank.collect()])

    assert worlds[0] == worlds[1]


def test_another_seed_gives_other_references(new_bank, tmp_path, capsys):
    bank = new_bank()
    other = type(bank)(tmp_path / "other", capsys)
    other("init", "--now", "2026-11-02T09:00", "--seed", "2")
    other("account", ACCOUNT, "--owner", "Fjord AS", "--orgnr", ORGNR)
    for one in (bank, other):
        one("charge", ACCOUNT, "--amount", "1")

    assert bank("journal")[0]["reference"] != other("journal")[0]["reference"]


def test_help_needs_no_heavy_module_and_is_quick():
    program = (
        "import sys\nfrom simulator import app\n"
        "try:\n app.run(['--help'])\nexcept SystemExit:\n pass\n"
        "print(sorted({'lxml', 'jinja2', 'sqlite3.dbapi2', 'flask', 'asyncssh'} & set(sys.modules)))"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "['sqlite3.dbapi2']"
    assert time.monotonic() - began < 5  # about 0.1 s on an idle machine


MALFORMED = [
    ["advance", "--to", "tomorrow"],
    ["advance", "--days", "x"],
    ["advance", "--days", "99999999999"],
    ["pay-in", ACCOUNT, "--amount", "x"],
    ["charge", ACCOUNT, "--amount", "1.234"],
    ["approve", "--as", "Kari"],
    ["approve", "M-1", "--all", "--as", "Kari"],
    ["reject", "--all", "--payment", "E-1", "--as", "Kari"],
    ["copy", ACCOUNT, "yesterday"],
    ["fault", "dup_file", "count=many"],
    ["fault", "dup_file", "colour=red"],
    ["agreement", ACCOUNT, "--approvals", "3"],
    ["account", "12345678903", "--owner", "X", "--orgnr", ORGNR, "--balance", "x"],
    ["serve", "--http", "x"],
    ["init", "--now", "2026-13-01"],
    ["fly"],
    ["journal", "--colour"],
    ["upload"],
]


@pytest.mark.parametrize("arguments", MALFORMED, ids=" ".join)
def test_words_that_cannot_be_read_are_one_document_and_exit_code_2(bank, arguments):
    done = bank.run(*arguments)

    assert done.code == 2
    assert done.value["error"]
    assert done.err.startswith("nettbank: ")
    assert "Traceback" not in done.err


def test_help_as_json_is_one_document(bank):
    assert "nettbank upload" in bank("upload", "--help")["help"]


def test_a_reader_who_has_read_enough_sees_no_traceback(bank):
    for _ in range(3):
        bank("pay-in", ACCOUNT, "--amount", "1", "--text", "x" * 140)
    program = [sys.executable, "-m", "simulator.app", "--state", str(bank.folder)]
    with subprocess.Popen(
        [*program, "fault"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as ran:
        ran.stdout.close()  # before anything is written

        assert ran.stderr.read() == ""
    assert ran.returncode == 0


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_ctrl_c_is_told_in_one_line(bank, as_json, monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("simulator.commands.journal.journal", stopped)

    code = app.run(["--state", str(bank.folder), "journal", *as_json])

    shown = capsys.readouterr()
    assert code == 130
    assert shown.err.startswith("nettbank: stopped")
    assert ("error" in shown.out) is bool(as_json)


def test_a_fault_of_ours_is_kept_and_told_in_one_line(bank, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("simulator.commands.journal.journal", broken)

    done = bank.run("journal")

    assert done.code == 1
    assert "Traceback" not in done.err
    assert "ZeroDivisionError" in (bank.folder / "fault.txt").read_text("utf-8")


def test_a_screen_shows_words_and_not_a_program_s_values(bank, capsys):
    app.run(["--state", str(bank.folder), "agreement", ACCOUNT])
    app.run(["--state", str(bank.folder), "person", "Liv", "--account", ACCOUNT])

    shown = capsys.readouterr().out

    for part in ("False", "None", "[", "_"):
        assert part not in shown
    assert f"accounts  {ACCOUNT}\n" in shown
