"""Fuzz targets of the readers: whatever the bytes, a value or a refusal with a place.

One target per kind of file. `judge` is the property. `test_fuzz_reading` runs it with
mutations of its own, and `guided` under libFuzzer.
"""

from __future__ import annotations

import json
import random
import time

from bankio import formats, inspection
from bankio.errors import Unreadable
from tests.bankio.bank_files import (
    assignment,
    balance,
    details,
    entry,
    ocr,
    paid,
    payment,
    statement,
)

SECONDS_MAX = 5.0

_PAIN_002 = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>
<GrpHdr><MsgId>A</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>M-1</OrgnlMsgId><GrpSts>PART</GrpSts>
<StsRsnInf><Rsn><Cd>NARR</Cd></Rsn><AddtlInf>x</AddtlInf></StsRsnInf></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>B-1</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>
<TxInfAndSts><OrgnlEndToEndId>E-1</OrgnlEndToEndId><TxSts>RJCT</TxSts><OrgnlTxRef><Amt>
<InstdAmt Ccy="NOK">1.00</InstdAmt></Amt><ReqdExctnDt>2026-11-20</ReqdExctnDt></OrgnlTxRef></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""

_PAIN_001 = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>M-1</MsgId><NbOfTxs>2</NbOfTxs><CtrlSum>3.00</CtrlSum></GrpHdr>
<PmtInf><PmtInfId>B-1</PmtInfId><BtchBookg>true</BtchBookg><ReqdExctnDt><Dt>2026-11-20</Dt></ReqdExctnDt>
<CdtTrfTxInf><PmtId><EndToEndId>E-1</EndToEndId></PmtId><Amt><InstdAmt Ccy="NOK">1.00</InstdAmt></Amt></CdtTrfTxInf>
<CdtTrfTxInf><PmtId><EndToEndId>E-2</EndToEndId></PmtId><Amt><InstdAmt Ccy="NOK">2.00</InstdAmt></Amt></CdtTrfTxInf>
</PmtInf></CstmrCdtTrfInitn></Document>"""

_CAMT_029 = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.03"><RsltnOfInvstgtn>
<Assgnmt><Id>A</Id></Assgnmt><Sts><Conf>CNCL</Conf></Sts><CxlDtls><OrgnlGrpInfAndSts><OrgnlMsgId>M-1
</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>B-1</OrgnlPmtInfId><TxInfAndSts>
<OrgnlEndToEndId>E-1</OrgnlEndToEndId><TxCxlSts>ACCR</TxCxlSts></TxInfAndSts></OrgnlPmtInfAndSts></CxlDtls>
</RsltnOfInvstgtn></Document>"""

_EHF = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:c="urn:c" xmlns:a="urn:a"><c:ID>10023</c:ID><c:IssueDate>2026-11-02</c:IssueDate>
<c:DueDate>2026-11-20</c:DueDate><a:AccountingSupplierParty><a:Party><a:PartyLegalEntity>
<c:RegistrationName>Fjellkraft AS</c:RegistrationName><c:CompanyID>974760673</c:CompanyID>
</a:PartyLegalEntity></a:Party></a:AccountingSupplierParty><a:PaymentMeans><c:PaymentID>0010017
</c:PaymentID><a:PayeeFinancialAccount><c:ID>15032080119</c:ID></a:PayeeFinancialAccount>
</a:PaymentMeans><a:LegalMonetaryTotal><c:PayableAmount currencyID="NOK">12500.00</c:PayableAmount>
</a:LegalMonetaryTotal></Invoice>"""

#: A file of each kind to begin from.
SEEDS: dict[str, bytes] = {
    "camt.053": statement(
        *[entry("40.00", details=details(paid("40.00", f"{n:07d}"))) for n in range(6)],
        entry(
            "100.00", details=details(paid("40.00", "1"), paid("60.00", "2"), paid("0.00"))
        ),
        entry("5.00", "DBIT", more="<RvslInd>true</RvslInd>"),
        head=balance("OPBD", "0.00") + balance("CLBD", "335.00"),
    ),
    "pain.002": _PAIN_002.encode(),
    "pain.001": _PAIN_001.encode(),
    "camt.029": _CAMT_029.encode(),
    "ehf": _EHF.encode(),
    "ocr-giro": ocr(
        assignment(
            *[payment(n, n * 100) for n in range(1, 6)],
            payment(6, 50, sign="-"),
            payment(7, 70, "", kind="21", text="Kjøp"),
        )
    ).encode("iso-8859-1"),
}

#: What is put into files: markup, digits of other scripts, odd blanks, odd encodings.
DICTIONARY: tuple[bytes, ...] = tuple(
    one.encode("utf-8", "surrogatepass")
    for one in (
        "<", ">", "</", "/>", "&", "&#0;", "&amp;", "]]>", "<![CDATA[", "<!--", "-->", "<?", "?>",
        "<!DOCTYPE x>", "<!ENTITY x 'y'>", "\0", "\x01", "\r", "\r\n", "\n", "\t", "\x1a", "\u00a0",
        "\u202e", "\ufeff", "\ud800", "NaN", "Infinity", "1e3", "1_0", "-", "+", "٣", "９", "²",
        "99999999999999999999", "<Ntry>", "</Ntry>", "<TxDtls>", "</TxDtls>", "<Stmt>", "</Stmt>",
        "<Amt>", "<Amt Ccy='NOK'>", "NY", "NY09", "NY0900", "NY000089", "NY210020", "0" * 80,
        "xmlns=''", "xmlns:x='urn:x'", "encoding='utf-16'", "2026-02-30", "000000", "310226",
    )
)  # fmt: skip


def judge(data: bytes) -> None:
    """Read `data`: it is told as JSON or refused with a place, and soon."""
    started = time.perf_counter()
    try:
        message = formats.read(data, "f", size_max=1 << 22)
    except Unreadable as error:
        told = inspection.error_as_json(error, "f")
    else:
        told = inspection.as_json(message, "f", "")
    json.dumps(told)
    taken = time.perf_counter() - started
    assert taken < SECONDS_MAX, f"took {taken:.1f} s for {len(data)} bytes"


def mutated(seed: bytes, draw: random.Random) -> bytes:
    """Change `seed` in one to six places."""
    data = bytearray(seed)
    for _ in range(draw.randint(1, 6)):
        start = draw.randrange(len(data) + 1)
        kind = draw.randrange(6)
        if kind == 0:
            data[start : start + draw.randint(0, 20)] = draw.choice(DICTIONARY)
        elif kind == 1:
            data[start:start] = draw.choice(DICTIONARY)
        elif kind == 2 and data:
            data[min(start, len(data) - 1)] = draw.randrange(256)
        elif kind == 3:
            del data[start : start + draw.randint(1, 40)]
        elif kind == 4:
            end = start + draw.randint(1, 200)
            data[start:start] = data[start:end] * draw.randint(1, 5)
        else:
            other = draw.randrange(len(data) + 1)
            data[start:start] = data[other : other + draw.randint(1, 60)]
    return bytes(data)
