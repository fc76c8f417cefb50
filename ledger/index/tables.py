"""The tables of the index, and how its file is opened.

A file of its own beside the store, in SQLite's own words (ADR 0019): it mirrors files of
this machine by their size, time and sha256, it may be thrown away at any time, and with its
rows the store would have to be made anew from the archive whenever they change.

Rows belong to a file of the books and go with it. Money is text, since a ledger may hold
more decimals than minor units; nothing here is summed by SQL. Dates are ISO text, which
sorts as the dates do.

The index is of one version of the rules that judged it: a `fingerprint` of the program's
own text, so that a newer check is never taken to have passed.
"""

from __future__ import annotations

import sqlite3
import sys
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import bankio
from ledger.files import make_folder

_TABLES = """
CREATE TABLE info (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  looked_ns INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  lines INTEGER NOT NULL,
  includes TEXT NOT NULL
);
CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  file INTEGER NOT NULL,
  date TEXT NOT NULL,
  line INTEGER NOT NULL,
  start INTEGER NOT NULL,
  size INTEGER NOT NULL,
  is_draft INTEGER NOT NULL,
  voucher TEXT,
  series TEXT,
  number INTEGER,
  recorded TEXT,
  document TEXT,
  corrects TEXT
);
CREATE INDEX entry_file ON entry (file);
CREATE INDEX entry_voucher ON entry (voucher) WHERE voucher IS NOT NULL;
CREATE INDEX entry_series ON entry (series, number) WHERE series IS NOT NULL;
CREATE INDEX entry_document ON entry (document) WHERE document IS NOT NULL;
CREATE INDEX entry_corrects ON entry (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX entry_typed ON entry (file) WHERE recorded IS NULL;
CREATE INDEX entry_draft ON entry (date) WHERE is_draft;
CREATE TABLE bank_key (
  key TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  entry INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX bank_key_entry ON bank_key (entry);
CREATE TABLE item_entry (
  key TEXT NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  entry INTEGER NOT NULL,
  PRIMARY KEY (key, account, currency, entry)
) WITHOUT ROWID;
CREATE INDEX item_entry_entry ON item_entry (entry);
CREATE TABLE total (
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  file INTEGER NOT NULL,
  days TEXT NOT NULL,
  PRIMARY KEY (account, currency, file)
) WITHOUT ROWID;
CREATE TABLE other (
  id INTEGER PRIMARY KEY,
  file INTEGER NOT NULL,
  date TEXT NOT NULL,
  line INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  message TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX other_file ON other (file);
CREATE INDEX other_name ON other (kind, name, subject, message);
CREATE INDEX other_message ON other (message);
CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  date TEXT NOT NULL,
  first TEXT NOT NULL,
  kind TEXT NOT NULL,
  is_open INTEGER NOT NULL,
  is_draft INTEGER NOT NULL,
  has_payment INTEGER NOT NULL,
  residual TEXT NOT NULL,
  party TEXT,
  party_name TEXT,
  creditor_account TEXT,
  kid TEXT,
  invoice TEXT,
  body TEXT NOT NULL,
  added TEXT NOT NULL,
  UNIQUE (key, account, currency)
);
CREATE INDEX item_account ON item (account);
CREATE INDEX item_open_kind ON item (kind) WHERE is_open;
CREATE INDEX item_settled_kind ON item (kind, date) WHERE NOT is_open;
CREATE INDEX item_open_party ON item (party) WHERE is_open;
CREATE INDEX item_open_residual ON item (residual) WHERE is_open;
CREATE INDEX item_open_creditor ON item (creditor_account) WHERE is_open;
CREATE INDEX item_open_kid ON item (kid) WHERE is_open;
CREATE INDEX item_invoice ON item (invoice);
CREATE INDEX item_payment ON item (date) WHERE has_payment;
CREATE TABLE payment_mark (
  end_to_end_id TEXT NOT NULL,
  item INTEGER NOT NULL,
  date TEXT NOT NULL,
  mark INTEGER NOT NULL
);
CREATE INDEX payment_mark_named ON payment_mark (end_to_end_id, mark, date);
CREATE INDEX payment_mark_item ON payment_mark (item);
CREATE TABLE item_kid (
  kid TEXT NOT NULL,
  item INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (kid, item, position)
) WITHOUT ROWID;
CREATE INDEX item_kid_item ON item_kid (item);
"""


def opened(path: Path) -> sqlite3.Connection:
    """Open the index at `path`; one of other rules or in ruins begins empty."""
    try:
        connection = _connected(path)
        if _is_of_these_rules(connection):
            return connection
        connection.close()
    except sqlite3.DatabaseError:
        pass
    removed(path)
    connection = _connected(path)
    connection.executescript(f"BEGIN;{_TABLES}")
    connection.execute("INSERT INTO info VALUES ('fingerprint', ?)", (fingerprint(),))
    connection.execute("COMMIT")
    return connection


def removed(path: Path) -> None:
    """Throw the index away."""
    for suffix in ("", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connected(path: Path) -> sqlite3.Connection:
    make_folder(path.parent)
    # The pages of the web interface are made in other threads than the state they show.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    path.chmod(0o600)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA cache_size=-131072")
    return connection


def _is_of_these_rules(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT name FROM sqlite_master WHERE name = 'info'")
    if found.fetchone() is None:
        return False
    told = connection.execute("SELECT value FROM info WHERE name = 'fingerprint'")
    return bool(told.fetchone() == (fingerprint(),))


@cache
def fingerprint() -> str:
    """Return a hash of all that decides what books mean and whether they are right."""
    digest = sha256(f"{sys.version} {version('beancount')}".encode())
    values = Path(bankio.__file__).parent
    rules = [*Path(__file__).parents[1].rglob("*.py"), *values.glob("identifiers/*.py")]
    for path in (*sorted(rules), values / "amount.py"):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
