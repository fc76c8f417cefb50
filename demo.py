"""The main job on a copy of example-books/: pay, approve, reconcile, prove.

Runs `books` and `nettbank` as two programs that exchange files and nothing else. Every
figure shown comes from one of them; where both show the same figure they are compared,
and the demo fails if they differ.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import asyncssh

ROOT = Path(__file__).resolve().parent
PLACE = ROOT / "demo"
BOOKS = PLACE / "books"
BANK = PLACE / "bank"
PROGRAMS = Path(sys.executable).parent
APPROVER = "Ingrid Tindebekk"
MONDAY = "2026-11-16T09:00"
FRIDAY_AFTER = "2026-11-27T09:00"
DECEMBER = "2026-12-01T09:00"
ORGNR = "314011554"
UNKNOWN_KID = "20001099996"


#: Checks of the text alone; the demo shows those about the bank.
_PLAIN_CHECKS = tuple(
    f"ok  {name} "
    for name in (
        *("loads", "archive", "documents", "sums", "keys", "series"),
        *("chain", "batches", "items", "drafts", "lock", "set aside", "remittances"),
    )
)


class DemoFailed(SystemExit):
    """A program answered otherwise than the story has it."""


def run(program: str, *arguments: str, expected: int = 0) -> str:
    """Run a program and return what it printed; fail on another exit code."""
    where = {"books": ["--books", str(BOOKS)], "nettbank": ["--state", str(BANK)]}[program]
    command = [str(PROGRAMS / program), *where, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != expected:
        shown = f"{' '.join(command)}\n{ran.stdout}{ran.stderr}"
        raise DemoFailed(f"{shown}\nexit code {ran.returncode}, expected {expected}")
    return ran.stdout.strip()


def grouped(number: str) -> str:
    """Return a sum of `--json` as people write it."""
    return f"{Decimal(number):,.2f}".replace(",", " ")


def books(now: str, *arguments: str, expected: int = 0) -> str:
    """Run `books` as on a day."""
    return run("books", "--today", now, "--user", "tone", *arguments, expected=expected)


def bank(*arguments: str) -> dict[str, object] | list[dict[str, object]]:
    """Run `nettbank` and return its answer."""
    answer: dict[str, object] = json.loads(run("nettbank", *arguments, "--json"))
    return answer


def show(command: str, text: str, *, without: tuple[str, ...] = ()) -> None:
    """Print a command as a person types it, and what it printed.

    Args:
        command: As typed.
        text: What the program printed.
        without: Beginnings of lines that are left out here for brevity.
    """
    say(f"\n$ {command}")
    lines = text.splitlines()
    kept = [line for line in lines if not line.strip().startswith(without or ("\0",))]
    say("\n".join(kept))
    if len(kept) < len(lines):
        say(f"({len(lines) - len(kept)} lines left out here)")


def say(text: str) -> None:
    """Write a line to the screen."""
    sys.stdout.write(f"{text}\n")


def start() -> str:
    """Copy the books and found a bank that has the same balance."""
    if PLACE.exists():
        shutil.rmtree(PLACE)
    shutil.copytree(ROOT / "example-books", BOOKS, ignore=shutil.ignore_patterns(".books"))
    status = json.loads(books(MONDAY, "status", "--json"))
    account = status["accounts"][0]
    number = account["bank_account"]
    bank("init", "--now", MONDAY, "--seed", "7")
    bank(
        *("account", number, "--owner", "Tindebekk Elektro AS", "--orgnr", ORGNR),
        *("--balance", account["bank"]),
    )
    bank("person", APPROVER, "--account", number)
    bank("agreement", number, "--ocr", "001008566", "--camt054")
    return str(number)


def pay() -> None:
    """Order what is due, and let a person approve it in the netbank."""
    show("books status", books(MONDAY, "status"))
    before = {file.name for file in (BOOKS / "bank" / "outbox").glob("*.xml")}
    show("books pay-due", books(MONDAY, "pay-due", "--yes", expected=3))
    again = json.loads(books(MONDAY, "pay-due", "--yes", "--json", expected=3))
    assert again["remittances"] == []
    say("A second run has nothing to send.")
    (file,) = [
        each
        for each in (BOOKS / "bank" / "outbox").glob("*.xml")
        if each.name not in before
    ]
    receipt = bank("upload", str(file))
    assert isinstance(receipt, dict)
    ordered = json.loads(books(MONDAY, "remittance", str(receipt["message_id"]), "--json"))
    for ours, theirs in (
        (ordered["payments"], receipt["payments"]),
        (ordered["total"], receipt["total"]),
        (ordered["control_code"], receipt["control_code"]),
    ):
        if ours != theirs:
            raise DemoFailed(f"books say {ours}, the netbank says {theirs}")
    bank("approve", "--all", "--as", APPROVER)
    say(
        f"\nIn the netbank (simulated): {receipt['payments']} payments,"
        f" {grouped(receipt['total'])} NOK, control code {receipt['control_code']}:"
        f" the same sum, count and code. {APPROVER} approves."
    )


def confirm() -> None:
    """Ask the supplier whose account has changed, and write down who said so."""
    say("\nThe accountant calls Verktøyhuset Berg on the number that she had before.")
    show(
        "books confirm L10015 86019055177 --reason …",
        books(
            *(MONDAY, "confirm", "L10015", "86019055177"),
            *("--reason", "Telefon til daglig leder på kjent nummer"),
        ),
    )


def let_live(number: str) -> None:
    """Let customers pay, the bank take a fee, and one payee's account be closed."""
    sales = json.loads(books(MONDAY, "receivables", "--json"))
    paying = [sale for sale in sales if sale["kid"] and sale["due"] <= "2026-11-25"]
    twice = paying[0]
    for sale in (*paying, twice):
        bank("pay-in", number, "--amount", sale["amount"], "--kid", sale["kid"])
    bank("pay-in", number, "--amount", "1250", "--kid", UNKNOWN_KID)
    bank("charge", number, "--amount", "148.50", "--text", "Gebyr nettbank november")
    bills = json.loads(books(MONDAY, "payments", "--json"))
    closed = next(each for each in bills if each["open_items"] == ["lf-L10006-2289"])
    bank("payee", str(closed["creditor_account"]), "--closed")
    say(
        f"\nTime passes: {len(paying)} customers pay (one twice, one with an unknown KID),"
        " the bank takes a fee,\nand Vågan Bilservice's account has been closed."
    )
    bank("advance", "--to", FRIDAY_AFTER)
    bank("collect", str(BOOKS / "bank" / "inbox"))


