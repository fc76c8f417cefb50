"""The recall of payments. ISO's schema of camt.055 is in none of the packages at hand, so
the order of elements is checked against a schema of our own reading of the message."""

from datetime import date

import pytest
from lxml import etree
from payment_orders import CREATED, money

from bankio.banks import PROFILES
from bankio.iso20022 import camt_055_writer
from bankio.iso20022.cancellation_request import CancellationRequest, CancelledPayment
from bankio.iso20022.payment_rules import OrderRefused

ORDER_OF_ELEMENTS = etree.RelaxNG(
    etree.fromstring(
        """
<element name="Document" xmlns="http://relaxng.org/ns/structure/1.0"
    ns="urn:iso:std:iso:20022:tech:xsd:camt.055.001.01">
 <element name="CstmrPmtCxlReq">
  <element name="Assgnmt">
   <element name="Id"><text/></element>
   <element name="Assgnr"><element name="Pty">
     <element name="Nm"><text/></element>
     <element name="Id"><element name="OrgId"><element name="Othr">
       <element name="Id"><text/></element>
       <element name="SchmeNm"><element name="Cd"><text/></element></element>
     </element></element></element>
   </element></element>
   <element name="Assgne"><element name="Agt"><element name="FinInstnId">
     <choice>
       <element name="BIC"><text/></element>
       <element name="Othr"><element name="Id"><text/></element></element>
     </choice>
   </element></element></element>
   <element name="CreDtTm"><text/></element>
  </element>
  <element name="CtrlData">
   <element name="NbOfTxs"><text/></element><element name="CtrlSum"><text/></element>
  </element>
  <element name="Undrlyg">
   <element name="OrgnlGrpInfAndCxl">
    <element name="OrgnlMsgId"><text/></element>
    <element name="OrgnlMsgNmId"><text/></element>
    <element name="GrpCxl"><text/></element>
   </element>
   <oneOrMore><element name="OrgnlPmtInfAndCxl">
    <element name="OrgnlPmtInfId"><text/></element>
    <element name="PmtInfCxl"><text/></element>
    <oneOrMore><element name="TxInf">
     <optional><element name="OrgnlInstrId"><text/></element></optional>
     <element name="OrgnlEndToEndId"><text/></element>
     <element name="OrgnlInstdAmt"><attribute name="Ccy" ns=""/><text/></element>
     <element name="OrgnlReqdExctnDt"><text/></element>
     <element name="CxlRsnInf"><element name="Rsn"><element name="Cd"><text/></element></element></element>
    </element></oneOrMore>
   </element></oneOrMore>
  </element>
 </element>
</element>"""
    )
)


def recalled(end_to_end_identification, batch="M-1-1", amount="12500.00 NOK", **fields):
    return CancelledPayment(
        **{
            "original_payment_information_identification": batch,
            "original_end_to_end_identification": end_to_end_identification,
            "original_instructed_amount": money(amount),
            "original_requested_execution_date": date(2026, 11, 20),
        }
        | fields
    )


def request(*payments, **fields):
    return CancellationRequest(
        **{
            "message_identification": "C-1",
            "creation_date_time": CREATED,
            "initiating_party_name": "Tindebekk Elektro AS",
            "organisation_number": "974760673",
            "original_message_identification": "M-1",
            "original_message_name_identification": "pain.001.001.03",
            "reason": "CUST",
            "payments": payments,
        }
        | fields
    )


TWO = request(
    recalled("E-1", original_instruction_identification="I-1"),
    recalled("E-3", "M-1-2", "31250.50 NOK"),
)


@pytest.mark.parametrize("bank", PROFILES)
def test_a_recall_names_every_payment_of_every_batch(bank):
    root = etree.fromstring(camt_055_writer.write(TWO, PROFILES[bank]))

    ORDER_OF_ELEMENTS.assertValid(root)
    told = [
        (
            batch.findtext("{*}OrgnlPmtInfId"),
            payment.findtext("{*}OrgnlEndToEndId"),
            payment.findtext("{*}OrgnlInstdAmt"),
        )
        for batch in root.iter("{*}OrgnlPmtInfAndCxl")
        for payment in batch.iter("{*}TxInf")
    ]
    assert told == [("M-1-1", "E-1", "12500.00"), ("M-1-2", "E-3", "31250.50")]
    assert root.findtext(".//{*}CtrlData/{*}NbOfTxs") == "2"
    assert root.findtext(".//{*}CtrlData/{*}CtrlSum") == "43750.50"
    assert root.findtext(".//{*}OrgnlMsgId") == "M-1"
    assert {code.text for code in root.iter("{*}Cd")} == {"CUST"}


@pytest.mark.parametrize("bank", ["generic", "sor"])
def test_the_bank_gets_these_bytes(bank, golden):
    golden(f"camt055/{bank}-two-payments.xml", camt_055_writer.write(TWO, PROFILES[bank]))


@pytest.mark.parametrize(
    ("refused", "says"),
    [
        (request(), "there is nothing to take back"),
        (request(recalled("E-1"), recalled("E-1")), "payment E-1: is named twice"),
        (request(recalled("E 1")), "is ordered under no identification ('E 1')"),
        (request(recalled("E-1", batch="")), "is ordered under no identification ('')"),
        (request(recalled("E-1", amount="0.00 NOK")), "amount is not above zero (0.00)"),
        (request(recalled("E-1"), message_identification="C" * 36), "message-id: is no"),
        (
            request(recalled("E-1"), organisation_number="1"),
            "organisation-number: is wrong (1)",
        ),
        (
            request(recalled("E-1"), initiating_party_name="🙂"),
            "initiating-party: is no name",
        ),
    ],
)
def test_a_recall_that_says_nothing_certain_is_not_written(refused, says):
    with pytest.raises(OrderRefused) as refusal:
        camt_055_writer.write(refused, PROFILES["generic"])

    assert says in "\n".join(refusal.value.problems)
