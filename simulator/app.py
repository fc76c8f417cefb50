"""The `nettbank` command: parse, call, print.

Exit codes: 0 done, 1 refused, 2 usage (words, times and amounts that cannot be read).
`--state`, `--json` and `--help` may stand before or after the command. With `--json`
stdout is one JSON document, whatever happens. Only the standard library is imported here,
so that it starts at once; what a command needs is imported when it runs.
"""

import argparse
import contextlib
import functools
import io
import json
import os
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from simulator import NOTICE
from simulator.refusal import Malformed, Refused

if TYPE_CHECKING:
    from simulator import commands

DONE, REFUSED, USAGE = 0, 1, 2
STOPPED = 130
"""As a shell tells of Ctrl-C."""
STATE_VARIABLE = "NETTBANK_STATE"


def main() -> None:
    """Run the command line of this process."""
    sys.exit(run(sys.argv[1:]))


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong with the words, so that `--json` can be kept."""

    def error(self, message: str) -> NoReturn:
        raise Malformed(f"{message}. See {self.prog} --help.")


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; no traceback reaches the screen."""
    as_json = "--json" in arguments
    try:
        try:
            return _run(arguments)
        except Refused as refusal:
            code = USAGE if isinstance(refusal, Malformed) else REFUSED
            return _refuse(refusal, code, as_json=as_json)
        except KeyboardInterrupt:
            stopped = Refused("stopped. What was under way is not done.")
            return _refuse(stopped, STOPPED, as_json=as_json)
    except BrokenPipeError:
        # Whoever read us has read enough: no word on the screen, and none at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _run(arguments: Sequence[str]) -> int:
    common, rest = _common(arguments)
    if common.json and {"-h", "--help"} & {*rest}:
        return _help_as_json(rest)
    options = _parser().parse_args(rest)
    folder = common.state or os.environ.get(STATE_VARIABLE)
    if not folder and options.command == "fault" and not options.name:
        from simulator import commands

        answer: commands.Answer | None = commands.without_a_bank()
    elif not folder:
        raise Malformed(f"--state DIR is missing (or set {STATE_VARIABLE})")
    else:
        answer = _answer(Path(folder), options, as_json=common.json)
    if answer is None:
        return DONE
    if common.json:
        print(json.dumps(answer.value, ensure_ascii=False, indent=2))  # noqa: T201
    else:
        print(answer.text)  # noqa: T201
    sys.stdout.flush()
    return REFUSED if answer.refused else DONE


def _answer(
    folder: Path, options: argparse.Namespace, *, as_json: bool
) -> "commands.Answer | None":
    """Return what a command answers; `serve` tells as it goes."""
    from simulator import commands

    try:
        if options.command == "serve":
            from simulator import serve

            serve.run(folder, options.http, options.sftp, as_json=as_json)
            return None
        return commands.run(folder, options)
    except (Refused, BrokenPipeError):
        raise
    except (sqlite3.Error, OSError) as error:
        raise Refused(f"{folder}: {error}. Nothing was changed.") from None
    except Exception as error:  # noqa: BLE001 - the last line before a person's screen
        raise Refused(_fault_of_ours(folder, error)) from None


def _fault_of_ours(folder: Path, error: Exception) -> str:
    """Keep the traceback for the report of the fault, and say where it is."""
    told = f"a fault of ours ({type(error).__name__}: {error})"
    place = folder / "fault.txt"
    try:
        place.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return f"{told}. Please report it."
    return f"{told}; what happened is in {place}. Please report it."


def _help_as_json(rest: Sequence[str]) -> int:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
        _parser().parse_args(rest)
    print(json.dumps({"help": shown.getvalue()}, ensure_ascii=False))  # noqa: T201
    return DONE


def _refuse(refusal: Refused, code: int, *, as_json: bool) -> int:
    from simulator import screens

    print(f"nettbank: {screens.clean(refusal)}", file=sys.stderr)  # noqa: T201
    if as_json:
        body = {"error": refusal.text, "code": refusal.code or None}
        print(json.dumps(body, ensure_ascii=False))  # noqa: T201
        sys.stdout.flush()
    return code


