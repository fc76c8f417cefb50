"""The bank's files about `bench.biller`: OCR giro, camt.054 and camt.053 of each day.

What has a KID comes in OCR giro, in lumps; every second day camt.054 tells the same lumps
again under references of its own. What is told by camt.054 alone is a lump besides. The
statement shows lumps without details, and everything else with its own. Totals and
balances are right, and one day's closing is the next one's opening.
"""

# ruff: noqa: INP001, E501 - no package; templates of XML are long

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from bench.biller import BANK_ACCOUNT, Biller, Movement

LUMP = 500
#: The bank's own reference of a movement in camt.054 that OCR giro tells too.
AGAIN = "C"


def write(
    folder: Path, biller: Biller, *, lump: int = LUMP, again: bool = True
) -> list[Path]:
    """Write every file of every day; return them in the order of the days."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    balance = 0
    ordered = sorted(biller.movements, key=lambda each: (each.day, each.reference))
    for number, (day, moved) in enumerate(groupby(ordered, lambda each: each.day)):
        found = list(moved)
        ocr = _lumps([each for each in found if each.channel == "ocr"], lump)
        notified = _lumps([each for each in found if each.channel == "054"], lump)
        plain = [each for each in found if each.channel == "053"]
        if ocr:
            written.append(folder / f"ocr-{day}.txt")
            _ocr_giro(written[-1], day, ocr)
        told = [*(ocr if again and number % 2 == 0 else ()), *notified]
        if told:
            written.append(folder / f"camt054-{day}.xml")
            _camt_054(written[-1], day, told, len(ocr) if told[0] in ocr else 0)
        written.append(folder / f"camt053-{day}.xml")
        _camt_053(written[-1], day, number + 1, balance, [*ocr, *notified], plain)
        balance += sum(each.ore for each in found)
    return written


def _lumps(found: Sequence[Movement], size: int) -> list[Sequence[Movement]]:
    return [found[start : start + size] for start in range(0, len(found), size)]


def _sum(lump: Iterable[Movement]) -> int:
    return sum(each.ore for each in lump)


def _name(day: date, lump: Sequence[Movement]) -> str:
    """Return what statement and notification call a lump."""
    return f"L{day:%m%d}{lump[0].reference}"


def _ocr_giro(path: Path, day: date, lumps: Sequence[Sequence[Movement]]) -> None:
    moved = [(serial, each) for serial, lump in enumerate(lumps, 1) for each in lump]
    total = sum(each.ore for _, each in moved)
    told = f"{day:%d%m%y}"
    with path.open("w", encoding="iso-8859-1", newline="") as file:
        file.write(f"NY00001000008080{day:%y%m%d}100012345{'0' * 49}\r\n")
        file.write(f"NY090020001234567{day:%y%m%d}1{BANK_ACCOUNT}{'0' * 45}\r\n")
        for number, (serial, each) in enumerate(moved, 1):
            file.write(
                f"NY091030{number % 10**7:07d}{told}01201{serial:05d}0{each.ore:017d}"
                f"{each.kids[0]:>25}000000\r\n"
                f"NY091031{number % 10**7:07d}{'0' * 10}{each.reference}{'0' * 7}{told}"
                f"{each.payer or '0' * 11}{'0' * 22}\r\n"
            )
        records = 2 * len(moved) + 2
        ending = f"{total:017d}{told}"
        file.write(f"NY090088{len(moved):08d}{records:08d}{ending}{told * 2}{'0' * 21}\r\n")
        file.write(f"NY000089{len(moved):08d}{records + 2:08d}{ending}{'0' * 33}\r\n")


def _krone(ore: int) -> str:
    return f"{abs(ore) // 100}.{abs(ore) % 100:02d}"


def _money(ore: int, name: str = "Amt") -> str:
    return (
        f'<{name} Ccy="NOK">{_krone(ore)}</{name}>'
        f"<CdtDbtInd>{'DBIT' if ore < 0 else 'CRDT'}</CdtDbtInd>"
    )


def _account(number: str) -> str:
    return f"<Id><Othr><Id>{number}</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id>"


_STRUCTURED = (
    "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
    "<Ref>{kid}</Ref></CdtrRefInf></Strd>"
)


def _details(each: Movement, reference: str) -> str:
    """Return a TxDtls; the other side is the debtor of money in, the creditor of money out."""
    side = "Dbtr" if each.ore > 0 else "Cdtr"
    name = f"<{side}><Nm>{escape(each.name)}</Nm></{side}>" if each.name else ""
    account = f"<{side}Acct>{_account(each.payer)}</{side}Acct>" if each.payer else ""
    parties = f"<RltdPties>{name}{account}</RltdPties>" if name or account else ""
    text = f"<Ustrd>{escape(each.text)}</Ustrd>" if each.text else ""
    told = text + "".join(_STRUCTURED.format(kid=kid) for kid in each.kids)
    remittance = f"<RmtInf>{told}</RmtInf>" if told else ""
    name = f"<EndToEndId>{each.end_to_end}</EndToEndId>" if each.end_to_end else ""
    return (
        f"          <TxDtls>\n            <Refs><AcctSvcrRef>{reference}</AcctSvcrRef>{name}</Refs>\n"
        f'            <AmtDtls><TxAmt><Amt Ccy="NOK">{_krone(each.ore)}</Amt></TxAmt></AmtDtls>\n'
        f"            {parties}{remittance}\n          </TxDtls>\n"
    )


def _entry(
    day: date, ore: int, reference: str, code: str, details: str, count: int | None
) -> str:
    domain, family, sub_family = code.split("/")
    batch = f"<Btch><NbOfTxs>{count}</NbOfTxs></Btch>\n" if count else ""
    inside = f"        <NtryDtls>{batch}{details}</NtryDtls>\n" if batch or details else ""
    return (
        f"      <Ntry>{_money(ore)}<Sts>BOOK</Sts>\n"
        f"        <BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>\n"
        f"        <AcctSvcrRef>{reference}</AcctSvcrRef>\n"
        f"        <BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd>"
        f"<SubFmlyCd>{sub_family}</SubFmlyCd></Fmly></Domn></BkTxCd>\n{inside}      </Ntry>\n"
    )


def _lump_entry(day: date, lump: Sequence[Movement], details: str) -> str:
    name = _name(day, lump)
    return _entry(day, _sum(lump), name, "PMNT/RCDT/VCOM", details, len(lump))


def _camt_054(
    path: Path, day: date, lumps: Sequence[Sequence[Movement]], again: int
) -> None:
    """Write the notification; the first `again` lumps are told by OCR giro too."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_head("camt.054.001.02", "BkToCstmrDbtCdtNtfctn", "Ntfctn", day, 1))
        for number, lump in enumerate(lumps):
            mark = AGAIN if number < again else ""
            details = "".join(_details(each, mark + each.reference) for each in lump)
            file.write(_lump_entry(day, lump, details))
        file.write("    </Ntfctn>\n  </BkToCstmrDbtCdtNtfctn>\n</Document>\n")


