"""Small books and bank files in words, and a world that remembers from run to run.

A row such as `("1250.00", {"kid": "17"})` becomes a TransactionDetails; `World.reconcile`
plans, and then keeps what the books, the archive and the store would keep.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from bankio.amount import Amount
from bankio.errors import Place
from bankio.iso20022.values import (
    Account,
    AccountMessage,
    AccountReport,
    Balance,
    Entry,
    Party,
    Reason,
    TransactionDetails,
)
from ledger.company import BankAccount, Company, Policy
from ledger.identifications import end_to_end, message, payment_information
from ledger.open_items import ItemKind, ItemPosting, OpenItem, OpenItems
from ledger.payments import PaidItem, Payment, PaymentStanding, PaymentState
from reconcile import replay
from reconcile.bank_transactions import reports_of
from reconcile.known import Known, Plan, Roles
from reconcile.payment_bookings import bookings
from reconcile.settlement import plan

ACCOUNT = "86011117947"
SECOND_ACCOUNT = "15034000007"
BANK = "Assets:1920-Bankinnskudd"
CLEARING = "Assets:1929-Interim-bank:B1920"
SECOND_BANK = "Assets:1921-Sparekonto"
SECOND_CLEARING = "Assets:1929-Interim-bank:B1921"
IN = "Liabilities:2990-Uidentifiserte-innbetalinger"
OUT = "Assets:1579-Uidentifiserte-utbetalinger"
TRANSFERS = "Assets:1990-Egne-overføringer"
CUSTOMER = "Assets:1500-Kundefordringer:K20001-Nord"
SUPPLIER = "Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft"
SUPPLIER_ACCOUNT = "15032080119"
OTHER_ACCOUNT = "15030000029"
FIRST_DAY = date(2026, 9, 1)
DAY = date(2026, 11, 20)
PLACE = Place("file.xml", 1, "Stmt[1]")

ROLES = Roles(
    suspense_in=IN,
    suspense_out=OUT,
    own_transfers=TRANSFERS,
    charges="Expenses:7770-Bankgebyr",
    interest_income="Income:8050-Renteinntekt",
    interest_expense="Expenses:8150-Rentekostnad",
    rounding="Expenses:7740-Øreavrunding",
    exchange_gain="Income:8060-Agio",
    exchange_loss="Expenses:8160-Disagio",
    discount_received="Income:8070-Andre-finansinntekter",
    discount_given="Expenses:8170-Andre-finanskostnader",
)


def nok(number: str | Decimal | int, currency: str = "NOK") -> Amount:
    return Amount(Decimal(number).quantize(Decimal("0.01")), currency)


def company(**changes) -> Company:
    return replace(
        Company(
            folder=Path(),
            name="Fjordvik Håndverk AS",
            orgnr="987654325",
            language="en",
            operating_currency="NOK",
            bank_accounts=(
                BankAccount(
                    number=ACCOUNT,
                    account=BANK,
                    clearing=CLEARING,
                    currency="NOK",
                    first_day=FIRST_DAY,
                    opening=Decimal("1000.00"),
                ),
                BankAccount(
                    number=SECOND_ACCOUNT,
                    account=SECOND_BANK,
                    clearing=SECOND_CLEARING,
                    currency="NOK",
                    first_day=FIRST_DAY,
                    opening=Decimal("0.00"),
                ),
            ),
            channels=(),
            policy=Policy(),
        ),
        **changes,
    )


def invoice(key: str, amount: str, kid: str | None = None, **changes) -> OpenItem:
    """A customer's item: `kf-17`, what is owed to us."""
    return replace(
        OpenItem(
            key=key,
            account=CUSTOMER,
            kind=ItemKind.CUSTOMER,
            party_number="K20001",
            party_name="Nord AS",
            date=date(2026, 11, 1),
            amount=nok(amount),
            residual=nok(amount),
            kid=kid,
            invoice=key.rpartition("-")[2],
        ),
        **changes,
    )


