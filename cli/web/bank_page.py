"""The page Bank in Fava: what we owe, what the bank did, what waits, and the proof.

One page with six tabs, made on the server from `View`; it needs no script. What a person
decides here (hold, release, match, book, undo) is sent as a form and done by the same
functions as on the command line; no payment is ordered or sent from a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from fava.application import url_for
from fava.core import FavaLedger
from fava.ext import FavaExtensionBase, extension_endpoint
from flask import abort, current_app, render_template, request
from jinja2 import Environment
from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from cli.answer import Answer
from cli.commands import deciding, decisions
from cli.options import Options, split
from cli.render import clean
from cli.web.attachments import attached
from cli.web.guard import same
from cli.web.own_files import PeoplesFiles
from cli.web.page import DOCUMENT, PAGE, STYLES, Page, page_of, styles
from cli.web.view import Views, books_print, told

OPTIONS = "BOOKS_OPTIONS"
CSRF_TOKEN = "BOOKS_TOKEN"  # noqa: S105 - the name of a setting
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHOWN_AS_TEXT = frozenset({".xml", ".txt"})


Endpoint = Callable[["Bank"], Response]


def _endpoint(name: str, method: str = "GET") -> Callable[[Endpoint], Endpoint]:
    """Return Fava's decorator, whose own types fit no function."""
    return extension_endpoint(name, [method])  # type: ignore[return-value]


class Bank(FavaExtensionBase):
    """Our page in Fava; one for each ledger, for as long as the server runs."""

    report_title = "Bank"

    def __init__(self, ledger: FavaLedger, config: str | None = None) -> None:
        super().__init__(ledger, config)
        ledger.file = PeoplesFiles(ledger)
        self._folder = Path(ledger.beancount_file_path).resolve().parent
        self._loaded = books_print(self._folder)

    @cached_property
    def options(self) -> Options:
        """What `books web` was started with; in plain Fava, these books and no more."""
        given = current_app.config.get(OPTIONS)
        if isinstance(given, Options):
            return given
        return split([f"--books={self._folder}"])[0]

    @cached_property
    def views(self) -> Views:
        """The states of the books."""
        return Views(self.options)

    @cached_property
    def jinja_env(self) -> Environment:
        """Templates in which no text of a bank can turn the page's text around."""
        return super().jinja_env.overlay(finalize=_cleaned)

    def after_load_file(self) -> None:
        """Forget what was read before."""
        self._loaded = books_print(self._folder)
        if "views" in self.__dict__:
            self.views.forget()

    def before_request(self) -> None:
        """Let Fava see what its own watching misses: a new month's file, a backup's."""
        found = books_print(self._folder)
        if found != self._loaded:
            self.ledger.load_file()
            self._loaded = found

    def page(self) -> Page:
        """Return what the template lays out."""
        token = current_app.config.get(CSRF_TOKEN)
        return page_of(self.views, request.args, token=token)

    @_endpoint(STYLES)
    def styles(self) -> Response:
        """Return our few styles beside Fava's."""
        return Response(styles(), content_type="text/css; charset=utf-8")

    @_endpoint(DOCUMENT)
    def document(self) -> Response:
        """Return an archived file as it came, to be looked at as text."""
        digest = request.args.get("sha256", "")
        view = self.views.current().view
        if view is None or not _DIGEST.fullmatch(digest):
            abort(404)
        archive = view.workplace.archive
        if not archive.has(digest):
            abort(404)
        path = archive.path(digest)
        data = archive.read(digest)
        answer = Response(data, content_type=_content_type(path, data))
        shown = "inline" if path.suffix in _SHOWN_AS_TEXT else "attachment"
        answer.headers["Content-Disposition"] = f'{shown}; filename="{path.name}"'
        return answer

    @_endpoint("hold", "POST")
    def hold(self) -> Response:
        """Hold a payable."""
        item, reason = _field("item"), _field("reason")
        decide = partial(decisions.hold, self.options, item, reason)
        return self._done({"tab": "to-pay", "did": "held", "decided": item}, decide)

    @_endpoint("release", "POST")
    def release(self) -> Response:
        """Release a payable."""
        item = _field("item")
        decide = partial(decisions.release, self.options, item)
        return self._done({"tab": "to-pay", "did": "released", "decided": item}, decide)

    @_endpoint("match", "POST")
    def match(self) -> Response:
        """Settle an item with parked money."""
        targets = [_with_amount("item")]
        decide = partial(deciding.match, self.options, _field("ref"), targets)
        return self._done({"tab": "waiting"}, decide)

    @_endpoint("book", "POST")
    def book(self) -> Response:
        """Post parked money to an account, with VAT and document if the form has them."""
        return self._done({"tab": "waiting"}, self._book)

    def _book(self) -> Answer:
        with attached(request.files.get("document")) as document:
            decision = deciding.Decision(
                command="book",
                reference=_field("ref"),
                targets=(_with_amount("account"),),
                vat=_field("vat") or None,
                document=document,
                text=_field("text") or None,
            )
            return deciding.book(self.options, decision)

    @_endpoint("undo", "POST")
    def undo(self) -> Response:
        """Take back what a voucher, or one movement of it, did with its money."""
        ref = _field("ref")
        decide = partial(deciding.undo, self.options, ref, _field("reason") or None)
        return self._done({"tab": "why", "ref": ref}, decide)

    def _done(self, where: dict[str, str], decide: Callable[[], Answer]) -> Response:
        """Do what a form of our own page asks for, and show the tab where it is seen."""
        token = current_app.config.get(CSRF_TOKEN)
        if not isinstance(token, str) or not same(request.form.get("token"), token):
            abort(403)
        try:
            answer = decide()
        except Exception as error:  # noqa: BLE001 - told on the page
            return self._refused(where, told(self.options, error))
        if isinstance(answer.data, dict) and "voucher" in answer.data:
            where = {**where, "voucher": str(answer.data["voucher"])}
        address = url_for("extension_report", extension_name=PAGE, **where)
        return redirect(address, 303)

    def _refused(self, where: dict[str, str], messages: tuple[str, ...]) -> Response:
        token = current_app.config[CSRF_TOKEN]
        asked = {"tab": where["tab"], "ref": where.get("ref", "")}
        page = page_of(self.views, asked, token=token, refused=messages)
        template = self.jinja_env.get_template(f"{PAGE}.html")
        content = Markup(  # noqa: S704 - Jinja has escaped it
            template.render(ledger=self.ledger, extension=self, page=page)
        )
        text = render_template("_layout.html", content=content, page_title=PAGE)
        return Response(text, status=409)


def _field(name: str) -> str:
    return str(request.form.get(name, "")).strip()


def _with_amount(name: str) -> str:
    """Return a target as the command line has it, `ITEM` or `ITEM=AMOUNT`."""
    target, amount = _field(name), _field("amount")
    return f"{target}={amount}" if amount else target


def _cleaned(value: Any) -> Any:
    return clean(value) if type(value) is str else value


def _content_type(path: Path, data: bytes) -> str:
    if path.suffix not in _SHOWN_AS_TEXT:
        return "application/octet-stream"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "text/plain; charset=iso-8859-1"
    return "text/plain; charset=utf-8"