def reconcile() -> None:
    """Take in what the bank returned; then the same files under other names."""
    inbox = BOOKS / "bank" / "inbox"
    returned = {file.name: file.read_bytes() for file in inbox.iterdir() if file.is_file()}
    show("books reconcile", books(FRIDAY_AFTER, "reconcile", expected=3))
    for number, data in enumerate(returned.values()):
        (inbox / f"again-{number:02d}.dat").write_bytes(data)
    again = json.loads(books(FRIDAY_AFTER, "reconcile", "--json", expected=3))
    say(
        f"\nThe same {len(again['messages'])} files again under other names:"
        f" {again['posted']} posted."
    )
    if again["posted"]:
        raise DemoFailed("a file was posted twice")


def decide() -> None:
    """Place the receipt that nobody knows, find that it was wrong, and take it back."""
    parked = next(
        each
        for each in json.loads(books(FRIDAY_AFTER, "unmatched", "--json", expected=3))
        if each["kid"] == UNKNOWN_KID
    )
    reference = parked["ref"].rpartition("/")[2]
    (item, *_) = [
        each["open_item"]
        for each in json.loads(books(FRIDAY_AFTER, "receivables", "--json"))
        if each["open_item"].startswith("kf-")
    ]
    say("\nThe receipt with the unknown KID is placed on an open invoice, and taken back.")
    matched = books(FRIDAY_AFTER, "match", reference, item)
    show(f"books match {reference} {item}", matched)
    voucher = matched.partition(":")[0].removeprefix("Voucher ")
    undone = books(FRIDAY_AFTER, "undo", voucher, "--reason", "feil kunde")
    show(f'books undo {voucher} --reason "feil kunde"', undone)
    waiting = json.loads(books(FRIDAY_AFTER, "unmatched", "--json", expected=3))
    if parked not in waiting:
        raise DemoFailed("what was undone does not wait as before")
    say("It waits as before, and the books keep all three vouchers.")


