"""`books`: parse the arguments, call one use case, print its answer, exit.

Each command imports what it needs when it runs, so that `books --help` stays quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli import running
from cli.answer import Answer, UsageError

app = typer.Typer(
    name="books",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=False,
    help=(
        "Plain-text books that pay what is due through the bank, post what the bank says"
        " happened, and prove to the øre that both agree.\n\n"
        "Global options, before or after the command: --books DIR, --today DATE[THH:MM],"
        " --user NAME, --json, -v."
    ),
    epilog=(
        "Exit codes: 0 done, nothing waits. 1 refused, books unchanged. 2 usage."
        " 3 done, and something waits for a person."
    ),
)

rules = typer.Typer(
    help="Rules of books.toml for money that recurs.", rich_markup_mode=None
)
app.add_typer(rules, name="rules")

Context = typer.Context
Until = Annotated[str | None, typer.Option("--until", metavar="DATE")]


@app.callback(invoke_without_command=True)
def overview(ctx: Context) -> Answer | None:
    """Run `status` when no command is named."""
    if ctx.invoked_subcommand is not None:
        return None
    from cli.commands import status

    return status.run(ctx.obj, with_next_step=True)


@app.command()
def init(
    ctx: Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR")],
    company: Annotated[str, typer.Option("--company", metavar="NAME")],
    orgnr: Annotated[str, typer.Option("--orgnr", metavar="N")],
    bank_account: Annotated[str, typer.Option("--bank-account", metavar="BBAN")],
    bank: Annotated[str, typer.Option("--bank", metavar="PROFILE")] = "generic",
    currency: Annotated[str, typer.Option("--currency")] = "NOK",
    opening: Annotated[str | None, typer.Option("--opening", metavar="AMOUNT")] = None,
    opening_date: Annotated[
        str | None, typer.Option("--opening-date", metavar="DATE")
    ] = None,
) -> Answer:
    """Make new books from the bundled chart of accounts."""
    from cli.commands import init as command

    return command.run(
        ctx.obj,
        directory=directory,
        company=company,
        orgnr=orgnr,
        bank_account=bank_account,
        bank=bank,
        currency=currency,
        opening=opening,
        opening_date=opening_date,
    )


@app.command("import")
def import_(
    ctx: Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...")] = None,
    opening: Annotated[Path | None, typer.Option("--opening", metavar="FILE.csv")] = None,
    post: Annotated[
        bool, typer.Option("--post", help="post at once, not as drafts")
    ] = False,
) -> Answer:
    """Take in balances and open items from the old system (--opening)."""
    from cli.commands import import_ as command

    return command.run(ctx.obj, files=files or [], opening=opening, post=post)


@app.command()
def post(
    ctx: Context, items: Annotated[list[str], typer.Argument(metavar="ITEM...")]
) -> Answer:
    """Attest drafts: from then on they may be paid."""
    from cli.commands import decisions

    return decisions.post(ctx.obj, items)


@app.command()
def hold(
    ctx: Context,
    item: Annotated[str, typer.Argument(metavar="ITEM")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")],
) -> Answer:
    """Hold a payable: it is not paid until it is released."""
    from cli.commands import decisions

    return decisions.hold(ctx.obj, item, reason)


@app.command()
def release(ctx: Context, item: Annotated[str, typer.Argument(metavar="ITEM")]) -> Answer:
    """Release a payable that a person, a check or the bank holds."""
    from cli.commands import decisions

    return decisions.release(ctx.obj, item)


@app.command()
def confirm(
    ctx: Context,
    party: Annotated[str, typer.Argument(metavar="PARTY")],
    account: Annotated[str, typer.Argument(metavar="ACCOUNT")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")],
) -> Answer:
    """Confirm a supplier's changed account; bills on it stay frozen."""
    from cli.commands import confirming

    return confirming.run(ctx.obj, party, account, reason)


@app.command()
def payables(ctx: Context, until: Until = None) -> Answer:
    """List what we owe: open, held, in flight, draft."""
    from cli import arguments
    from cli.commands import open_items

    return open_items.payables(ctx.obj, arguments.date(until, "--until"))


@app.command()
def receivables(ctx: Context, until: Until = None) -> Answer:
    """List what is owed to us."""
    from cli import arguments
    from cli.commands import open_items

    return open_items.receivables(ctx.obj, arguments.date(until, "--until"))


