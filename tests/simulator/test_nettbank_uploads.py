"""What the bank refuses in an uploaded file, with which code, and what it answers."""

from __future__ import annotations

import hashlib

import pytest
from lxml import etree
from payment_files import ACCOUNT, BOOKS, batch, file, payment, simple

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"}
GOOD = payment("E-1")


def statuses(bank) -> list[str]:
    """Every status of every pain.002 not yet fetched, in order: `GRP ACTC`, `E-1 RJCT AC01`."""
    found = []
    for path in bank.collect():
        if ".P002." not in path.name:
            continue
        root = etree.parse(path).getroot()
        for node in root.iter("{*}GrpSts", "{*}PmtInfSts", "{*}TxSts"):
            name = {"GrpSts": "GRP", "PmtInfSts": "INF"}.get(etree.QName(node).localname)
            parent = node.getparent()
            name = name or parent.findtext("p:OrgnlEndToEndId", namespaces=NS)
            code = parent.findtext("p:StsRsnInf/p:Rsn/p:Cd", namespaces=NS)
            found.append(" ".join(filter(None, (name, node.text, code))))
    return found


WHOLE_FILE = {
    "not xml": ("hello", "FF01"),
    "cut": (simple(GOOD)[:400], "FF01"),
    "document type": ("<!DOCTYPE a [<!ENTITY x '1'>]>" + simple(GOOD)[38:], "FF01"),
    "another message": (simple(GOOD).replace("pain.001.001.03", "pain.001.001.02"), "FF01"),
    "no namespace": ("<Document/>", "FF01"),
    "no payments": (file(), "FF01"),
    "cheque": (simple(GOOD).replace("TRF", "CHK"), "FF01"),
    "amount twice": (simple(GOOD).replace("</InstdAmt>", "</InstdAmt><InstdAmt/>"), "FF01"),
    "long id": (simple(payment("E" * 36)), "FF01"),
    "count": (file(batch(GOOD), count=2), "AM18"),
    "batch count": (simple(GOOD, count="3"), "AM18"),
    "control sum": (file(batch(GOOD), control_sum="99.99"), "AM10"),
    "batch sum": (simple(GOOD, control_sum="100.01"), "AM10"),
    "batch id twice": (file(batch(GOOD), batch(payment("E-2"))), "DU02"),
    "debtor check digit": (simple(GOOD, account="86011117948"), "AC01"),
    "debtor elsewhere": (simple(GOOD, account=BOOKS), "AC01"),
    "another initiator": (file(batch(GOOD), initiator="889640782"), "AG01"),
    "far ahead": (simple(GOOD, day="2027-11-30"), "DT01"),
    "no date": (simple(GOOD, day="20261103"), "DT01"),
}


@pytest.mark.parametrize("name", WHOLE_FILE)
def test_a_file_is_refused_as_a_whole(bank, name):
    body, code = WHOLE_FILE[name]

    done = bank.upload(body)

    assert (done.code, done.value["state"]) == (1, "rejected")
    assert done.value["rejected"][0]["code"] == code
    assert statuses(bank) == [f"GRP RJCT {code}"]
    assert bank("payments") == []


ONE_LINE = {
    "creditor check digit": (payment("E-1", to="15032080118"), "AC01"),
    "to itself": (payment("E-1", to=ACCOUNT), "AC01"),
    "zero": (payment("E-1", "0.00"), "AM01"),
    "too large": (payment("E-1", "100000000000.01"), "AM02"),
    "half an øre": (payment("E-1", "1.005"), "AM12"),
    "currency": (payment("E-1", currency="EUR"), "AM03"),
    "no name": (payment("E-1", name=""), "BE22"),
    "KID and text": (payment("E-1", kid="123456782", text="Hei"), "RR07"),
    "KID with letters": (payment("E-1", kid="12AB"), "RR07"),
    "long text": (payment("E-1", text="x" * 141), "RR07"),
}


@pytest.mark.parametrize("name", ONE_LINE)
def test_a_bad_payment_is_refused_and_the_others_go_on(bank, name):
    bad, code = ONE_LINE[name]

    done = bank.upload(simple(bad, payment("E-2", kid="123456782")))

    assert done.code == 0
    assert bank.states() == {"E-1": f"rejected {code}", "E-2": "waiting"}
    assert statuses(bank) == [
        "GRP ACTC", "GRP PART", "INF PART", f"E-1 RJCT {code}", "E-2 ACCP",
    ]  # fmt: skip


def test_an_end_to_end_id_twice_in_a_batch_is_refused_both_times(bank):
    bank.upload(simple(GOOD, GOOD))

    assert [p["reason"] for p in bank("payments")] == ["DU04", "DU04"]
    assert statuses(bank)[:2] == ["GRP ACTC", "GRP RJCT"]


