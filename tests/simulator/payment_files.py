"""Write pain.001 for the tests, with any part of it spoilt."""

from __future__ import annotations

from xml.sax.saxutils import escape

ACCOUNT = "86011117947"
ORGNR = "974760673"
POWER, BOOKS, CLOSED = "15032080119", "12345678903", "30001234567"


def payment(
    end_to_end_id: str,
    amount: str = "100.00",
    *,
    to: str = POWER,
    kid: str = "",
    text: str = "",
    name: str = "Fjellkraft AS",
    currency: str = "NOK",
    iban: bool = False,
    extra: str = "",
) -> str:
    account = f"<IBAN>{to}</IBAN>" if iban else f"<Othr><Id>{to}</Id></Othr>"
    texts = f"<Ustrd>{escape(text)}</Ustrd>" if text else ""
    kids = (
        "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{kid}</Ref></CdtrRefInf></Strd>"
        if kid
        else ""
    )
    remittance = f"<RmtInf>{texts}{kids}{extra}</RmtInf>" if texts or kids or extra else ""
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{end_to_end_id}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt>'
        f"<Cdtr><Nm>{escape(name)}</Nm></Cdtr><CdtrAcct><Id>{account}</Id></CdtrAcct>"
        f"{remittance}</CdtTrfTxInf>"
    )


def batch(
    *payments: str,
    name: str = "B-1",
    day: str = "2026-11-03",
    account: str = ACCOUNT,
    booking: str = "",
    category: str = "",
    count: str = "",
    control_sum: str = "",
    version: str = "03",
) -> str:
    date = f"<Dt>{day}</Dt>" if version == "09" else day
    return (
        f"<PmtInf><PmtInfId>{name}</PmtInfId><PmtMtd>TRF</PmtMtd>"
        + (f"<BtchBookg>{booking}</BtchBookg>" if booking else "")
        + (f"<NbOfTxs>{count}</NbOfTxs>" if count else "")
        + (f"<CtrlSum>{control_sum}</CtrlSum>" if control_sum else "")
        + (
            f"<PmtTpInf><CtgyPurp><Cd>{category}</Cd></CtgyPurp></PmtTpInf>"
            if category
            else ""
        )
        + f"<ReqdExctnDt>{date}</ReqdExctnDt><Dbtr><Nm>Fjord AS</Nm></Dbtr>"
        f"<DbtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></DbtrAcct>"
        "<DbtrAgt><FinInstnId/></DbtrAgt>" + "".join(payments) + "</PmtInf>"
    )


def file(
    *batches: str,
    message_id: str = "M-1",
    count: int | None = None,
    control_sum: str = "",
    version: str = "03",
    initiator: str = ORGNR,
) -> str:
    body = "".join(batches)
    held = body.count("<CdtTrfTxInf>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.{version}">'
        f"<CstmrCdtTrfInitn><GrpHdr><MsgId>{message_id}</MsgId>"
        "<CreDtTm>2026-11-02T08:00:00</CreDtTm>"
        f"<NbOfTxs>{held if count is None else count}</NbOfTxs>"
        + (f"<CtrlSum>{control_sum}</CtrlSum>" if control_sum else "")
        + f"<InitgPty><Nm>Fjord AS</Nm><Id><OrgId><Othr><Id>{initiator}</Id>"
        "<SchmeNm><Cd>CUST</Cd></SchmeNm></Othr></OrgId></Id></InitgPty></GrpHdr>"
        f"{body}</CstmrCdtTrfInitn></Document>"
    )


def simple(*payments: str, **more: str) -> str:
    """A file of one batch; what is named goes to the batch, `message_id` to the file."""
    message_id = more.pop("message_id", "M-1")
    return file(batch(*payments, **more), message_id=message_id)