def bill(key: str, amount: str, **changes) -> OpenItem:
    """A supplier's item: what we owe, told as a positive amount."""
    return replace(
        OpenItem(
            key=key,
            account=SUPPLIER,
            kind=ItemKind.SUPPLIER,
            party_number="L10001",
            party_name="Fjellkraft AS",
            date=date(2026, 11, 1),
            amount=-nok(amount),
            residual=-nok(amount),
            creditor_account=SUPPLIER_ACCOUNT,
            invoice=key.rpartition("-")[2],
        ),
        **changes,
    )


def payment(*items: OpenItem, attempt: int = 1, **changes) -> Payment:
    """The payment that pays items in full."""
    total = nok(0)
    for item in items:
        total -= item.residual
    keys = [item.key for item in items]
    identification = end_to_end("987654325", ACCOUNT, keys, attempt)
    message_id = message(ACCOUNT, [(identification, SUPPLIER_ACCOUNT, total)])
    return replace(
        Payment(
            end_to_end_id=identification,
            attempt=attempt,
            message_id=message_id,
            payment_information_id=payment_information(message_id, 1),
            items=tuple(
                PaidItem(open_item=item.key, account=item.account, amount=-item.residual)
                for item in items
            ),
            amount=total,
            debtor_account=ACCOUNT,
            creditor_account=SUPPLIER_ACCOUNT,
            creditor_name="Fjellkraft AS",
            kid=None,
            message=None,
            requested_execution_date=DAY,
        ),
        **changes,
    )


def standing(paid: Payment, state: PaymentState = PaymentState.ACCEPTED) -> PaymentStanding:
    return PaymentStanding(payment=paid, state=state)


def detail(
    amount: str,
    *,
    kid: str | None = None,
    end_to_end_id: str | None = None,
    reference: str | None = None,
    account: str | None = None,
    name: str | None = None,
    text: str = "",
    return_code: str | None = None,
    **changes,
) -> TransactionDetails:
    """One TxDtls; a negative amount is a debit."""
    signed = nok(amount)
    return replace(
        TransactionDetails(
            place=PLACE,
            amount=abs(signed),
            credit_debit_indicator="CRDT" if signed.number >= 0 else "DBIT",
            creditor_reference=kid,
            end_to_end_identification=end_to_end_id,
            account_servicer_reference=reference,
            counterparty=Party(name=name) if name else None,
            counterparty_account=Account(identification=account) if account else None,
            unstructured=(text,) if text else (),
            return_reason=Reason(code=return_code) if return_code else None,
        ),
        **changes,
    )


def paid_out(payment: Payment, **changes) -> TransactionDetails:
    """The detail of a payment of ours as the bank books it."""
    return detail(
        str(-payment.amount.number),
        **{
            "end_to_end_id": payment.end_to_end_id,
            "account": payment.creditor_account,
            "name": payment.creditor_name,
            **changes,
        },
    )


def entry(
    *details: TransactionDetails,
    amount: str | None = None,
    day: date = DAY,
    reference: str | None = None,
    lump: int | None = None,
    **changes,
) -> Entry:
    """An Ntry; its amount is the sum of the details unless it is told."""
    total = nok(0)
    for each in details:
        if each.amount is not None:
            sign = 1 if each.credit_debit_indicator == "CRDT" else -1
            total += Amount(each.amount.number * sign, "NOK")
    told = nok(amount) if amount is not None else total
    return replace(
        Entry(
            place=PLACE,
            amount=abs(told),
            credit_debit_indicator="CRDT" if told.number >= 0 else "DBIT",
            status="BOOK",
            booking_date=day,
            account_servicer_reference=reference,
            batch_number_of_transactions=lump,
            details=details,
            details_add_up=not details or total == told,
        ),
        **changes,
    )


def ocr(*entries: Entry, number: str = "1", account: str = ACCOUNT) -> AccountMessage:
    """An OCR giro transmission with one assignment."""
    return _message("ocr-giro", number, _report(account, entries))


def camt054(*entries: Entry, number: str = "1", account: str = ACCOUNT) -> AccountMessage:
    return _message("camt.054", number, _report(account, entries))