@pytest.mark.parametrize(
    ("rule", "kid", "state"),
    [
        ("required", "", "rejected RR07"),
        ("required", "123456783", "rejected RR07"),
        ("required", "123456785", "waiting"),
        ("refused", "123456785", "rejected RR07"),
        ("refused", "", "waiting"),
        ("optional", "123456783", "waiting"),  # nobody asked the bank to check it
    ],
)
def test_the_payees_rule_for_kid_is_kept(bank, rule, kid, state):
    bank("payee", BOOKS, "--kid", rule)

    bank.upload(simple(payment("E-1", to=BOOKS, kid=kid)))

    assert bank.states() == {"E-1": state}


def test_a_bad_kid_is_named_in_the_answer(bank):
    bank("payee", BOOKS, "--kid", "required")
    bank.upload(simple(payment("E-1", to=BOOKS, kid="123456783")))

    answer = bank.collect()[-1].read_text()

    assert "<Ref>123456783</Ref>" in answer


DOCUMENTS = (
    "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>7</Nb></RfrdDocInf>"
    '<RfrdDocAmt><RmtdAmt Ccy="NOK">150.00</RmtdAmt></RfrdDocAmt></Strd>'
    "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CREN</Cd></CdOrPrtry></Tp><Nb>8</Nb></RfrdDocInf>"
    '<RfrdDocAmt><CdtNoteAmt Ccy="NOK">50.00</CdtNoteAmt></RfrdDocAmt></Strd>'
)


@pytest.mark.parametrize(
    ("amount", "state"), [("100.00", "waiting"), ("99.00", "rejected AM09")]
)
def test_invoices_less_credit_notes_must_be_the_amount(bank, amount, state):
    bank.upload(simple(payment("E-1", amount, extra=DOCUMENTS)))

    assert bank.states() == {"E-1": state}


def test_the_same_message_id_is_refused_and_nothing_is_paid_twice(bank):
    bank.upload(simple(GOOD))

    again = bank.upload(simple(GOOD))
    other = bank.upload(simple(payment("E-9")))

    assert [again.value["rejected"][0]["code"], other.value["rejected"][0]["code"]] == [
        "DU01"
    ] * 2
    assert bank.states() == {"E-1": "waiting"}


def test_a_refused_file_does_not_use_up_its_message_id(bank):
    bank.upload(file(batch(GOOD), count=2))

    assert bank.upload(simple(GOOD)).value["state"] == "received"


def test_the_same_payment_under_a_new_message_id_is_accepted(bank):
    """The double-payment trap: a bank knows MsgIds, not intentions."""
    bank.upload(simple(GOOD))
    bank.upload(simple(GOOD, message_id="M-2"))

    assert [p["state"] for p in bank("payments")] == ["waiting", "waiting"]


def test_version_09_and_iban_are_read(bank):
    done = bank.upload(
        file(
            batch(payment("E-1", to="NO7112345678903", iban=True), version="09"),
            version="09",
        )
    )

    assert done.value["state"] == "received"
    assert bank("payments")[0]["creditor_account"] == BOOKS


def test_a_comment_inside_an_amount_does_not_change_it(bank):
    bank.upload(simple(GOOD).replace(">100.00<", ">10<!-- -->0.00<"))

    assert bank("payments")[0]["amount_ore"] == 10000


def test_the_control_code_can_be_computed_from_the_file(bank):
    body = simple(GOOD, payment("E-2", "0.50"))

    receipt = bank.upload(body).value

    digest = hashlib.sha256(body.encode()).hexdigest().upper()
    assert receipt["control_code"] == f"{digest[:4]}-{digest[4:8]}"
    assert (receipt["payments"], receipt["total_ore"], receipt["total"]) == (
        2,
        10050,
        "100.50",
    )


def test_a_date_on_a_closed_day_is_moved_and_told(bank):
    done = bank.upload(simple(GOOD, day="2026-11-08"))

    assert done.value["moved"] == 1
    assert statuses(bank) == ["GRP ACTC", "GRP ACCP", "INF ACCP", "E-1 ACWC DT01"]
    assert bank("payments")[0]["execution"] == "2026-11-09"


def test_a_person_without_rights_cannot_upload(bank, tmp_path):
    bank("account", BOOKS, "--owner", "Vik AS", "--orgnr", "889640782")
    bank("person", "Per", "--account", BOOKS)
    path = tmp_path / "p.xml"
    path.write_text(simple(GOOD))

    assert bank.run("upload", path, "--as", "Per").value["rejected"][0]["code"] == "AG01"
    assert bank.run("upload", path, "--as", "Nobody").code == 1
    assert bank("upload", path, "--as", "Kari")["state"] == "received"
