"""The `nettbank` command: parse, call, print.

Exit codes: 0 done, 1 refused, 2 usage. `--state`, `--json` and `--help` may stand before
or after the command. Only the standard library is imported here, so that it starts at
once; what a command needs is imported when it runs.
"""

import argparse
import json
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator import NOTICE
from simulator.refusal import Refused

DONE, REFUSED, USAGE = 0, 1, 2
STATE_VARIABLE = "NETTBANK_STATE"


def main() -> None:
    """Run the command line of this process."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    parser = _parser()
    common, rest = _common(arguments)
    options = parser.parse_args(rest)
    folder = common.state or os.environ.get(STATE_VARIABLE)
    if not folder:
        parser.error(f"--state DIR is missing (or set {STATE_VARIABLE})")
    from simulator import commands

    try:
        if options.command == "serve":
            from simulator import serve

            serve.run(Path(folder), options.http, options.sftp, as_json=common.json)
            return DONE
        answer = commands.run(Path(folder), options)
    except Refused as refusal:
        return _refuse(refusal, as_json=common.json)
    except (sqlite3.Error, OSError) as error:
        return _refuse(
            Refused(f"{folder}: {error}. Nothing was changed."), as_json=common.json
        )
    if common.json:
        print(json.dumps(answer.value, ensure_ascii=False, indent=2))  # noqa: T201
    else:
        print(answer.text)  # noqa: T201
    return REFUSED if answer.refused else DONE


def _refuse(refusal: Refused, *, as_json: bool) -> int:
    if as_json:
        body = {"error": refusal.text, "code": refusal.code or None}
        print(json.dumps(body, ensure_ascii=False))  # noqa: T201
    print(f"nettbank: {refusal}", file=sys.stderr)  # noqa: T201
    return REFUSED


def _common(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Take the options that may stand anywhere out of the arguments."""
    common = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    common.add_argument("--state")
    common.add_argument("--json", action="store_true")
    return common.parse_known_args(list(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
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
