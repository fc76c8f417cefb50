"""Statements and notifications of single days, and how a test takes them in."""

from __future__ import annotations

from world import ACCOUNT, SUPPLIER_ACCOUNT, World

OTHER = "15034000007"


def balance(code: str, amount: str, day: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="NOK">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def entry(amount: str, day: str, reference: str) -> str:
    return (
        f'<Ntry><Amt Ccy="NOK">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>OTHR</SubFmlyCd></Fmly>"
        "</Domn></BkTxCd></Ntry>"
    )


def debit(
    amount: str,
    day: str,
    reference: str,
    end_to_end_id: str | None,
    *,
    account: str = SUPPLIER_ACCOUNT,
) -> str:
    """A payment of ours to a supplier's account, with its details; perhaps unnamed."""
    name = f"<EndToEndId>{end_to_end_id}</EndToEndId>" if end_to_end_id else ""
    return (
        f'<Ntry><Amt Ccy="NOK">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>OTHR</SubFmlyCd></Fmly>"
        f"</Domn></BkTxCd><NtryDtls><TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef>"
        f"{name}</Refs>"
        f'<AmtDtls><TxAmt><Amt Ccy="NOK">{amount}</Amt></TxAmt></AmtDtls>'
        f"<RltdPties><CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct>"
        "</RltdPties></TxDtls></NtryDtls></Ntry>"
    )


def receipt(amount: str, day: str, reference: str, *, kid: str, payer: str) -> str:
    """A receipt with its details."""
    details = (
        f'<NtryDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="NOK">{amount}</Amt></TxAmt></AmtDtls>'
        f"<RltdPties><DbtrAcct><Id><Othr><Id>{payer}</Id></Othr></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Strd><CdtrRefInf><Ref>{kid}</Ref></CdtrRefInf></Strd></RmtInf>"
        "</TxDtls></NtryDtls></Ntry>"
    )
    return entry(amount, day, reference).replace("</Ntry>", details)


def lump(amount: str, day: str, reference: str, batch: str = "", text: str = "") -> str:
    """One sum of many payments, without their details; `batch` is what `Btch` says."""
    told = f"<NtryDtls><Btch>{batch}</Btch></NtryDtls>" if batch else ""
    told += f"<AddtlNtryInf>{text}</AddtlNtryInf>" if text else ""
    return (
        f'<Ntry><Amt Ccy="NOK">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>OTHR</SubFmlyCd></Fmly>"
        f"</Domn></BkTxCd>{told}</Ntry>"
    )


def answered(message: str, part: str, status: str, *end_to_end_ids: str) -> bytes:
    """A pain.002 about some payments of a part of a message."""
    payments = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{each}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
        "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>"
        for each in end_to_end_ids
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03">'
        f"<CstmrPmtStsRpt><GrpHdr><MsgId>A{part}{status}</MsgId>"
        "<CreDtTm>2026-11-02T10:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts>"
        f"<OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>"
        "<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
        f"<OrgnlPmtInfId>{part}</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>{payments}"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def notified(*entries: str, day: str, account: str = ACCOUNT) -> bytes:
    """A camt.054 of one day."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02">'
        f"<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>N{day}</MsgId>"
        f"<CreDtTm>{day}T23:00:00</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>1</Id><CreDtTm>{day}T23:00:00</CreDtTm>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>NOK</Ccy></Acct>"
        f"{''.join(entries)}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def stated(
    opening: str, closing: str, *entries: str, day: str, account: str = ACCOUNT
) -> bytes:
    """A camt.053 of one day."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>S{day}{closing}</MsgId><CreDtTm>{day}T23:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>1</Id><CreDtTm>{day}T23:00:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{day}T00:00:00</FrDtTm><ToDtTm>{day}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>NOK</Ccy></Acct>"
        f"{balance('OPBD', opening, day)}{balance('CLBD', closing, day)}"
        f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def receipts(opening: str, closing: str, day: str, **amounts: str) -> bytes:
    """A camt.053 of one day with receipts, by the bank's references."""
    entries = (entry(amount, day, name) for name, amount in amounts.items())
    return stated(opening, closing, *entries, day=day)


def statement(
    opening: str, amount: str, closing: str, *, day: str, account: str = ACCOUNT
) -> bytes:
    """A camt.053 of one day with one receipt."""
    one = entry(amount, day, "R" + day)
    return stated(opening, closing, one, day=day, account=account)


MONDAY = statement("250000.00", "100.00", "250100.00", day="2026-11-02")
TUESDAY = statement("250100.00", "50.00", "250150.00", day="2026-11-03")
CORRECTED = statement("250100.00", "70.00", "250170.00", day="2026-11-03")
NOT_OURS = statement("0.00", "10.00", "10.00", day="2026-11-03", account=OTHER)


def take_in(world: World, code: int = 3, **files: bytes):
    """Reconcile files; return the document of the run."""
    folder = world.folder.parent / "given"
    folder.mkdir(exist_ok=True)
    paths = []
    for name, data in files.items():
        path = folder / f"{name}.xml"
        path.write_bytes(data)
        paths.append(str(path))
    return world.json("reconcile", *paths, code=code)
