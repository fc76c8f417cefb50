"""Accounts, the people who may act on them, and what each customer has ordered.

Also the register of other banks' accounts as far as this bank knows them (KAR answers
only whether an account is in use and whose it is).
"""

import re
from dataclasses import dataclass

from simulator import numbers_of_norway, ore, screens
from simulator.bookings import OUTSIDE
from simulator.refusal import Refused
from simulator.state import State, text_of

KID_RULES = ("optional", "required", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What the customer ordered for one account."""

    ocr: str
    kid_lengths: tuple[int, ...]
    camt054: bool
    approvals: int
    camt_version: str
    discreet_salary: bool
    notify: str
    """`run` or `day`: when camt.054 comes."""


def plain_text(text: str, name: str, most: int = 140) -> str:
    """Return a person's text without control characters; refuse one that is too long."""
    clean = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+", " ", text)
    clean = clean.strip()
    if len(clean) > most:
        raise Refused(
            f"{name}: at most {most} characters, this has {len(clean)}.",
            norwegian=f"{name}: høyst {most} tegn, dette har {len(clean)}.",
        )
    return clean


def own_account(state: State, number: str) -> str:
    """Return the digits of an account that this bank holds."""
    digits = numbers_of_norway.account_digits(number)
    digits = numbers_of_norway.account_of_iban(digits) or digits
    if state.one("SELECT 1 FROM account WHERE number = ?", digits) is None:
        raise Refused(f"account {number}: this bank has no such account.", "AC01")
    return digits


def open_account(
    state: State, number: str, *, owner: str, orgnr: str, balance: str, currency: str
) -> dict[str, object]:
    """Open an account with its first money."""
    digits = numbers_of_norway.account_digits(number)
    if not numbers_of_norway.account_is_valid(digits):
        raise Refused(
            f"account {number}: not a Norwegian account number (check digit).",
            "AC01",
            f"konto {number}: ikke et norsk kontonummer (kontrollsiffer).",
        )
    if not numbers_of_norway.organisation_is_valid(orgnr):
        raise Refused(
            f"orgnr {orgnr}: not an organisation number (nine digits, check digit)."
        )
    if currency not in ore.CURRENCIES:
        raise Refused(
            f"currency {currency}: an account is one of {', '.join(ore.CURRENCIES)}."
        )
    if state.one("SELECT 1 FROM account WHERE number = ?", digits) is not None:
        raise Refused(f"account {number} is open already.")
    opening = ore.from_person(balance)
    if opening < 0:
        raise Refused("balance: an account cannot open below zero.")
    state.run(
        "INSERT INTO account (number, owner, orgnr, currency, opened, opening, balance,"
        " statement_balance) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        digits,
        plain_text(owner, "owner", 70),
        orgnr,
        currency,
        text_of(state.now),
        opening,
        opening,
        opening,
    )
    state.run("INSERT INTO agreement (account) VALUES (?)", digits)
    state.run(
        "INSERT INTO contra VALUES (?, ?, ?)"
        " ON CONFLICT (name, currency) DO UPDATE SET balance = balance + excluded.balance",
        OUTSIDE,
        currency,
        -opening,
    )
    shown = screens.account(digits)
    state.note("account", f"{shown} opened", f"{shown} åpnet", orgnr)
    return {
        "account": digits,
        "owner": owner,
        "orgnr": orgnr,
        "currency": currency,
        "balance": ore.plain(opening),
        "balance_ore": opening,
    }


def add_person(
    state: State, name: str, accounts: list[str], limit: str | None = None
) -> dict[str, object]:
    """Give a person rights on accounts, beside those the person has."""
    known = plain_text(name, "name", 70)
    if not known:
        raise Refused("name: a person needs a name.")
    state.run("INSERT OR IGNORE INTO person (name) VALUES (?)", known)
    limit_ore = None if limit is None else ore.from_person(limit)
    for account in accounts:
        state.run(
            "INSERT OR REPLACE INTO person_right VALUES (?, ?, ?)",
            known,
            own_account(state, account),
            limit_ore,
        )
    rights = state.rows(
        "SELECT account FROM person_right WHERE person = ? ORDER BY account", known
    )
    return {"person": known, "accounts": [row["account"] for row in rights]}


def has_right(state: State, person: str, account: str) -> bool:
    """Say whether a person may act on an account."""
    row = state.one(
        "SELECT 1 FROM person_right WHERE person = ? AND account = ?", person, account
    )
    return row is not None


def known_person(state: State, name: str) -> str:
    """Return the name of a person whom the bank knows."""
    if state.one("SELECT 1 FROM person WHERE name = ?", name) is None:
        raise Refused(
            f"{name!r}: nobody of that name may act in this bank.",
            "AG08",
            f"{name!r}: ingen med det navnet er kjent i banken.",
        )
    return name


def agreement(state: State, account: str) -> Agreement:
    """Return what is ordered for an account."""
    row = state.one("SELECT * FROM agreement WHERE account = ?", account)
    return Agreement(
        ocr=row["ocr"],
        kid_lengths=tuple(int(n) for n in row["kid_lengths"].split()),
        camt054=bool(row["camt054"]),
        approvals=row["approvals"],
        camt_version=row["camt_version"],
        discreet_salary=bool(row["discreet_salary"]),
        notify=row["notify"],
    )


def set_agreement(
    state: State, number: str, wanted: dict[str, object]
) -> dict[str, object]:
    """Change what is ordered; what is not named stays. Nothing named: only show."""
    account = own_account(state, number)
    ocr = wanted.get("ocr")
    if ocr is not None and re.fullmatch("[0-9]{1,9}", str(ocr)) is None:
        raise Refused(
            f"ocr {ocr}: an OCR agreement id has at most nine digits.",
            norwegian=f"OCR {ocr}: en avtale-id har høyst ni sifre.",
        )
    for column, value in wanted.items():
        # The column names come from our own argument parser, never from a user.
        change = f"UPDATE agreement SET {column} = ? WHERE account = ?"  # noqa: S608
        state.run(change, value, account)
    found = agreement(state, account)
    return {
        "account": account,
        "ocr": found.ocr or None,
        "kid_lengths": list(found.kid_lengths),
        "camt054": found.camt054,
        "approvals": found.approvals,
        "camt_version": found.camt_version,
        "discreet_salary": found.discreet_salary,
        "notify": found.notify,
    }


def set_payee(state: State, number: str, wanted: dict[str, object]) -> dict[str, object]:
    """Say what is known of an account in another bank (closed, its KID rule, its owner)."""
    digits = numbers_of_norway.account_digits(number)
    digits = numbers_of_norway.account_of_iban(digits) or digits
    if not numbers_of_norway.account_is_valid(digits):
        raise Refused(
            f"account {number}: not a Norwegian account number (check digit).",
            "AC01",
            f"konto {number}: ikke et norsk kontonummer (kontrollsiffer).",
        )
    if state.one("SELECT 1 FROM account WHERE number = ?", digits) is not None:
        raise Refused(
            f"account {number} is in this bank; `payee` is for other banks'.",
            norwegian=f"konto {number} er i denne banken; dette gjelder andre bankers.",
        )
    state.run("INSERT OR IGNORE INTO payee (number) VALUES (?)", digits)
    for column, value in wanted.items():
        change = f"UPDATE payee SET {column} = ? WHERE number = ?"  # noqa: S608 - as above
        state.run(change, value, digits)
    return kar(state, digits)


def kar(state: State, number: str) -> dict[str, object]:
    """Return what is known of a payee's account."""
    row = state.one("SELECT * FROM payee WHERE number = ?", number)
    if row is None:
        return {
            "account": number,
            "known": False,
            "closed": False,
            "returns": False,
            "owner": None,
            "orgnr": None,
            "kid": "optional",
        }
    return {
        "account": number,
        "known": True,
        "closed": bool(row["closed"]),
        "returns": bool(row["returns"]),
        "owner": row["owner"] or None,
        "orgnr": row["orgnr"] or None,
        "kid": row["kid"],
    }
