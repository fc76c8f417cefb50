"""`books web`: Fava with our page, for the person at this machine.

Steps: check the host, make the application (Fava loads the books), put our page into
each ledger, stand the guard before it all, bind, print the link that logs in, serve until
Ctrl-C.

Traps: the port is bound before the link is printed, so a link always works; and neither
Fava nor the server may print a traceback or an address with a token in it.
"""

from __future__ import annotations

import json
import logging
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from urllib.parse import quote

import cheroot.wsgi
import typer
from fava.application import create_app
from fava.context import g
from fava.core import FavaLedger
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from cli import wiring
from cli.answer import Refused
from cli.options import Options
from cli.web.bank_page import CSRF_TOKEN, OPTIONS, Bank
from cli.web.guard import TOKEN, Guard, Session
from cli.web.own_files import refuse_ours
from cli.web.page import DOCUMENT, PAGE, STYLES
from cli.web.view import told

#: What may be given as --host, and what is then bound.
_HOSTS = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1"}
_FOREIGN_PATHS = (f"/extension/{PAGE}/{DOCUMENT}", "/document/", "/statement/")


class _Server(cheroot.wsgi.Server):
    """A server that prints nothing: a browser that went away is no news."""

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Say nothing; what fails in a request is told to the one who asked."""


def run(options: Options, *, host: str, port: int) -> None:
    """Serve the books until Ctrl-C, then end with exit code 0."""
    folder = wiring.books_folder(options)
    _check_host(host)
    session = Session(lambda token: _tell_again(_link(host, server, token)))
    server = _Server((_HOSTS[host], port), application(options, folder, session))
    with _stopping() as stopping:
        _prepare(server, port)
        try:
            _tell(options, folder, _link(host, server, session.token))
            Thread(target=server.serve, daemon=True).start()
            stopping.wait()
        finally:
            server.stop()


def application(options: Options, folder: Path, session: Session) -> Flask:
    """Return Fava with our page in it, behind the guard."""
    logging.getLogger("fava").setLevel(logging.CRITICAL)  # it prints tracebacks
    # Polling asks at each request; the other watcher is late, and silent where the
    # system has no watches left.
    app = create_app([folder / "main.beancount"], load=True, poll_watcher=True)
    app.config[OPTIONS] = options
    app.config[CSRF_TOKEN] = secrets.token_urlsafe(32)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024 * 1024
    for ledger in app.config["LEDGERS"].ledgers:
        _add_page(ledger)
    app.before_request(lambda: _refuse_documents(folder))
    app.register_error_handler(Exception, lambda error: _failed(options, error))
    home = f"/{quote(app.config['LEDGERS'].first_slug())}/extension/{PAGE}/"
    guard = Guard(
        app.wsgi_app,
        session,
        home=home,
        foreign_endings=_FOREIGN_PATHS,
        lasting_endings=(f"/{STYLES}",),
    )
    app.wsgi_app = guard  # type: ignore[method-assign]
    return app


def _add_page(ledger: FavaLedger) -> None:
    """Put our page in, unless a line in the books has done so already.

    Fava knows extensions from such a line only, and people's files are not ours to write
    in; so the page is put where Fava keeps them. It outlives reloads.
    """
    extensions = ledger.extensions
    if extensions.get_extension(PAGE) is None:
        extensions._loaded_extensions.add(Bank)  # noqa: SLF001
        extensions._instances[PAGE] = Bank(ledger)  # noqa: SLF001


def _refuse_documents(folder: Path) -> None:
    """Refuse what would move, delete or add a file among ours."""
    if request.endpoint in {"json_api.delete_document", "json_api.put_move"}:
        given = request.get_json(silent=True)
        for source in (request.args, given if isinstance(given, dict) else {}):
            refuse_ours(folder, str(source.get("filename", "")))
    if request.endpoint in {"json_api.put_add_document", "json_api.put_move"}:
        for documents in g.ledger.options["documents"]:
            refuse_ours(folder, documents)
    if request.endpoint == "json_api.put_upload_import_file":
        for imports in g.ledger.fava_options.import_dirs:
            refuse_ours(folder, imports)


def _failed(options: Options, error: Exception) -> Response | HTTPException:
    if isinstance(error, HTTPException):
        return error
    text = "\n".join(told(options, error))
    return Response(f"{text}\n", status=500, content_type="text/plain; charset=utf-8")


def _check_host(host: str) -> None:
    if host not in _HOSTS:
        raise Refused(
            f"--host {host}: the pages are for this machine only (127.0.0.1, localhost or"
            " ::1). To reach them from elsewhere, use a tunnel: ssh -L 5077:127.0.0.1:5077"
        )


def _prepare(server: _Server, port: int) -> None:
    try:
        server.prepare()
    except OSError as error:
        raise Refused(
            f"--port {port}: cannot be used ({error.strerror or error}). Is books web"
            f" running already? Else choose another: --port {port + 1}"
        ) from None


def _link(host: str, server: _Server, token: str) -> str:
    shown = "[::1]" if host == "::1" else host
    return f"http://{shown}:{server.bind_addr[1]}/?{TOKEN}={token}"


def _tell(options: Options, folder: Path, link: str) -> None:
    if options.json:
        typer.echo(json.dumps({"url": link}))
        return
    typer.echo(f"The books of {folder} are open at\n\n  {link}\n")
    typer.echo("The link logs in one browser. Ctrl-C ends.")


def _tell_again(link: str) -> None:
    typer.echo(f"Logged in. For another browser:\n\n  {link}\n", err=True)


@contextmanager
def _stopping() -> Iterator[Event]:
    """Return what Ctrl-C and the system's own request to end set.

    An exception out of a signal could come in the middle of anything, with a lock held;
    so it only sets this, and a second Ctrl-C is for whoever cannot wait.
    """
    stopping = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
