"""How fast a pain.001 is checked and written, beside a bare write of the same elements.

The bare write nests the same `etree.xmlfile` contexts around the same texts and looks at
nothing: no check, no characters, no account form. Our bar is three times its time, with
every payment checked. `python -m bench.writing [COUNT]`
"""

# ruff: noqa: T201, INP001 - a benchmark prints, and is no package

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from io import BytesIO

from lxml import etree

from bankio import formats
from bankio.amount import Amount
from bankio.banks import PROFILES
from bankio.identifiers import bban, kid
from bankio.iso20022 import pain_001_writer
from bankio.iso20022.payment_order import (
    OrderedPayment,
    PaymentBatch,
    PaymentKind,
    PaymentOrder,
)
from bankio.iso20022.payment_rules import problems

BAR = 3.0
ROUNDS = 3
PROFILE = PROFILES["sor"]
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"


def order_of(count: int, seed: int = 1) -> PaymentOrder:
    """Return an order of `count` payments: two in three by KID, the others by message."""
    draw = random.Random(seed)  # noqa: S311 - the same order on every machine
    payments = tuple(_payment(number, draw) for number in range(1, count + 1))
    batch = PaymentBatch(
        payment_information_identification="M-BENCH-1",
        kind=PaymentKind.SUPPLIER,
        requested_execution_date=date(2026, 11, 20),
        debtor_account="86011117947",
        currency="NOK",
        payments=payments,
    )
    return PaymentOrder(
        message_identification="M-BENCH",
        creation_date_time=datetime(
            2026, 11, 16, 9, 30, tzinfo=timezone(timedelta(hours=1))
        ),
        initiating_party_name="Tindebekk Elektro AS",
        organisation_number="974760673",
        batches=(batch,),
    )


def _payment(number: int, draw: random.Random) -> OrderedPayment:
    payload = f"{number:09d}"
    by_kid = number % 3 != 0
    return OrderedPayment(
        end_to_end_identification=f"E-{number:09d}",
        amount=Amount.of_minor(draw.randrange(100, 5_000_000), "NOK"),
        creditor_name=draw.choice(
            ("Fjellkraft AS", "Bø & Sønner", "Ås Rør", "Kari Nordmann")
        ),
        creditor_account=_account(draw),
        kid=payload + kid.mod10(payload) if by_kid else None,
        message=None if by_kid else f"Faktura {number}, november",
    )


def _account(draw: random.Random) -> str:
    while True:
        number = f"{draw.randrange(1, 10**10 - 1):010d}{draw.randrange(10)}"
        if bban.is_valid(number):
            return number


def bare_write(order: PaymentOrder) -> bytes:
    """Write the elements of `order` and look at nothing."""
    buffer = BytesIO()
    batch = order.batches[0]
    with etree.xmlfile(buffer, encoding="UTF-8") as file:
        file.write_declaration()
        element, write = file.element, file.write

        def leaf(tag: str, text: str) -> None:
            with element(tag):
                write(text)

        with (
            element("Document", nsmap={None: _NAMESPACE}),
            element("CstmrCdtTrfInitn"),
            element("PmtInf"),
        ):
            for payment in batch.payments:
                with element("CdtTrfTxInf"):
                    with element("PmtId"):
                        leaf("EndToEndId", payment.end_to_end_identification)
                    with element("Amt"), element("InstdAmt", Ccy=payment.amount.currency):
                        write(str(payment.amount.number))
                    with element("Cdtr"):
                        leaf("Nm", payment.creditor_name)
                    with element("CdtrAcct"), element("Id"), element("Othr"):
                        leaf("Id", payment.creditor_account)
                        with element("SchmeNm"):
                            leaf("Cd", "BBAN")
                    with element("RmtInf"):
                        if payment.kid is None:
                            leaf("Ustrd", payment.message or "")
                            continue
                        with element("Strd"), element("CdtrRefInf"):
                            with element("Tp"), element("CdOrPrtry"):
                                leaf("Cd", "SCOR")
                            leaf("Ref", payment.kid)
    return buffer.getvalue()


def seconds(work: Callable[[], object]) -> float:
    """Return the best of some rounds, without the collector in between."""
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        gc.disable()
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
        gc.enable()
    return best


def main() -> int:
    """Print the figures; 1 if the bar is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    order = order_of(count)
    bare = seconds(lambda: bare_write(order))
    checked = seconds(lambda: problems(order, PROFILE))
    written = seconds(lambda: pain_001_writer.write(order, PROFILE))
    data = pain_001_writer.write(order, PROFILE)
    size = len(data) / 1e6
    read = seconds(lambda: formats.read(data, "P001.xml"))
    print(f"pain.001, {count} payments, {size:.1f} MB")
    print(f"  bare xmlfile write   {bare:6.2f} s")
    print(f"  our rules alone      {checked:6.2f} s")
    print(f"  checked and written  {written:6.2f} s   {written / bare:.2f} x (bar {BAR} x)")
    print(f"  read back            {read:6.2f} s")
    return 0 if written <= BAR * bare else 1


if __name__ == "__main__":
    sys.exit(main())
