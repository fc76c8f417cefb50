"""A browser without a browser: the guarded application, logged in, as tests read it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from world import World

from cli.options import split
from cli.web.bank_page import CSRF_TOKEN
from cli.web.guard import Session
from cli.web.server import application


class Browser:
    """`browser.tab("to-pay")`, `browser.send("hold", item=…)`, `browser.api(…)`."""

    def __init__(self, world: World) -> None:
        self.world = world
        arguments = ["--books", str(world.folder), "--today", world.today, "--user", "kari"]
        session = Session(lambda _: None)
        self.app = application(split(arguments)[0], world.folder, session)
        self.client = self.app.test_client()
        answer = self.client.get(f"/?token={session.token}")
        self.home = unquote(answer.headers["Location"])
        self.ledger_path = self.home.partition("extension/")[0]
        self.token = self.app.config[CSRF_TOKEN]

    def tab(self, tab: str, **asked: str):
        """Open a tab."""
        return self.client.get(self.home, query_string={"tab": tab, **asked})

    def text(self, tab: str, **asked: str) -> str:
        """Return what a person reads on a tab, white space as one blank."""
        answer = self.tab(tab, **asked)
        assert 200 == answer.status_code, answer.text
        return read(answer.text)

    def send(self, action: str, *, token: str | None = None, **form: str):
        """Send a form of the page."""
        data = {"token": self.token if token is None else token, **form}
        return self.client.post(self.home + action, data=data)

    def api(self, method: str, name: str, **more):
        """Call Fava's own interface."""
        return self.client.open(f"{self.ledger_path}api/{name}", method=method, **more)

    def source(self, path: Path) -> dict[str, str]:
        """Return a file as Fava's editor gets it."""
        answer = self.api("GET", "source", query_string={"filename": str(path)})
        assert 200 == answer.status_code, answer.text
        return answer.json["data"]


def read(page: str) -> str:
    """Return the text of our part of a page."""
    ours = page.partition('id="books-root"')[2].partition("</article>")[0]
    ours = re.sub(r"(?s)<script type=.application/json..*?</script>", "", ours)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", ours.partition(">")[2])).split())


def norwegian(amount: str) -> str:
    """Return an amount of `--json` as it stands on the page, blanks as blanks."""
    sign = "\u2212" if amount.startswith("-") else ""
    whole, _, decimals = amount.lstrip("-").partition(".")
    return f"{sign}{int(whole):,}".replace(",", " ") + f",{decimals}"
