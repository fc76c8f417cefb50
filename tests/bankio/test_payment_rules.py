"""What may not leave: each row plants one fault in an order that is otherwise right."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from payment_orders import CREATED, batch, document, foreign, money, order, payment, sepa

from bankio.amount import Amount
from bankio.banks import PROFILES
from bankio.iso20022 import pain_001_writer
from bankio.iso20022.payment_rules import OrderRefused, problems

GENERIC = PROFILES["generic"]
KID = "0010023000"

ACCEPTED = {
    "a KID": order(batch(payment())),
    "a MOD11 KID with its dash": order(batch(payment(kid="1000005-"))),
    "a message": order(batch(payment(message="Faktura 10023, strøm oktober"))),
    "a message of 140 characters": order(batch(payment(message="a" * 140))),
    "a KID as printed, released": order(
        batch(payment(kid="123456789", kid_check_waived=True))
    ),
    "an IBAN at home": order(batch(payment(creditor_account="NO50 1503 2080 119"))),
    "a printed account": order(batch(payment(creditor_account="1503.20.80119"))),
    "one øre": order(batch(payment(amount="0.01 NOK"))),
    "wages without a word": order(
        batch(payment(kid=None, creditor_name="Ansatt 4"), kind="salary")
    ),
    "tax with KID": order(batch(payment(), kind="tax")),
    "an own transfer": order(batch(payment(kid=None), kind="own")),
    "an urgent payment": order(batch(payment(), kind="urgent")),
    "invoices less a credit note": order(
        batch(
            payment(
                amount="700.00 NOK",
                documents=(
                    document("CINV", "10023", "1000.00 NOK", kid=KID),
                    document("CREN", "K-17", "300.00 NOK"),
                ),
            )
        )
    ),
    "SEPA": order(batch(sepa(), kind="sepa")),
    "SEPA with an RF reference": order(
        batch(sepa(message=None, kid="RF18539007547034"), kind="sepa")
    ),
    "SEPA with an address": order(batch(sepa(town="Lüneburg", country="DE"), kind="sepa")),
    "abroad": order(batch(foreign(), kind="foreign")),
    "abroad just below the threshold": order(
        batch(foreign(counter_value=money("99999.99 NOK")), kind="foreign")
    ),
    "abroad, reported": order(
        batch(
            foreign(
                counter_value=None,
                regulatory_code="14",
                regulatory_text="Tools, invoice 88",
            ),
            kind="foreign",
        )
    ),
    "abroad to an IBAN": order(
        batch(foreign(creditor_account="GB29 NWBK 6016 1331 9268 19"), kind="foreign")
    ),
    "two batches of two dates": order(
        batch(payment("E-1")),
        batch(
            payment("E-2"),
            identification="M-1-2",
            requested_execution_date=date(2026, 12, 1),
        ),
    ),
}


@pytest.mark.parametrize("accepted", ACCEPTED.values(), ids=ACCEPTED)
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_what_is_right_may_leave(accepted, profile):
    assert problems(accepted, profile) == ()


def supplier(**fields):
    return order(batch(payment(**fields)))


REFUSED = {
    # the message
    "message id too long": (order(batch(payment()), message_identification="M" * 36), "message-id: is not 1 to 35"),
    "message id empty": (order(batch(payment()), message_identification=""), "message-id"),
    "message id with a slash at an end": (order(batch(payment()), message_identification="M/"), "message-id"),
    "message id with letters of ours": (order(batch(payment()), message_identification="Må"), "message-id"),
    "no name": (order(batch(payment()), initiating_party_name=" "), "initiating-party: is empty"),
    "wrong orgnr": (order(batch(payment()), organisation_number="974760674"), "organisation-number: the check digit is wrong (974760674)"),
    "nothing to pay": (order(), "there is nothing to pay"),
    "a year of long ago": (order(batch(payment()), creation_date_time=CREATED.replace(year=1926)), "created: is no likely time"),
    "agreement that is no number": (order(batch(payment()), agreement_identification="a b"), "agreement: is not 1 to 35"),
    # the batch
    "batch id twice": (order(batch(payment("E-1")), batch(payment("E-2"))), "payment-information-id: stands twice"),
    "empty batch": (order(batch()), "the batch is empty"),
    "date in the past": (order(batch(payment(), requested_execution_date=date(2026, 11, 15))), "lies before the file's day, 2026-11-16 (2026-11-15)"),
    "date far ahead": (order(batch(payment(), requested_execution_date=date(2028, 1, 1))), "more than 366 days ahead"),
    "debtor account": (order(batch(payment(), debtor_account="86011117948")), "debtor-account: the check digit is wrong (86011117948)"),
    "foreign debtor account": (order(batch(payment(), debtor_account="DE89370400440532013000")), "debtor-account: is no Norwegian account"),
    "account currency": (order(batch(payment(), currency="nok")), "currency is not three capital letters ('nok')"),
    # identifications
    "end-to-end id twice": (order(batch(payment("E-1"), payment("E-1"))), "end-to-end-id: stands twice in the message (E-1)"),
    "end-to-end id twice over batches": (order(batch(payment("E-1")), batch(payment("E-1"), identification="M-1-2")), "end-to-end-id: stands twice"),
    "end-to-end id that says none": (order(batch(payment("NOTPROVIDED"))), "is the word for none"),
    "end-to-end id with a blank": (order(batch(payment("E 1"))), "end-to-end-id: is not"),
    "end-to-end id with a newline": (order(batch(payment("E-1\n"))), "end-to-end-id: is not"),
    "instruction id": (supplier(instruction_identification="x//y"), "instruction-id: is not"),
    # amount
    "nothing": (supplier(amount=money("0.00 NOK")), "amount: is not above zero"),
    "less than nothing": (supplier(amount=money("-1.00 NOK")), "amount: is not above zero"),
    "no number": (supplier(amount=Amount(Decimal("NaN"), "NOK")), "amount: is not above zero"),
    "without end": (supplier(amount=Amount(Decimal("Infinity"), "NOK")), "amount: is not above zero"),
    "without end, abroad": (order(batch(sepa(amount=Amount(Decimal("Infinity"), "EUR"), counter_value=None), kind="sepa")), "amount: is not above zero"),
    "a trillion": (supplier(amount=money("1000000000000.00 NOK")), "amount: is not above zero and below"),
    "half an øre": (supplier(amount=money("1.005 NOK")), "more than 2 decimals (1.005 NOK)"),
    "a tenth of a yen": (order(batch(foreign(amount="1.5 JPY"), kind="foreign")), "more than 0 decimals"),
    "euro at home": (supplier(amount=money("1.00 EUR")), "a supplier payment is in NOK (EUR)"),
    "kroner in SEPA": (order(batch(sepa(amount="1.00 NOK"), kind="sepa")), "a sepa payment is in EUR (NOK)"),
    "no currency": (order(batch(foreign(amount="1.00 $"), kind="foreign")), "currency is not three capital letters ('$')"),
    # creditor
    "no creditor": (supplier(creditor_name=""), "creditor: is empty"),
    "long creditor": (supplier(creditor_name="A" * 141), "creditor: has 141 characters, at most 140"),
    "long creditor abroad": (order(batch(foreign(creditor_name="A" * 71), kind="foreign")), "at most 70"),
    "creditor in another script": (supplier(creditor_name="Фьелл"), "holds U+0424"),
    "creditor with a direction mark": (supplier(creditor_name="Fjell\u202ekraft"), "holds U+202E"),
    "creditor with a bell": (supplier(creditor_name="Fjell\x07"), "holds U+0007"),
    "creditor account": (supplier(creditor_account="15032080118"), "creditor-account: the check digit is wrong (15032080118)"),
    "short creditor account": (supplier(creditor_account="1503208011"), "has 10 characters, not 11 digits"),
    "account in other digits": (supplier(creditor_account="١٥٠٣٢٠٨٠١١٩"), "creditor-account"),
    "IBAN over a wrong account": (supplier(creditor_account="NO5015032080118"), "creditor-account"),
    "German account at home": (supplier(creditor_account="DE89370400440532013000"), "is no Norwegian account"),
    "own account": (supplier(creditor_account="8601.11.17947"), "is the debtor's own account"),
    "own account as IBAN": (supplier(creditor_account="NO9386011117947"), "is the debtor's own account"),
    "SEPA to a BBAN": (order(batch(sepa(creditor_account="15032080119"), kind="sepa")), "creditor-account: is not two letters"),
    "SEPA with wrong digits": (order(batch(sepa(creditor_account="DE88370400440532013000"), kind="sepa")), "the check digits are wrong"),
    "SEPA to Turkey": (order(batch(sepa(creditor_account="TR330006100519786457841326"), kind="sepa")), "is in no SEPA country"),
    "SEPA name with slashes": (order(batch(sepa(creditor_name="A//B"), kind="sepa")), "creditor: SEPA takes no /"),
    "SEPA name that ends in a slash once spelled": (order(batch(sepa(creditor_name="Kabelwerk|"), kind="sepa")), "creditor: SEPA takes no / at an end and no // (Kabelwerk/)"),
    "SEPA town with slashes": (order(batch(sepa(town="Bad//Ems", country="DE"), kind="sepa")), "town: SEPA takes no /"),
    "SEPA from a name with slashes": (order(batch(sepa(), kind="sepa"), initiating_party_name="Tinde A/S/"), "initiating-party: SEPA takes no /"),
    "SEPA from a town with slashes": (order(batch(sepa(), kind="sepa"), initiating_party_town="/Bodø"), "town: SEPA takes no /"),
    "SEPA from a long name": (order(batch(sepa(), kind="sepa"), initiating_party_name="A" * 71), "initiating-party: has 71 characters, at most 70"),
    "abroad without BIC": (order(batch(foreign(creditor_bic=None), kind="foreign")), "creditor-bic: is missing"),
    "abroad with no BIC at all": (order(batch(foreign(creditor_bic="CHASE"), kind="foreign")), "creditor-bic: is not 8 or 11"),
    "abroad to a broken IBAN": (order(batch(foreign(creditor_account="GB28NWBK60161331926819"), kind="foreign")), "the check digits are wrong"),
    "abroad to no account": (order(batch(foreign(creditor_account="12/34"), kind="foreign")), "is not 1-34 letters and digits"),
    # remittance
    "KID and message": (supplier(kid=KID, message="Faktura 10023"), "kid: stands beside message"),
    "KID and documents": (supplier(kid=KID, documents=(document("CINV", "1", "12500.00 NOK"),)), "kid: stands beside documents"),
    "message and documents": (supplier(message="x", documents=(document("CINV", "1", "12500.00 NOK"),)), "message: stands beside documents"),
    "neither": (supplier(kid=None), "kid: is missing, and so is a message"),
    "KID that fits nothing": (supplier(kid="123456789"), "fits neither MOD10 nor MOD11 (123456789)"),
    "KID with a letter": (supplier(kid="12A"), "kid: is not 2-25 digits"),
    "KID of one digit": (supplier(kid="0"), "kid: is not 2-25 digits"),
    "KID of 26 digits": (supplier(kid="0" * 26), "kid: is not 2-25 digits"),
    "KID with the dash first": (supplier(kid="-1000005"), "kid: is not 2-25 digits"),
    "released KID of no form": (supplier(kid="12A", kid_check_waived=True), "kid: is not 2-25 digits"),
    "RF reference at home": (supplier(kid="RF18539007547034"), "kid: is not 2-25 digits"),
    "KID in SEPA": (order(batch(sepa(message=None, kid=KID), kind="sepa")), "kid: is no RF reference"),
    "tax without KID": (order(batch(payment(message="skatt"), kind="tax")), "kid: is missing. A tax payment"),
    "message of 141": (supplier(message="a" * 141), "message: has 141 characters, at most 140"),
    "message that grows beyond 140": (order(batch(sepa(message="æ" * 71), kind="sepa")), "message: has 142 characters"),
    "empty message": (supplier(message="  "), "message: is empty"),
    "message with an emoji": (supplier(message="Takk 🙂"), "message: holds U+1F642"),
    "SEPA message with slashes once spelled": (order(batch(sepa(message="a\\\\b"), kind="sepa")), "message: SEPA takes no / at an end and no // (a//b)"),
    "SEPA message with slashes": (order(batch(sepa(message="/RFB/x"), kind="sepa")), "message: SEPA takes no /"),
    # documents
    "documents of another sum": (supplier(documents=(document("CINV", "1", "12500.01 NOK"),)), "documents: come to 12500.01, the payment is 12500.00"),
    "credit note with KID": (supplier(documents=(document("CINV", "1", "12600.00 NOK"), document("CREN", "2", "100.00 NOK", kid=KID))), "a credit note has no KID"),
    "document without number": (supplier(documents=(document("CINV", "", "12500.00 NOK"),)), "document : is empty"),
    "document of nothing": (supplier(documents=(document("CINV", "1", "0.00 NOK"),)), "document 1: amount is not above zero"),
    "document in euro": (supplier(documents=(document("CINV", "1", "12500.00 EUR"),)), "whole minor units of NOK"),
    "document with a bad KID": (supplier(documents=(document("CINV", "1", "12500.00 NOK", kid="123456789"),)), "document 1: kid: fits neither"),
    "documents abroad": (order(batch(sepa(message=None, documents=(document("CINV", "1", "250.00 EUR"),)), kind="sepa")), "documents: go with domestic payments"),
    # address and the currency register
    "country in words": (supplier(country="Norge"), "country: is not two capital letters"),
    "abroad without town": (order(batch(foreign(town=None), kind="foreign")), "address: needs both town and country"),
    "abroad without address": (order(batch(foreign(town=None, country=None), kind="foreign")), "address: needs both"),
    "SEPA with country alone": (order(batch(sepa(country="DE"), kind="sepa")), "address: needs both"),
    "long town": (order(batch(foreign(town="a" * 36), kind="foreign")), "town: has 36"),
    "at the threshold": (order(batch(foreign(counter_value=money("100000.00 NOK")), kind="foreign")), "regulatory-code: is missing"),
    "kroner abroad at the threshold": (order(batch(foreign(amount="100000.00 NOK", counter_value=None), kind="foreign")), "regulatory-code: is missing"),
    "of unknown worth": (order(batch(sepa(counter_value=None), kind="sepa")), "regulatory-code: is missing"),
    "code without text": (order(batch(foreign(regulatory_code="14"), kind="foreign")), "code and text go together"),
    "code of three digits": (order(batch(foreign(regulatory_code="140", regulatory_text="x"), kind="foreign")), "is not two digits"),
    "long text": (order(batch(foreign(regulatory_code="14", regulatory_text="x" * 36), kind="foreign")), "regulatory-text: has 36"),
    "code at home": (supplier(regulatory_code="14", regulatory_text="x"), "has no place within Norway"),
}  # fmt: skip


@pytest.mark.parametrize(("refused", "says"), REFUSED.values(), ids=REFUSED)
def test_each_planted_fault_is_refused(refused, says):
    found = problems(refused, GENERIC)

    assert [line for line in found if says in line], found
    with pytest.raises(OrderRefused) as refusal:
        pain_001_writer.write(refused, GENERIC)
    assert refusal.value.problems == found


def test_a_problem_names_payment_field_value_and_what_to_do():
    refused = order(batch(payment("E-7KQ2", creditor_account="15032080118")))

    assert problems(refused, GENERIC) == (
        (
            "payment E-7KQ2: creditor-account: the check digit is wrong (15032080118). "
            "Compare it with its source."
        ),
    )


def test_every_problem_is_told_at_once():
    refused = order(
        batch(
            payment("E-1", amount="0.00 NOK", creditor_name=""),
            payment("E-2", kid="12A"),
            payment("E-3"),
        )
    )

    assert [line.split(": ")[:2] for line in problems(refused, GENERIC)] == [
        ["payment E-1", "amount"],
        ["payment E-1", "creditor"],
        ["payment E-2", "kid"],
    ]


def test_the_control_sum_has_room_in_the_schema():
    most = payment(amount="999999999999.99 NOK")
    many = tuple(replace(most, end_to_end_identification=f"E-{n}") for n in range(1001))

    assert "control-sum: is not below" in "".join(problems(order(batch(*many)), GENERIC))
