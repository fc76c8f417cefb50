"""Every file of ../shared/corpus is read as expected.json says, value for value."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from bankio import formats, inspection
from bankio.errors import Unreadable
from bankio.iso20022.fields import account_number

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FOLDERS = (
    "camt052",
    "camt053",
    "camt054",
    "pain001",
    "pain002",
    "ocr-giro",
    "telepay",
    "ehf",
)


def expectations() -> dict[str, dict]:
    if not CORPUS.is_dir():
        return {}
    files = json.loads((CORPUS / "expected.json").read_text("utf-8"))["files"]
    return {path: facts for path, facts in files.items() if path.split("/")[0] in FOLDERS}


EXPECTED = expectations()


def files(*folders: str, verdicts: tuple[str, ...] = ()) -> list[str]:
    found = [
        path
        for path, facts in EXPECTED.items()
        if path.split("/")[0] in folders and (not verdicts or facts["verdict"] in verdicts)
    ]
    return found or [
        pytest.param(None, marks=pytest.mark.skip("runs only beside ../shared"))
    ]


READABLE = ("ok", "ok_with_warning", "control_failure", "not_ocr_giro")


def told(path: str) -> dict:
    data = (CORPUS / path).read_bytes()
    return inspection.as_json(formats.read(data, path), path, EXPECTED[path]["sha256"])


def money(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def sums(entries: list[dict], statuses: tuple[str | None, ...] | None = None) -> dict:
    found: dict[str, Decimal] = {}
    for entry in entries:
        if statuses is None or entry["status"] in statuses:
            currency = entry["currency"]
            found[currency] = found.get(currency, Decimal(0)) + Decimal(entry["amount"])
    return found


def expected_sums(facts: dict[str, str]) -> dict[str, Decimal]:
    return {currency: Decimal(value) for currency, value in facts.items()}


@pytest.mark.parametrize("path", files("camt052", "camt053", "camt054", verdicts=READABLE))
def test_an_account_message_is_read_value_for_value(path):
    facts = EXPECTED[path]

    found = told(path)

    assert facts["format"] == found["version"]
    assert facts["format"].startswith(found["format"])
    assert facts["msg_id"] == found["message_id"]
    assert facts["statements"] == len(found["accounts"])
    entries = [entry for account in found["accounts"] for entry in account["entries"]]
    assert facts["entries"] == len(entries)
    assert facts["transactions"] == sum(len(entry["details"]) for entry in entries)
    assert expected_sums(facts.get("sum_signed", {})) == sums(entries)
    for expected, account in zip(facts["detail"], found["accounts"], strict=True):
        check_account(expected, account)


def check_account(expected: dict, found: dict) -> None:
    assert expected["id"] == found["identification"]
    assert account_number(expected["account"]) == found["account"]
    if expected["currency"] is not None:
        assert expected["currency"] == found["currency"]
    assert expected.get("sequence") == found["sequence_number"]
    assert expected.get("copy_duplicate") == found["copy_duplicate"]
    assert [
        (
            balance["code"],
            Decimal(balance["signed"] or balance["amount"]),
            balance["currency"],
        )
        for balance in expected.get("balances", [])
    ] == [
        (balance["code"], Decimal(balance["amount"]), balance["currency"])
        for balance in found["balances"]
    ]
    assert expected_sums(expected["sum_signed"]) == sums(found["entries"])
    if "sum_signed_booked" in expected:
        booked = sums(found["entries"], ("BOOK",))
        assert expected_sums(expected["sum_signed_booked"]) == booked
    for entry, told_entry in zip(
        expected.get("entries", []), found["entries"], strict=True
    ):
        check_entry(entry, told_entry)


def check_entry(expected: dict, found: dict) -> None:
    assert Decimal(expected["amount"]) == Decimal(found["amount"])
    assert expected["currency"] == found["currency"]
    assert expected["status"] == found["status"]
    assert expected.get("reversal", False) == found["reversal"]
    assert expected["booked"] == found["booking_date"]
    assert expected["value"] == found["value_date"]
    assert (expected.get("bank_ref") or "").strip() == (
        found["account_servicer_reference"] or ""
    )
    code = expected.get("code") or expected.get("proprietary_code")
    assert code == found["code"]
    assert expected.get("batch_declares") == found["batch_number_of_transactions"]
    if expected.get("transactions"):
        for detail, told_detail in zip(
            expected["transactions"], found["details"], strict=True
        ):
            check_detail(detail, told_detail)
        if not found["batch_number_of_transactions"]:
            adds_up = expected["transactions_sum_equals_entry"]
            assert bool(adds_up) == found["details_add_up"]


def check_detail(expected: dict, found: dict) -> None:
    assert money(expected["amount"]) == money(found["amount"])
    assert expected["currency"] == found["currency"]
    for name, key in (
        ("end_to_end_id", "end_to_end_id"),
        ("msg_id", "message_id"),
        ("payment_info_id", "payment_information_id"),
        ("bank_ref", "account_servicer_reference"),
    ):
        value = (expected.get(name) or "").strip()
        assert (None if value in {"", "NOTPROVIDED"} else value) == found[key]
    references = [reference["ref"] for reference in expected.get("references", [])]
    assert references == found["creditor_references"]
    assert ("return_reason" in expected) == (found["return_reason"] is not None)
    if expected.get("return_reason"):
        assert expected["return_reason"] == found["return_reason"]["code"]
    if "instructed" in expected:
        assert money(expected["instructed"]["amount"]) == money(found["instructed_amount"])
        assert expected["instructed"]["currency"] == found["instructed_currency"]
    parties = {expected.get("debtor"), expected.get("creditor"), None}
    assert found["counterparty"] in parties or found["counterparty"] is not None
    accounts = {
        account_number(expected[name])
        for name in ("debtor_account", "creditor_account")
        if expected.get(name)
    }
    assert found["counterparty_account"] in accounts | {None}


@pytest.mark.parametrize("path", files("ocr-giro"))
def test_an_ocr_giro_file_is_read_value_for_value(path):
    facts = EXPECTED[path]
    payments = facts["detail"] if facts["verdict"] == "ok" else []

    found = told(path)

    assert "ocr-giro" == found["format"]
    assert facts["transmission"] == found["message_id"]
    assert "problems" not in found
    assert len(payments) == len(found["accounts"])
    for expected, account in zip(payments, found["accounts"], strict=True):
        assert expected["account"] == account["account"]
        assert expected["agreement"] == account["identification"]
        assert expected["assignment"] == account["sequence_number"]
        details = [detail for entry in account["entries"] for detail in entry["details"]]
        assert sorted(map(ocr_payment, expected["transactions"])) == sorted(
            (
                detail["ocr_transaction_type"],
                Decimal(detail["amount"]) * 100,
                detail["creditor_reference"] or "",
                detail["counterparty_account"] or "",
                detail["text"] or "",
            )
            for detail in details
        )
        assert Decimal(expected["signed_sum_ore"]) == sums(account["entries"])["NOK"] * 100
        assert sorted(
            {(one["date"], one["serial"]) for one in expected["transactions"]}
        ) == (
            sorted(
                (entry["booking_date"], entry["entry_reference"])
                for entry in account["entries"]
            )
        )


def ocr_payment(expected: dict) -> tuple:
    payer = expected.get("payer_account", "")
    return (
        expected["type"],
        Decimal(expected["amount_ore"]),
        expected["kid"],
        payer if payer.strip("0") else "",
        expected.get("text", ""),
    )


@pytest.mark.parametrize("path", files("pain002"))
def test_a_status_report_is_read_with_every_status_and_reason(path):
    facts = EXPECTED[path]

    found = told(path)

    assert facts["format"] == found["version"]
    assert facts["msg_id"] == found["message_id"]
    statuses = found["statuses"]
    assert {facts["original_msg_id"]} == {
        status["original_message_id"] for status in statuses
    }
    group = [status["status"] for status in statuses if status["level"] == "group"]
    assert [facts.get("group_status")] == (group or [None])
    transactions = [status for status in statuses if status["level"] == "transaction"]
    assert facts["transactions"] == len(transactions)
    counted: dict[str, int] = {}
    for reason in (reason for status in statuses for reason in status["reasons"]):
        counted[reason["code"] or "(none)"] = counted.get(reason["code"] or "(none)", 0) + 1
    assert facts.get("reason_codes", {}) == counted
    expected = [
        one
        for payment in facts.get("detail") or []
        for one in payment.get("transactions", [])
    ]
    for one, status in zip(expected, transactions, strict=True):
        assert one["status"] == status["status"]
        assert one["end_to_end_id"] == status["original_end_to_end_id"]
        assert one["instr_id"] == status["original_instruction_id"]
        assert [
            (reason["code"], " ".join(reason.get("info", [])) or None)
            for reason in one.get("reasons", [])
        ] == [(reason["code"], reason["text"]) for reason in status["reasons"]]
    for payment in facts.get("detail") or []:
        assert (payment["original_id"], payment["status"]) in {
            (status["original_payment_information_id"], status["status"])
            for status in statuses
            if status["level"] == "payment"
        }


@pytest.mark.parametrize("path", files("pain001"))
def test_an_order_is_read_payment_for_payment(path):
    facts = EXPECTED[path]

    found = told(path)

    assert facts["format"] == found["version"]
    assert facts["msg_id"] == found["message_id"]
    expected = [
        (
            one["end_to_end_id"],
            Decimal(one["amount"]),
            one["currency"],
            one.get("creditor"),
            account_number(one["creditor_account"])
            if one.get("creditor_account")
            else None,
            (one.get("references") or [{"ref": None}])[0]["ref"],
            payment["date"],
        )
        for payment in facts["detail"]
        for one in payment["transactions"]
    ]
    assert expected == [
        (
            one["end_to_end_id"],
            Decimal(one["amount"]),
            one["currency"],
            one["creditor"],
            one["creditor_account"],
            one["creditor_reference"],
            one["execution_date"],
        )
        for one in found["payments"]
    ]


@pytest.mark.parametrize("path", files("ehf"))
def test_a_bill_is_named_and_any_other_document_refused(path):
    facts = EXPECTED[path]
    if facts["format"] not in {"UBL Invoice", "UBL CreditNote"}:
        with pytest.raises(Unreadable):
            told(path)
        return

    (payment,) = told(path)["payments"]

    means = (facts.get("payment_means") or [{}])[0]
    sign = -1 if facts["format"] == "UBL CreditNote" else 1
    assert facts["id"] == payment["invoice"]
    assert sign * Decimal(facts["totals"]["PayableAmount"]) == Decimal(payment["amount"])
    assert facts["DocumentCurrencyCode"] == payment["currency"]
    assert (means.get("payment_id") or [None])[0] == payment["creditor_reference"]
    account = means.get("account")
    assert (account_number(account) if account else None) == payment["creditor_account"]


@pytest.mark.parametrize("path", files(*FOLDERS, verdicts=("refuse",)))
def test_a_file_to_refuse_is_answered_with_a_place_and_a_reason(path):
    with pytest.raises(Unreadable) as refusal:
        told(path)

    error = inspection.error_as_json(refusal.value, path)["error"]
    assert str(refusal.value).startswith(f"{path}:{error['line']}: {error['where']}: ")
    assert error["line"] >= 1
    assert len(error["message"]) > 20


@pytest.mark.parametrize("path", files(*FOLDERS, verdicts=("control_failure",)))
def test_a_file_that_contradicts_itself_says_its_figures(path):
    problems = told(path)["problems"]

    for problem in problems:
        assert problem.startswith(f"{path}:")
    declared = [
        word for word in " ".join(EXPECTED[path]["problems"]).split() if word.isdigit()
    ]
    assert (
        any(number in " ".join(problems) for number in declared) or "closing" in problems[0]
    )


@pytest.mark.parametrize("path", files(*FOLDERS, verdicts=("ok", "ok_with_warning")))
def test_a_file_that_is_right_has_no_problem(path):
    assert "problems" not in told(path)
