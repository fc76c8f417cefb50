"""Files of details (camt.054) and entries with details, and what then stands in the books."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from world import ACCOUNT, World

from ledger.books import load


def detail(
    amount: str,
    *,
    way: str = "CRDT",
    kid: str | None = None,
    name: str | None = None,
    account: str | None = None,
    instructed: str | None = None,
    charges: str = "",
    currency: str = "NOK",
) -> str:
    """A TxDtls that tells its amount as TxAmt; `name` is its EndToEndId."""
    refs = f"<Refs><EndToEndId>{name}</EndToEndId></Refs>" if name else ""
    asked = instructed or ""
    if instructed:
        number, _, of = instructed.partition(" ")
        asked = f'<InstdAmt><Amt Ccy="{of or currency}">{number}</Amt></InstdAmt>'
    booked = f'<TxAmt><Amt Ccy="{currency}">{amount}</Amt></TxAmt>' if amount else ""
    party = "DbtrAcct" if way == "CRDT" else "CdtrAcct"
    parties = (
        f"<RltdPties><{party}><Id><Othr><Id>{account}</Id></Othr></Id></{party}></RltdPties>"
        if account
        else ""
    )
    reference = (
        "<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{kid}</Ref></CdtrRefInf></Strd></RmtInf>"
        if kid
        else ""
    )
    return (
        f"<TxDtls>{refs}<AmtDtls>{asked}{booked}</AmtDtls>{charges}{parties}{reference}"
        "</TxDtls>"
    )


def charge(
    amount: str, *, bearer: str = "", included: str = "true", way: str = "DBIT"
) -> str:
    """A Chrgs of one record, as versions since .04 have it."""
    br = f"<Br>{bearer}</Br>" if bearer else ""
    return (
        f'<Chrgs><Rcrd><Amt Ccy="NOK">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
        f"<ChrgInclInd>{included}</ChrgInclInd>{br}</Rcrd></Chrgs>"
    )


def booked(
    amount: str,
    *details: str,
    day: str,
    way: str = "CRDT",
    reference: str | None = None,
    lump: int | None = None,
    charges: str = "",
    currency: str = "NOK",
) -> str:
    """An Ntry, without any reference of the bank unless one is told."""
    family = "RCDT" if way == "CRDT" else "ICDT"
    named = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    batch = f"<Btch><NbOfTxs>{lump}</NbOfTxs></Btch>" if lump else ""
    inner = f"<NtryDtls>{batch}{''.join(details)}</NtryDtls>" if details or lump else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
        f"<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt>{named}"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>OTHR</SubFmlyCd>"
        f"</Fmly></Domn></BkTxCd>{charges}{inner}</Ntry>"
    )


def notified(
    *entries: str,
    day: str,
    number: str = "1",
    account: str = ACCOUNT,
    currency: str = "NOK",
) -> bytes:
    """A camt.054 of one day."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02">'
        f"<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>N{number}</MsgId>"
        f"<CreDtTm>{day}T23:00:00</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>{number}</Id><CreDtTm>{day}T23:00:00</CreDtTm>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>"
        f"{''.join(entries)}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def balances(world: World) -> dict[str, str]:
    """Return what stands on each account, without the bank, equity, sales and expenses."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for transaction in load(world.folder).transactions:
        for posting in transaction.postings:
            totals[posting.account.rpartition(":")[2]] += posting.units.number
    left_out = ("1920-", "1922-", "2050-", "3000-", "6800-")
    return {
        name: str(total)
        for name, total in totals.items()
        if total and not name.startswith(left_out)
    }