def _common(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Take the options that may stand anywhere out of the arguments."""
    common = _Parser(prog="nettbank", add_help=False, allow_abbrev=False)
    common.add_argument("--state")
    common.add_argument("--json", action="store_true")
    return common.parse_known_args(list(arguments))


@functools.cache  # a test runs many command lines in one process
def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="nettbank",
        description=f"{NOTICE}. A Norwegian bank for tests, demonstrations and training.",
        epilog="Everywhere: --state DIR (the bank's folder), --json (one JSON document).",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, allow_abbrev=False)

    _customers(command("init", "make a new bank"), command("account", "open an account"))
    command("accounts", "list accounts and balances")
    _people(command("person", "give a person rights on accounts"))
    _agreement(command("agreement", "what a customer ordered for an account; or show it"))
    _payee(command("payee", "what is known of an account in another bank; or show it"))
    _upload(command("upload", "upload pain.001.001.03 or .09, or a recall (camt.055)"))
    _decide(command("approve", "approve payments"))
    _decide(command("reject", "cancel payments before the run"))
    _world(
        command("pay-in", "somebody outside pays into an account"),
        command("charge", "the bank takes a fee"),
    )
    _time(command("advance", "let time pass"))
    fault = command("fault", "arm a named fault; without a name: which there are")
    fault.add_argument("name", nargs="?", metavar="NAME")
    fault.add_argument("settings", nargs="*", metavar="KEY=VALUE")
    collect = command("collect", "fetch return files")
    collect.add_argument("--customer", default="", metavar="ORGNR")
    collect.add_argument("folder", type=Path, metavar="DIR")
    collect.add_argument(
        "--again", action="store_true", help="all files, not only new ones"
    )
    _server(command("serve", "netbank pages and SFTP"), command("key", "an SFTP key"))
    copy = command("copy", "order copies of a day's statement and OCR giro")
    copy.add_argument("number", metavar="NUMBER")
    copy.add_argument("date", metavar="DATE")
    command("journal", "every movement, signed, in order")
    command("payments", "every instruction and how it stands")
    return parser


def _customers(init: argparse.ArgumentParser, account: argparse.ArgumentParser) -> None:
    init.add_argument("--now", required=True, metavar="TIME", help="2026-11-02T09:00, Oslo")
    init.add_argument("--seed", type=int, default=1)
    init.add_argument("--profile", default="sor")
    account.add_argument("number", metavar="NUMBER")
    account.add_argument("--owner", required=True, metavar="NAME")
    account.add_argument("--orgnr", required=True, metavar="N")
    account.add_argument("--balance", default="0", metavar="A")
    account.add_argument("--currency", default="NOK", metavar="C")


def _people(person: argparse.ArgumentParser) -> None:
    person.add_argument("name", metavar="NAME")
    person.add_argument(
        "--account", required=True, nargs="+", action="extend", metavar="NUMBER"
    )
    person.add_argument(
        "--password-stdin", action="store_true", help="read a netbank password from stdin"
    )
    person.add_argument(
        "--limit", metavar="A", help="largest sum this person may approve a day"
    )


def _agreement(agreement: argparse.ArgumentParser) -> None:
    switch = argparse.BooleanOptionalAction
    agreement.add_argument("number", metavar="NUMBER")
    agreement.add_argument("--ocr", metavar="ID", help="OCR giro under this agreement id")
    agreement.add_argument("--kid-lengths", type=int, nargs="+", metavar="N")
    agreement.add_argument("--camt054", action=switch, help="details in camt.054")
    agreement.add_argument("--approvals", type=int, choices=(1, 2))
    agreement.add_argument("--notify", choices=("run", "day"), help="when camt.054 comes")
    agreement.add_argument("--camt-version", choices=("02", "08"))
    agreement.add_argument(
        "--discreet-salary", action=switch, help="salary without details on the statement"
    )


def _payee(payee: argparse.ArgumentParser) -> None:
    switch = argparse.BooleanOptionalAction
    payee.add_argument("number", metavar="NUMBER")
    payee.add_argument(
        "--closed", action=switch, help="closed: payments are rejected AC04 at the run"
    )
    payee.add_argument(
        "--returns", action=switch, help="takes no money: it comes back days later (RRTN)"
    )
    payee.add_argument("--kid", choices=("optional", "required", "refused"))
    payee.add_argument("--owner", metavar="NAME")
    payee.add_argument("--orgnr", metavar="N")


def _upload(upload: argparse.ArgumentParser) -> None:
    upload.add_argument("file", type=Path, metavar="FILE")
    upload.add_argument("--as", dest="person", default="", metavar="NAME")


def _decide(decide: argparse.ArgumentParser) -> None:
    decide.add_argument("message_id", nargs="?", metavar="MESSAGE_ID")
    decide.add_argument("--all", action="store_true")
    decide.add_argument("--as", dest="person", required=True, metavar="NAME")
    decide.add_argument("--payment", nargs="+", default=[], action="extend", metavar="E2E")


def _world(pay_in: argparse.ArgumentParser, charge: argparse.ArgumentParser) -> None:
    pay_in.add_argument("number", metavar="NUMBER")
    pay_in.add_argument("--amount", required=True, metavar="A")
    pay_in.add_argument("--kid", default="", metavar="K")
    pay_in.add_argument("--text", default="", metavar="T")
    pay_in.add_argument("--from-name", default="", metavar="N")
    pay_in.add_argument("--from-account", default="", metavar="N")
    charge.add_argument("number", metavar="NUMBER")
    charge.add_argument("--amount", required=True, metavar="A")
    charge.add_argument("--text", default="", metavar="T")
    charge.add_argument(
        "--kind", choices=("charge", "card", "interest", "interest-due"), default="charge"
    )


def _server(serve: argparse.ArgumentParser, key: argparse.ArgumentParser) -> None:
    serve.add_argument("--http", default="127.0.0.1:8088", metavar="ADDR")
    serve.add_argument("--sftp", default="127.0.0.1:2222", metavar="ADDR")
    key.add_argument("orgnr", metavar="ORGNR")
    key.add_argument("file", type=Path, metavar="FILE", help="OpenSSH public key")
    key.add_argument("--user", required=True, metavar="NAME")


def _time(advance: argparse.ArgumentParser) -> None:
    way = advance.add_mutually_exclusive_group(required=True)
    way.add_argument("--to", metavar="TIME")
    way.add_argument("--days", type=int, metavar="N")
    way.add_argument("--next-run", action="store_true")


if __name__ == "__main__":
    main()