@contextmanager
def serving() -> Iterator[dict[str, str]]:
    """Serve the netbank and its SFTP server on loopback; yield where they are."""
    command = [str(PROGRAMS / "nettbank"), "--state", str(BANK), "serve", "--json"]
    command += ["--http", "127.0.0.1:0", "--sftp", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told: dict[str, str] = json.loads(server.stdout.readline())
            yield told
        finally:
            server.terminate()


def connect(bank_at: dict[str, str]) -> None:
    """Make a key, register it at the bank, and name the channel in books.toml."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    path = BOOKS / "keys" / "bank"
    path.parent.mkdir(mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(key.export_private_key())
    public = path.with_suffix(".pub")
    public.write_bytes(key.export_public_key())
    bank("key", ORGNR, str(public), "--user", "tindebekk")
    host, _, port = bank_at["sftp"].rpartition(":")
    settings = BOOKS / "books.toml"
    text = settings.read_text("utf-8").replace('channel = "netbank"', 'channel = "direct"')
    settings.write_text(
        f'{text}\n[channel.direct]\nkind = "sftp"\nhost = "{host}"\nport = {port}\n'
        'user = "tindebekk"\nkey_file = "keys/bank"\n'
        'inbox = "/inbox"\noutbox = "/outbox"\nafter_receive = "delete"\n',
        "utf-8",
    )
    books(FRIDAY_AFTER, "connect", "direct", "--fingerprint", bank_at["host_key"])


def integrate_directly() -> None:
    """Let the chosen bills go to the bank by themselves, and the answers come back."""
    with serving() as bank_at:
        connect(bank_at)
        say(
            "\nDirect integration: the bank's SFTP server is connected, its key pinned."
            "\nThe freeze of Verktøyhuset Berg's account is over; the draft is attested."
        )
        books(FRIDAY_AFTER, "post", "lf-L10016-30915")
        sent = json.loads(books(FRIDAY_AFTER, "pay-due", "--yes", "--json", expected=3))
        (message,) = sent["remittances"]
        say(
            f"\n$ books pay-due\n{message['payments']} payments,"
            f" {grouped(message['total'])} NOK, gone to the bank by SFTP."
            f"\n{APPROVER} approves in the netbank; four days pass."
        )
        bank("approve", "--all", "--as", APPROVER)
        bank("advance", "--days", "4")
        show("books sync", books(DECEMBER, "sync", expected=3), without=("Waits", "Next"))


def prove() -> None:
    """Follow one payment, prove every day, say how to look at it."""
    why = books(FRIDAY_AFTER, "why", "lf-L10005-759418")
    show("books why lf-L10005-759418", why, without=("kept as",))
    integrate_directly()
    show("books verify", books(DECEMBER, "verify"), without=_PLAIN_CHECKS)
    say(f"\nLook at it in Fava: .venv/bin/books --books {BOOKS.relative_to(ROOT)} web")


def main() -> None:
    """Tell the story."""
    say("The bank in this demo is simulated. No real money moves.")
    number = start()
    pay()
    confirm()
    let_live(number)
    reconcile()
    decide()
    prove()


if __name__ == "__main__":
    main()