@app.command("pay-due")
def pay_due(
    ctx: Context,
    items: Annotated[list[str] | None, typer.Argument(metavar="[ITEM[=AMOUNT]...]")] = None,
    until: Until = None,
    account: Annotated[str | None, typer.Option("--account", metavar="A")] = None,
    channel: Annotated[str | None, typer.Option("--channel", metavar="C")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show, write nothing")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask on a terminal")] = False,
) -> Answer:
    """Pay what is due: one message to the bank, each bill on its own day."""
    from cli import arguments
    from cli.commands import pay_due as command

    request = command.Request(
        items=[arguments.named(each) for each in items or ()],
        until=arguments.date(until, "--until"),
        account=account,
        channel=channel,
        dry_run=dry_run,
        yes=yes,
    )
    return command.run(ctx.obj, request)


@app.command()
def send(ctx: Context) -> Answer:
    """Deliver what is prepared or unknown: the same bytes again."""
    from cli.commands import pay_due as command

    return command.send(ctx.obj)


@app.command()
def cancel(
    ctx: Context,
    reference: Annotated[str, typer.Argument(metavar="E2E|MSGID|ITEM")],
    never_sent: Annotated[
        bool,
        typer.Option(
            "--never-sent",
            help="the message never reached the bank; or what the old system ordered will"
            " never come",
        ),
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="of --never-sent")
    ] = None,
) -> Answer:
    """Ask the bank to take payments back before it executes them."""
    from cli.commands import cancel as command

    return command.run(ctx.obj, reference, never_sent=never_sent, reason=reason)


@app.command()
def connect(
    ctx: Context,
    channel: Annotated[str, typer.Argument(metavar="CHANNEL")],
    yes: Annotated[
        bool, typer.Option("--yes", help="pin what is shown, if nothing is pinned yet")
    ] = False,
    fingerprint: Annotated[
        str | None,
        typer.Option("--fingerprint", metavar="SHA256:…", help="pin it, if it is shown"),
    ] = None,
) -> Answer:
    """Set up a channel: show the bank's host key, pin it, try both folders."""
    from cli.commands import connect as command

    consent = command.Consent(yes=yes, fingerprint=fingerprint)
    return command.run(ctx.obj, channel, consent)


@app.command()
def payments(ctx: Context) -> Answer:
    """List every payment ever ordered and where it is."""
    from cli.commands import payments as command

    return command.run(ctx.obj)


@app.command()
def remittance(
    ctx: Context, message_id: Annotated[str, typer.Argument(metavar="MSGID")]
) -> Answer:
    """Show one message as a payment list with sum, count and control code."""
    from cli.commands import payments as command

    return command.remittance(ctx.obj, message_id)


@app.command()
def reconcile(
    ctx: Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show, write nothing")] = False,
) -> Answer:
    """Take in what the bank says, post it, and prove that bank and books agree."""
    from cli.commands import reconcile as command

    return command.run(ctx.obj, files=files or [], dry_run=dry_run)


@app.command()
def sync(
    ctx: Context,
    watch: Annotated[bool, typer.Option("--watch", help="stay, and poll")] = False,
) -> Answer:
    """Send what is to be sent, fetch, reconcile; tells only what changed."""
    from cli.commands import sync as command

    return command.run(ctx.obj, watch=watch)


@app.command()
def unmatched(ctx: Context) -> Answer:
    """List what waits for a person, with candidates and why none is certain."""
    from cli.commands import unmatched as command

    return command.run(ctx.obj)


@app.command()
def match(
    ctx: Context,
    reference: Annotated[str, typer.Argument(metavar="REF")],
    items: Annotated[list[str], typer.Argument(metavar="ITEM[=AMOUNT]...")],
) -> Answer:
    """Settle items with parked money, or offset two items of opposite sign.

    For ITEM a payment on its way may be named (E-…): the money is that payment.
    """
    from cli.commands import deciding

    return deciding.match(ctx.obj, reference, items)


@app.command()
def book(
    ctx: Context,
    reference: Annotated[str, typer.Argument(metavar="REF")],
    accounts: Annotated[list[str], typer.Argument(metavar="ACCOUNT[=AMOUNT]...")],
    vat: Annotated[
        str | None,
        typer.Option("--vat", metavar="CODE", help="of income, expense and what is bought"),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option("--rate", metavar="RATE", help="NOK for 1 of the money's currency"),
    ] = None,
    document: Annotated[Path | None, typer.Option("--document", metavar="FILE")] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT")] = None,
) -> Answer:
    """Post parked money to accounts: what no open item expects."""
    from cli.commands import deciding

    decision = deciding.Decision(
        command="book",
        reference=reference,
        targets=tuple(accounts),
        vat=vat,
        rate=rate,
        document=document,
        text=text,
    )
    return deciding.book(ctx.obj, decision)