def camt053(
    opening: str,
    *entries: Entry,
    day: date = DAY,
    to: date | None = None,
    number: str = "1",
    account: str = ACCOUNT,
    closing: str | None = None,
    sequence: str | None = None,
    **changes,
) -> AccountMessage:
    """A statement of one day, or up to `to`; the closing is right unless it is told."""
    total = nok(opening)
    for each in entries:
        if each.status in {"BOOK", None}:
            sign = 1 if each.credit_debit_indicator == "CRDT" else -1
            total += Amount(each.amount.number * sign, "NOK")
    last = nok(closing) if closing is not None else total
    report = replace(
        _report(account, entries),
        from_date=day,
        to_date=to or day,
        sequence_number=sequence,
        balances=(
            _balance("OPBD", nok(opening), day),
            _balance("CLBD", last, to or day),
        ),
        **changes,
    )
    return _message("camt.053", number, report)


def _balance(code: str, amount: Amount, day: date) -> Balance:
    indicator = "CRDT" if amount.number >= 0 else "DBIT"
    return Balance(
        code=code, amount=abs(amount), credit_debit_indicator=indicator, date=day
    )


def _report(account: str, entries: tuple[Entry, ...]) -> AccountReport:
    return AccountReport(
        place=PLACE,
        identification="1",
        account=Account(identification=account, currency="NOK"),
        entries=entries,
    )


def _message(format_: str, number: str, report: AccountReport) -> AccountMessage:
    return AccountMessage(
        format=format_,
        version=format_,
        message_identification=number,
        creation_date_time=None,
        reports=(report,),
    )


def file_hash(told: AccountMessage) -> str:
    return sha256(repr(told).encode()).hexdigest()


def weekdays_apart(first: date, last: date) -> int:
    first, last = sorted((first, last))
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


