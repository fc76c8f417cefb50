"""A second bank, by people we do not know, behind OpenSSH: mock-bank.

Neither the server nor the bank shares a line with us or with the simulated bank. It
wants IBANs and answers in newer message versions than Norwegian banks do; what we send
it must be taken, and what it sends must be read.
"""

import hashlib
import json
import subprocess
import sys
import time
import urllib.request
from decimal import Decimal

import pytest
from openssh_server import SSHD, OpenSshServer, free_port
from payment_orders import batch, order, payment
from test_sftp_channel import channel_of

from bankio import formats
from bankio.banks import PROFILES
from bankio.identifiers import iban
from bankio.iso20022 import pain_001_writer

pytestmark = pytest.mark.skipif(
    SSHD is None, reason="needs sshd (Debian: apt-get install openssh-server)"
)

OUR_IBAN = iban.from_bban("86011117947")
ORDER = order(
    batch(
        payment("E-1", "12500.00 NOK"),
        payment("E-2", "4300.50 NOK", message="Faktura 771"),
        payment("E-3", "99.00 NOK", creditor_account="30001234567"),
    ),
    batch(
        payment("E-4", "31250.00 NOK", kid=None, creditor_name="Ansatt 1"),
        kind="salary",
        identification="M-1-2",
    ),
)


class MockBank:
    """The bank's process, and its control plane."""

    def __init__(self, server: OpenSshServer):
        self.port = free_port()
        self._log = (server.folder / "mock-bank.log").open("wb")
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "mockbank", "--port", str(self.port), "--quiet",
                "--timezone", "Europe/Oslo", "--clock", "2026-11-16T10:00",
                "--drop-dir", str(server.bank / "inbox"), "--drop-settle-ms", "0",
                "--drop-interval-ms", "3600000",
                "--pickup-dir", str(server.bank / "outbox"),
            ],
            stdout=self._log,
            stderr=self._log,
        )  # fmt: skip
        for _ in range(100):
            try:
                self.ask("GET", "/_mock/health")
                break
            except OSError:
                time.sleep(0.1)

    def ask(self, method: str, path: str, body: object = None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)
        self._log.close()


@pytest.fixture
def server(tmp_path):
    running = OpenSshServer(tmp_path).start()
    yield running
    running.stop()


@pytest.fixture
def bank(server):
    running = MockBank(server)
    running.ask(
        "POST",
        "/_mock/accounts",
        {
            "id": "TINDEBEKK",
            "name": "Tindebekk Elektro AS",
            "iban": OUR_IBAN,
            "bic": "NDEANOKK",
            "currency": "NOK",
            "balance": 100_000_000,
        },
    )
    yield running
    running.stop()


def send(channel, name, data):
    return channel.send(name, data, hashlib.sha256(data).hexdigest())


def received(channel):
    """Return what the bank has for us, read, and take it away."""
    messages = []
    for file in channel.receive():
        messages.append(formats.read(file.data, file.name))
        channel.done(file.name)
    return messages


def ours(messages, kind):
    """Return the messages of a kind that concern our account, or our order."""
    return [
        message
        for message in messages
        if message.format == kind
        and (
            kind == "pain.002"
            or any(
                report.account.identification == "86011117947" for report in message.reports
            )
        )
    ]


@pytest.mark.parametrize("profile", ["nordea", "danske"])
def test_the_whole_way_to_another_bank_and_back(server, bank, profile):
    channel = channel_of(server, after_receive="delete")
    data = pain_001_writer.write(ORDER, PROFILES[profile])

    assert not send(channel, "P001.974760673.M-1.xml", data).already_there
    scanned = bank.ask("POST", "/_mock/drop/scan")
    status = ours(received(channel), "pain.002")
    bank.ask("POST", "/_mock/advance?to=2026-11-20")
    bank.ask("POST", "/_mock/advance?days=3")
    later = received(channel)

    assert "M-1" in json.dumps(scanned)
    assert [(s.original_message_identification, s.group_status) for s in status] == [
        ("M-1", "ACCP")
    ]
    booked = {
        detail.end_to_end_identification: detail.amount.number
        for message in ours(later, "camt.054")
        for report in message.reports
        for entry in report.entries
        for detail in entry.details
        if entry.credit_debit_indicator == "DBIT"
    }
    assert booked == {
        "E-1": Decimal("12500.00"),
        "E-2": Decimal("4300.50"),
        "E-3": Decimal("99.00"),
        "E-4": Decimal("31250.00"),
    }
    statements = [
        report
        for message in ours(later, "camt.053")
        for report in message.reports
        if report.account.identification == "86011117947"
    ]
    assert all(report.problems == () for report in statements)
    assert sum(
        entry.amount.number for report in statements for entry in report.entries
    ) == sum(booked.values())
    closing = max((report.balance("CLBD") for report in statements), key=lambda it: it.date)
    assert closing.amount.number == Decimal(1_000_000) - sum(booked.values())
    assert received(channel) == []


def test_the_same_bytes_again_are_taken_once(server, bank):
    """The bank took the file away; nothing to see proves nothing, so its MsgId must."""
    channel = channel_of(server, after_receive="delete")
    data = pain_001_writer.write(ORDER, PROFILES["nordea"])
    name = "P001.974760673.M-1.xml"
    send(channel, name, data)
    bank.ask("POST", "/_mock/drop/scan")
    received(channel)

    again = send(channel, name, data)
    bank.ask("POST", "/_mock/drop/scan")
    answers = ours(received(channel), "pain.002")

    assert not again.already_there
    assert [answer.group_status for answer in answers] == ["RJCT"]
    assert [reason.code for answer in answers for reason in answer.reasons] == ["DUPL"]
    balance = bank.ask("GET", "/_mock/accounts/TINDEBEKK")["balance"]
    bank.ask("POST", "/_mock/advance?to=2026-11-24")
    spent = balance - bank.ask("GET", "/_mock/accounts/TINDEBEKK")["balance"]
    assert spent == int(ORDER.control_sum * 100)


def test_a_delivery_that_the_bank_archived_is_seen(server, bank):
    name = "P001.974760673.M-1.xml"
    data = pain_001_writer.write(ORDER, PROFILES["nordea"])
    channel = channel_of(server, archive=str(server.bank / "inbox" / "processed"))
    send(channel, name, data)
    bank.ask("POST", "/_mock/drop/scan")

    assert send(channel, name, data).already_there