@app.command()
def resolve(
    ctx: Context,
    reference: Annotated[str, typer.Argument(metavar="E2E|MSGID|ITEM")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")],
) -> Answer:
    """End an alarm: a payment stands as the books have it, whatever was told before."""
    from cli.commands import resolving

    return resolving.run(ctx.obj, reference, reason)


@app.command()
def undo(
    ctx: Context,
    reference: Annotated[str, typer.Argument(metavar="REF")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT")] = None,
) -> Answer:
    """Take back what a voucher, or one movement of it, did with its money."""
    from cli.commands import deciding

    return deciding.undo(ctx.obj, reference, reason)


@rules.command("test")
def rules_test(
    ctx: Context, file: Annotated[Path, typer.Argument(metavar="FILE")]
) -> Answer:
    """Tell which movements of a bank file each rule would take; posts nothing."""
    from cli.commands import trying_rules as command

    return command.test(ctx.obj, file)


@app.command()
def status(ctx: Context) -> Answer:
    """Show bank against books, what is in flight, overdue, and what waits."""
    from cli.commands import status as command

    return command.run(ctx.obj)


@app.command()
def statement(
    ctx: Context,
    account: Annotated[str | None, typer.Argument(metavar="ACCOUNT")] = None,
    date: Annotated[str | None, typer.Argument(metavar="DATE")] = None,
    every: Annotated[str | None, typer.Option("--all", metavar="DATE")] = None,
    html: Annotated[bool, typer.Option("--html", help="one self-contained page")] = False,
    prepared: Annotated[bool, typer.Option("--prepared", help="sign as preparer")] = False,
    reviewed: Annotated[bool, typer.Option("--reviewed", help="sign as reviewer")] = False,
    comment: Annotated[list[str] | None, typer.Option(metavar="ITEM=TEXT")] = None,
) -> Answer:
    """Show the bank reconciliation statement of an account, for the auditor."""
    from cli import arguments
    from cli.commands import statement as command

    typed = every if account is None else date
    if typed is None or (every is not None and account is not None):
        raise UsageError("statement: name ACCOUNT and DATE, or --all DATE")
    request = command.Request(
        account=account,
        date=arguments.day(typed, "DATE" if every is None else "--all"),
        html=html,
        prepared=prepared,
        reviewed=reviewed,
        comments=comment or (),
    )
    return command.run(ctx.obj, request)


@app.command()
def lock(ctx: Context, date: Annotated[str, typer.Argument(metavar="DATE")]) -> Answer:
    """Close a period for postings, once every bank account is proven to its end."""
    from cli import arguments
    from cli.commands import lock as command

    return command.run(ctx.obj, arguments.day(date, "DATE"))


@app.command()
def verify(ctx: Context) -> Answer:
    """Prove the books from text and archive alone."""
    from cli.commands import verify as command

    return command.run(ctx.obj)


@app.command()
def rebuild(
    ctx: Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]")] = None,
) -> Answer:
    """Make the store anew from the books and the archive.

    What the books name and the archive has lost is taken back from the channels' folders,
    or from FILE.
    """
    from cli.commands import rebuild as command

    return command.run(ctx.obj, files or [])


@app.command()
def why(
    ctx: Context, reference: Annotated[str, typer.Argument(metavar="REF|FILE")]
) -> Answer:
    """Tell where something comes from, both ways: voucher, payment, file, statement."""
    from cli.commands import why as command

    return command.run(ctx.obj, reference)


@app.command()
def inspect(files: Annotated[list[Path], typer.Argument(metavar="FILE...")]) -> Answer:
    """Tell any bank file in one form; needs no books."""
    from cli.commands import inspect as command

    return command.run(files)


@app.command()
def web(
    ctx: Context,
    port: Annotated[int, typer.Option("--port")] = 5077,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
) -> None:
    """Open the books in Fava with our pages (loopback only)."""
    from cli.web import server

    server.run(ctx.obj, host=host, port=port)


def main(arguments: list[str] | None = None) -> None:
    """Run `books` and exit with its code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run `books` and return its exit code; no traceback ever reaches the user."""
    return running.run(app, arguments)


if __name__ == "__main__":
    main()