class World:
    """Books, archive and store, as far as reconciling sees them."""

    def __init__(self, *items: OpenItem, standings=(), opening="1000.00", **known) -> None:
        self.start = {(item.account, item.key): item for item in items}
        self.standings = tuple(standings)
        self.opening = nok(opening)
        self.vouchers = []
        self.balances = []
        self.movements, self.entries, self.days = {}, {}, {}
        self.run = 0
        self.archive, self.runs = {}, {}
        self.settings = {"company": company(), **known}

    def balance(self, account: str, day: date | None = None) -> Amount:
        total = self.opening if account == BANK else nok(0)
        for voucher in self.vouchers:
            if day is None or voucher.transaction.date < day:
                for posting in voucher.transaction.postings:
                    if posting.account == account:
                        total += posting.weight
        return total

    @property
    def items(self) -> OpenItems:
        found = dict(self.start)
        for voucher in self.vouchers:
            for posting in voucher.transaction.postings:
                key = posting.meta.get("open-item")
                if key:
                    at = (posting.account, key)
                    item = found.get(at) or _new_item(posting, voucher)
                    found[at] = replace(
                        item,
                        residual=item.residual + posting.units,
                        postings=(*item.postings, _item_posting(posting, voucher)),
                    )
        return OpenItems.of(found.values())

    def residual(self, key: str) -> str:
        return self.items.by_key[key].residual.text

    def residuals(self) -> dict[str, str]:
        """What is left of every item, credits and suspense by account."""
        found = defaultdict(lambda: nok(0))
        for item in self.items.items:
            name = item.account if item.key.startswith("cr-") else item.key
            found[name] += item.residual
        return {name: amount.text for name, amount in found.items() if amount}

    def known(self) -> Known:
        posted = {}
        for number, voucher in enumerate(self.vouchers, 1):
            keys = [voucher.transaction.meta.get("bank-ref")]
            keys += [each.meta.get("movement") for each in voucher.transaction.postings]
            posted.update(dict.fromkeys(filter(None, keys), f"B2026-{number}"))
        return Known(
            roles=ROLES,
            items=self.items,
            standings=self._standings(),
            posted=posted,
            via_clearing=frozenset(
                voucher.transaction.meta["bank-ref"]
                for voucher in self.vouchers
                if "bank-ref" in voucher.transaction.meta
                and any(p.account == CLEARING for p in voucher.transaction.postings)
            ),
            explained=frozenset(
                link
                for voucher in self.vouchers
                if voucher.key.startswith("explained/")
                for link in voucher.transaction.links
            ),
            told_movements=tuple(self.movements.values()),
            told_entries=tuple(self.entries.values()),
            days=tuple(self.days.values()),
            balances=frozenset((each.account, each.date) for each in self.balances),
            balance_at=self.balance,
            bank_days_apart=weekdays_apart,
            file_name=lambda sha256: sha256[:8],
            **self.settings,
        )

    def _standings(self) -> tuple[PaymentStanding, ...]:
        """The standings as they were given, with what the books say is parked."""
        told = bookings(self.items)
        return tuple(
            replace(each, parked=found.parked)
            if (found := told.get(each.payment.end_to_end_id))
            else each
            for each in self.standings
        )

    def plan(self, *messages: AccountMessage) -> Plan:
        reports = [
            report for told in messages for report in reports_of(told, file_hash(told))
        ]
        return plan(reports, self.known())

    def reconcile(self, *messages: AccountMessage) -> Plan:
        found = self.plan(*messages)
        self.archive.update((file_hash(told), told) for told in messages)
        for each in self.archive:
            self.runs.setdefault(each, [])
        told = replay.tellers(found, map(file_hash, messages))
        self.run += bool(told)
        for each in told:
            self.runs[each].append(self.run)
        self.remember(found)
        return found

    def remember(self, found: Plan) -> None:
        self.vouchers.extend(found.vouchers)
        self.balances.extend(found.balances)
        for told in found.told_movements:
            assert (told.source, told.key) not in self.movements, "told once per source"
            self.movements[told.source, told.key] = told
        for told in found.told_entries:
            self.entries[told.source, told.key] = told
        for day in found.days:
            self.days[day.bank_account, day.date] = day
        self.check()

    def check(self) -> None:
        """What must hold after every run, whatever the files said."""
        keys = []
        for voucher in self.vouchers:
            total = nok(0)
            for posting in voucher.transaction.postings:
                total += posting.weight
            assert not total, f"{voucher.key} is off by {total}"
            keys.append(voucher.transaction.meta.get("bank-ref"))
            own = {each.meta.get("movement") for each in voucher.transaction.postings}
            keys.extend(own)
        keys = [key for key in keys if key]
        assert sorted(set(keys)) == sorted(keys), "a bank key stands in the books once"
        for line in self.balances:
            assert self.balance(line.account, line.date) == line.amount, line
        created = [item for item in self.items.items if item.key.startswith("cr-")]
        assert len({item.key for item in created}) == len(created)

    def lose_store(self) -> None:
        """The store is gone: what was told has to be made again from the archive."""
        self.movements, self.entries, self.days = {}, {}, {}

    def memory(self):
        """Everything that is remembered, to be compared."""
        return self.movements, self.entries, self.days

    def rebuild(self) -> None:
        """Make the store anew as `books rebuild` does; the books are whole."""
        replayed = {}
        for _, files in replay.runs_of(self.runs.items()).numbered:
            found = replay.plan_again(
                [
                    report
                    for each in files
                    for report in reports_of(self.archive[each], each)
                ],
                self.known(),
                replayed,
            )
            assert replay.is_as_it_was(found, files)
            replayed |= found.recorded
            self.remember(found)


def _new_item(posting, voucher) -> OpenItem:
    kind = ItemKind.SUSPENSE if posting.account in {IN, OUT} else ItemKind.CREDIT
    return OpenItem(
        key=posting.meta["open-item"],
        account=posting.account,
        kind=kind,
        party_number=None,
        party_name=None,
        date=voucher.transaction.date,
        amount=posting.units,
        residual=Amount.zero(posting.units.currency),
        kid=posting.meta.get("kid"),
    )


def _item_posting(posting, voucher) -> ItemPosting:
    return ItemPosting(
        date=voucher.transaction.date,
        amount=posting.units,
        voucher=voucher.key,
        movement=posting.meta.get("movement"),
        end_to_end_id=posting.meta.get("end-to-end-id"),
        kid=posting.meta.get("kid"),
        reason=posting.meta.get("reason"),
        part=posting.meta.get("payment-information-id"),
    )