def _camt_053(
    path: Path,
    day: date,
    number: int,
    opening: int,
    lumps: Sequence[Sequence[Movement]],
    plain: Sequence[Movement],
) -> None:
    closing = opening + sum(map(_sum, lumps)) + _sum(plain)
    with path.open("w", encoding="utf-8") as file:
        file.write(_head("camt.053.001.02", "BkToCstmrStmt", "Stmt", day, number))
        file.writelines(_balances(day, opening, closing))
        file.writelines(_lump_entry(day, lump, "") for lump in lumps)
        for each in plain:
            details = _details(each, each.reference)
            file.write(_entry(day, each.ore, each.reference, each.code, details, None))
        file.write("    </Stmt>\n  </BkToCstmrStmt>\n</Document>\n")


def _balances(day: date, opening: int, closing: int) -> Iterator[str]:
    for code, ore in (("OPBD", opening), ("CLBD", closing)):
        yield (
            f"      <Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_money(ore)}"
            f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
        )


def _head(version: str, root: str, report: str, day: date, number: int) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}">\n  <{root}>\n'
        f"    <GrpHdr><MsgId>{report}-{day}</MsgId><CreDtTm>{day}T18:00:00</CreDtTm></GrpHdr>\n"
        f"    <{report}>\n      <Id>{report}-{day}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<CreDtTm>{day}T18:00:00</CreDtTm><Acct>{_account(BANK_ACCOUNT)}<Ccy>NOK</Ccy></Acct>\n"
    )
