"""The page Bank in Fava: what we owe, what the bank did, what waits, and the proof.

One page with six tabs, made on the server from `View`; it needs no script. The two
things that a person can do here, hold and release, are sent as forms and done by the same
functions as on the command line; no payment is ordered or sent from a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
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
from cli.commands import decisions
from cli.options import Options, split
from cli.render import clean
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
        item, reason = request.form.get("item", ""), request.form.get("reason", "")
        return self._decided("held", lambda: decisions.hold(self.options, item, reason))

    @_endpoint("release", "POST")
    def release(self) -> Response:
        """Release a payable."""
        item = request.form.get("item", "")
        return self._decided("released", lambda: decisions.release(self.options, item))

    def _decided(self, did: str, decide: Callable[[], Answer]) -> Response:
        token = current_app.config.get(CSRF_TOKEN)
        if not isinstance(token, str) or not same(request.form.get("token"), token):
            abort(403)
        try:
            decide()
        except Exception as error:  # noqa: BLE001 - told on the page
            return self._refused(told(self.options, error))
        item = request.form["item"]
        where = url_for(
            "extension_report", extension_name=PAGE, tab="to-pay", decided=item, did=did
        )
        return redirect(where, 303)

    def _refused(self, messages: tuple[str, ...]) -> Response:
        token = current_app.config[CSRF_TOKEN]
        page = page_of(self.views, {"tab": "to-pay"}, token=token, refused=messages)
        template = self.jinja_env.get_template(f"{PAGE}.html")
        content = Markup(  # noqa: S704 - Jinja has escaped it
            template.render(ledger=self.ledger, extension=self, page=page)
        )
        text = render_template("_layout.html", content=content, page_title=PAGE)
        return Response(text, status=409)


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
