"""`books init`: new books from the bundled chart."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from bankio.banks import PROFILES
from bankio.identifiers import InvalidIdentifier, bban
from bankio.identifiers import orgnr as organisation_number
from cli import arguments
from cli.answer import Answer, Refused
from cli.options import Options
from cli.render import clean
from cli.typed_text import NAME_MAX, said
from cli.wiring import clock


def run(
    options: Options,
    *,
    directory: Path,
    company: str,
    orgnr: str,
    bank_account: str,
    bank: str,
    currency: str,
    opening: str | None,
    opening_date: str | None,
) -> Answer:
    """Make the books; refuse a folder that has something in it."""
    from ledger import new_books

    now = clock(options)
    currency = _currency(currency)
    company = said(company, "--company", most=NAME_MAX)
    start = arguments.date(opening_date, "--opening-date") or now.today.replace(day=1)
    amount = (
        Decimal(0)
        if opening is None
        else arguments.amount(opening, currency, "--opening").number
    )
    new_books.create(
        directory,
        company_name=company,
        orgnr=_organisation_number(orgnr),
        bank_account=_bank_account(bank_account),
        bank=_bank(bank),
        currency=currency,
        opening=amount,
        opening_date=start,
        recorded_by=options.user,
        recorded_at=now.recorded_at(),
    )
    where = clean(str(directory))
    month = f"{where}/vouchers/{start:%Y}/{start:%m}.beancount"
    text = "\n".join(
        [
            f"New books for {company} in {where}.",
            "Next:",
            f"  1. Type suppliers into {where}/accounts.beancount and bills into {month},",
            f"     or books --books {where} import --opening FILE.csv",
            f"  2. books --books {where} payables, then books --books {where} pay-due",
            f"  3. books --books {where} reconcile FILE..., with what the bank returns",
        ]
    )
    return Answer({"path": str(directory)}, text)


def _organisation_number(number: str) -> str:
    try:
        return organisation_number.validate(number)
    except InvalidIdentifier as error:
        raise Refused(f"--orgnr: {error}") from None


def _bank_account(number: str) -> str:
    try:
        return bban.validate(number)
    except InvalidIdentifier as error:
        raise Refused(f"--bank-account: {error}") from None


def _currency(code: str) -> str:
    if not re.fullmatch("[A-Z]{3}", code):
        raise Refused(f"--currency {code}: not the three letters of a currency (NOK)")
    return code


def _bank(name: str) -> str:
    if name not in PROFILES:
        raise Refused(f"--bank {name}: unknown (known: {', '.join(PROFILES)})")
    return name
