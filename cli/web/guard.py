"""The door of the web pages: who may come in, from where, and what may be sent.

Fava has no login, no check of the Host header and no protection against forged requests:
any page in the same browser could read the books or write in them. So this guard stands
before all of it, as a WSGI layer of its own:

- Host must name this machine (421), or a foreign name that resolves to 127.0.0.1 could
  read everything (DNS rebinding);
- without the session's cookie there is nothing to see (401). The cookie comes from a link
  that is printed in the terminal and works once; then a new link is printed. What stands
  in the browser's history opens nothing;
- a request that changes something must come from our own page (403). The cookie is
  strict, but ports count as one site, so any other program that serves pages on this
  machine would count as us: `Origin` and `Sec-Fetch-Site` tell it apart.

Traps: cookies are shared by all ports of a host, so the name carries the port; and a
bank's file shown in the browser is hostile input, so it is shown without any rights.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.exceptions import SecurityError
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
TOKEN = "token"  # noqa: S105 - the name of a parameter
_SAFE_METHODS = frozenset({"GET", "HEAD"})

#: Fava's editor compiles its grammar (wasm) and writes its own styles; no page of ours
#: or Fava's has a script in its text.
_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_FOREIGN_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def same(given: str | None, expected: str) -> bool:
    """Compare two secrets in a time that tells nothing about them."""
    return hmac.compare_digest((given or "").encode(), expected.encode())


class Session:
    """The secrets of one run of the server; gone when it ends."""

    def __init__(self, announce: Callable[[str], None]) -> None:
        """Make the secrets.

        Args:
            announce: Told the new login token each time one has been used.
        """
        self.cookie = secrets.token_urlsafe(32)
        self.token = secrets.token_urlsafe(24)
        self._announce = announce
        self._lock = Lock()

    def log_in(self, token: str | None) -> bool:
        """Use up the login token: it opens once, then there is another one."""
        with self._lock:
            if not same(token, self.token):
                return False
            self.token = secrets.token_urlsafe(24)
        self._announce(self.token)
        return True


class Guard:
    """A WSGI application that lets through to another what may pass."""

    def __init__(
        self,
        application: WSGIApplication,
        session: Session,
        *,
        home: str = "/",
        foreign_endings: Iterable[str] = (),
        lasting_endings: Iterable[str] = (),
    ) -> None:
        """Stand before an application.

        Args:
            application: What is guarded.
            session: The secrets.
            home: Where a login leads.
            foreign_endings: Of paths that serve files which others have written.
            lasting_endings: Of paths that may stay in the browser, since their address
                changes with their content.
        """
        self._application = application
        self._session = session
        self._home = home
        self._foreign_endings = tuple(foreign_endings)
        self._lasting_endings = tuple(lasting_endings)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer the request, or hand it on."""
        request = Request(environ)
        headers = self._headers(request.path)
        answer = self._answer(request)
        if answer is not None:
            answer.headers.update(headers)
            return answer(environ, start_response)

        def start(status: str, given: list[tuple[str, str]], *rest: object) -> object:
            kept = [each for each in given if each[0] not in headers]
            return start_response(status, [*kept, *headers.items()], *rest)  # type: ignore[arg-type]

        return self._application(environ, start)  # type: ignore[arg-type]

    def _answer(self, request: Request) -> Response | None:
        """Return the guard's own answer, or None where the request may pass."""
        if not _is_ours(request):
            return _said(421, "This address does not name the machine that books run on.")
        name = _cookie_name(request)
        if not same(request.cookies.get(name), self._session.cookie):
            return self._login(request, name)
        if request.method == "GET" and TOKEN in request.args:
            return redirect(self._home, 303)
        if request.method not in _SAFE_METHODS and not _is_from_own_page(request):
            return _said(403, "Only a page of these books may change something here.")
        return None

    def _login(self, request: Request, name: str) -> Response:
        if request.method == "GET" and self._session.log_in(request.args.get(TOKEN)):
            answer = redirect(self._home, 303)
            answer.set_cookie(
                name, self._session.cookie, httponly=True, samesite="Strict", path="/"
            )
            return answer
        return _said(
            401,
            "Not logged in. Open the link that stands last in the terminal where books"
            " web runs. Each link works once.",
        )

    def _headers(self, path: str) -> dict[str, str]:
        foreign = path.endswith(self._foreign_endings)
        policy = _FOREIGN_POLICY if foreign else _POLICY
        headers = {**_HEADERS, "Content-Security-Policy": policy}
        # Fava names its own files with their time.
        if path.startswith("/static/") or path.endswith(self._lasting_endings):
            headers["Cache-Control"] = "private, max-age=3600"
        return headers


def _is_ours(request: Request) -> bool:
    try:
        host = request.host
    except SecurityError:
        return False
    name, colon, port = host.rpartition(":")
    if not colon or not port.isdigit():
        name = host
    return name in LOOPBACK


def _cookie_name(request: Request) -> str:
    return f"books-{request.environ.get('SERVER_PORT', '')}"


def _is_from_own_page(request: Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.host}"


def _said(status: int, message: str) -> Response:
    return Response(f"{message}\n", status=status, content_type="text/plain; charset=utf-8")
