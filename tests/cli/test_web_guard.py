"""The door of the web pages: every way in that must be shut, and the one that is open."""

from __future__ import annotations

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from cli.web.guard import Guard, Session


class Door:
    """A guard before an application that counts who came through."""

    def __init__(self) -> None:
        self.announced: list[str] = []
        self.came_in: list[str] = []
        self.session = Session(self.announced.append)
        self.guard = Guard(
            self._application,
            self.session,
            home="/books/",
            foreign_endings=("/document",),
            lasting_endings=("/bank.css",),
        )

    def _application(self, environ, start_response):
        request = Request(environ)
        self.came_in.append(f"{request.method} {request.path}")
        answer = Response("inside", headers={"Cache-Control": "public"})
        return answer(environ, start_response)

    def client(self) -> Client:
        return Client(self.guard)

    def with_cookie(self, cookie: str, host: str = "localhost"):
        """Ask for the first page with this cookie, sent to this host."""
        headers = {"Cookie": f"books-80={cookie}", "Host": host}
        return Client(self.guard, use_cookies=False).get("/", headers=headers)

    def logged_in(self) -> Client:
        client = self.client()
        assert 303 == client.get(f"/?token={self.session.token}").status_code
        return client


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:5077",
        "10.0.0.7:5077",
        "[::1].evil.example",
        "127.0.0.1:5077@evil.example",
        "evil.example/127.0.0.1",
        "0.0.0.0:5077",
    ],
)
def test_a_foreign_host_is_misdirected_even_with_the_cookie(door: Door, host: str):
    """A name of somebody else's may resolve to 127.0.0.1 (DNS rebinding)."""
    answer = door.with_cookie(door.session.cookie, host)

    assert 421 == answer.status_code
    assert [] == door.came_in


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:5077", "localhost:5077", "[::1]:5077"]
)
def test_this_machine_is_let_in_with_the_cookie(door: Door, host: str):
    answer = door.with_cookie(door.session.cookie, host)

    assert (200, "inside") == (answer.status_code, answer.text)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/", "/static/app.js", "/b/api/source", "/b/extension/Bank/hold"]
)
def test_without_login_nothing_is_reached(door: Door, method: str, path: str):
    answer = door.client().open(path, method=method)

    assert 401 == answer.status_code
    assert [] == door.came_in


@pytest.mark.parametrize("given", ["", "x", "é", "a" * 10_000])
def test_a_wrong_token_or_cookie_opens_nothing(door: Door, given: str):
    answer = door.client().get("/", query_string={"token": given})

    assert 401 == answer.status_code
    assert 401 == door.with_cookie(given).status_code
    assert [] == door.came_in


def test_a_login_link_works_once_and_the_next_one_is_told(door: Door):
    """What stands in the browser's history opens nothing."""
    first = door.session.token
    browser, other = door.client(), door.client()

    answer = browser.get(f"/?token={first}")

    assert (303, "/books/") == (answer.status_code, answer.headers["Location"])
    assert 200 == browser.get("/books/").status_code
    assert 401 == other.get(f"/?token={first}").status_code
    assert [door.session.token] == door.announced
    assert 303 == other.get(f"/?token={door.announced[0]}").status_code


def test_who_is_in_and_uses_an_old_link_is_led_home_without_the_token(door: Door):
    browser = door.logged_in()

    answer = browser.get("/?token=old")

    assert (303, "/books/") == (answer.status_code, answer.headers["Location"])
    assert 1 == len(door.announced)


def test_a_program_that_only_looks_at_the_link_does_not_use_it_up(door: Door):
    token = door.session.token

    assert 401 == door.client().head(f"/?token={token}").status_code
    assert 303 == door.client().get(f"/?token={token}").status_code


def test_the_cookie_is_strict_and_no_script_can_read_it(door: Door):
    answer = door.client().get(f"/?token={door.session.token}")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"books-80={door.session.cookie};")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "https://localhost"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_our_own_page_may_change_something(
    door: Door, method: str, headers: dict[str, str], status: int
):
    """Another program on this machine is the same site; only the port tells it apart."""
    browser = door.logged_in()

    answer = browser.open("/b/api/source", method=method, headers=headers)

    assert status == answer.status_code
    assert ([] if status == 403 else [f"{method} /b/api/source"]) == door.came_in


@pytest.mark.parametrize(
    ("path", "cached", "sandboxed"),
    [
        ("/b/journal/", "no-store", False),
        ("/b/extension/Bank/document", "no-store", True),
        ("/b/extension/Bank/bank.css", "private, max-age=3600", False),
        ("/static/app.js", "private, max-age=3600", False),
    ],
)
def test_every_answer_carries_the_headers_once(
    door: Door, path: str, cached: str, sandboxed: bool
):
    answer = door.logged_in().get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert [cached] == answer.headers.getlist("Cache-Control")
    assert sandboxed == policy.startswith("sandbox; default-src 'none'")
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert "nosniff" == answer.headers["X-Content-Type-Options"]
    assert "same-origin" == answer.headers["Referrer-Policy"]


def test_a_refusal_carries_the_headers_too(door: Door):
    answer = door.client().get("/")

    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "no-store" == answer.headers["Cache-Control"]
