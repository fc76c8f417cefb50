"""Bank files of any size for the benchmarks: made from a seed, alike on every machine.

They are like a large Norwegian biller's: camt.053 with one payment per entry, camt.054
in batches of a hundred, OCR giro with one lump per hundred payments. Every total is right,
so whoever checks totals has them to check.
"""

# ruff: noqa: INP001, E501 - no package; templates of XML are long

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

BATCH = 100
_NAMES = ("Ola Nordmann", "Kari Igloskaper", "Fjellkraft AS", "Bø & Sønner", "Ås Rør")


def _luhn(digits: str) -> str:
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def payments(count: int, seed: int = 1) -> Iterator[tuple[int, int, str, str, str]]:
    """Yield number, øre, KID, payer account and name."""
    draw = random.Random(seed)  # noqa: S311 - the same file on every machine
    for number in range(1, count + 1):
        digits = f"{number:09d}"
        account = f"{draw.randrange(10**10, 10**11 - 1)}"
        yield (
            number,
            draw.randrange(100, 5_000_000),
            digits + _luhn(digits),
            account,
            (draw.choice(_NAMES)),
        )


def ocr_giro(path: Path, count: int) -> None:
    """Write an OCR giro transmission of one assignment."""
    total = 0
    with path.open("w", encoding="iso-8859-1", newline="") as file:
        file.write(f"NY000010{'00008080'}{'0000123'}{'00012345'}{'0' * 49}\r\n")
        file.write(f"NY090020{'001234567'}{'0000001'}{'15032080119'}{'0' * 45}\r\n")
        for number, ore, kid, account, _ in payments(count):
            total += ore
            serial = (number - 1) // BATCH % 99_999 + 1
            file.write(
                f"NY091030{number % 10**7:07d}201126{'01'}{'20'}1{serial:05d}0"
                f"{ore:017d}{kid:>25}000000\r\n"
                f"NY091031{number % 10**7:07d}{'0' * 10}{number:09d}{'0' * 7}191126"
                f"{account}{'0' * 22}\r\n"
            )
        records = 2 * count + 2
        dates = "201126" * 3
        file.write(f"NY090088{count:08d}{records:08d}{total:017d}{dates}{'0' * 21}\r\n")
        file.write(f"NY000089{count:08d}{records + 2:08d}{total:017d}201126{'0' * 33}\r\n")


_CAMT_053_ENTRY = """      <Ntry>
        <NtryRef>{number}</NtryRef>
        <Amt Ccy="NOK">{amount}</Amt>
        <CdtDbtInd>CRDT</CdtDbtInd>
        <Sts>{status}</Sts>
        <BookgDt><Dt>2026-11-20</Dt></BookgDt>
        <ValDt><Dt>2026-11-20</Dt></ValDt>
        <AcctSvcrRef>AS{number:09d}</AcctSvcrRef>
        <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>VCOM</SubFmlyCd></Fmly></Domn></BkTxCd>
        <NtryDtls>
          <TxDtls>{details}
          </TxDtls>
        </NtryDtls>
      </Ntry>
"""

_DETAILS = """
            <Refs>
              <AcctSvcrRef>D{number:09d}</AcctSvcrRef>
              <EndToEndId>E{number:09d}</EndToEndId>
            </Refs>{amount_8}
            <AmtDtls><TxAmt><Amt Ccy="NOK">{amount}</Amt></TxAmt></AmtDtls>
            <RltdPties>
              <Dbtr>{name}</Dbtr>
              <DbtrAcct><Id><Othr><Id>{account}</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id></DbtrAcct>
            </RltdPties>
            <RmtInf>
              <Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{kid}</Ref></CdtrRefInf></Strd>
            </RmtInf>"""

_ACCOUNT = (
    "<Acct><Id><Othr><Id>15032080119</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id>"
    "<Ccy>NOK</Ccy></Acct>"
)


def _details(version: str, payment: tuple[int, int, str, str, str]) -> str:
    number, ore, kid, account, name = payment
    amount = _krone(ore)
    name = name.replace("&", "&amp;")
    newer = version == "08"
    return _DETAILS.format(
        number=number,
        amount=amount,
        amount_8=(
            f'\n            <Amt Ccy="NOK">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
            if newer
            else ""
        ),
        name=f"<Pty><Nm>{name}</Nm></Pty>" if newer else f"<Nm>{name}</Nm>",
        account=account,
        kid=kid,
    )


def _krone(ore: int) -> str:
    return f"{ore // 100}.{ore % 100:02d}"


def camt_053(path: Path, count: int, version: str = "02") -> None:
    """Write a statement with one payment per entry."""
    total = sum(ore for _, ore, *_ in payments(count))
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<Document xmlns="{namespace}">\n  <BkToCstmrStmt>\n'
            "    <GrpHdr><MsgId>STMT-1</MsgId><CreDtTm>2026-11-21T06:00:00</CreDtTm></GrpHdr>\n"
            "    <Stmt>\n      <Id>1</Id><ElctrncSeqNb>224</ElctrncSeqNb>"
            f"<CreDtTm>2026-11-21T06:00:00</CreDtTm>{_ACCOUNT}\n"
            f"{_balance('OPBD', 0)}{_balance('CLBD', total)}"
        )
        for payment in payments(count):
            file.write(
                _CAMT_053_ENTRY.format(
                    number=payment[0],
                    amount=_krone(payment[1]),
                    status="BOOK" if version == "02" else "<Cd>BOOK</Cd>",
                    details=_details(version, payment),
                )
            )
        file.write("    </Stmt>\n  </BkToCstmrStmt>\n</Document>\n")


def _balance(code: str, ore: int) -> str:
    return (
        f"      <Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="NOK">{_krone(ore)}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-11-20</Dt></Dt></Bal>\n"
    )


def camt_054(path: Path, count: int, version: str = "02") -> None:
    """Write a notification of batches of a hundred payments each."""
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.054.001.{version}"
    status = "BOOK" if version == "02" else "<Cd>BOOK</Cd>"
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<Document xmlns="{namespace}">\n  <BkToCstmrDbtCdtNtfctn>\n'
            "    <GrpHdr><MsgId>N-1</MsgId><CreDtTm>2026-11-20T18:00:00</CreDtTm></GrpHdr>\n"
            "    <Ntfctn>\n      <Id>1</Id>"
            f"<CreDtTm>2026-11-20T18:00:00</CreDtTm>{_ACCOUNT}\n"
        )
        batch: list[tuple[int, int, str, str, str]] = []
        for payment in payments(count):
            batch.append(payment)
            if len(batch) == BATCH or payment[0] == count:
                file.write(_batch(version, status, batch))
                batch = []
        file.write("    </Ntfctn>\n  </BkToCstmrDbtCdtNtfctn>\n</Document>\n")


def _batch(version: str, status: str, batch: list[tuple[int, int, str, str, str]]) -> str:
    number = batch[0][0] // BATCH
    total = _krone(sum(ore for _, ore, *_ in batch))
    details = "".join(
        f"          <TxDtls>{_details(version, payment)}\n          </TxDtls>\n"
        for payment in batch
    )
    return (
        f'      <Ntry>\n        <NtryRef>{number}</NtryRef><Amt Ccy="NOK">{total}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Sts>{status}</Sts>\n"
        "        <BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>\n"
        f"        <AcctSvcrRef>L{number:06d}</AcctSvcrRef>\n"
        "        <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>"
        "<SubFmlyCd>VCOM</SubFmlyCd></Fmly></Domn>"
        "<Prtry><Cd>230</Cd><Issr>NETS</Issr></Prtry></BkTxCd>\n"
        f"        <NtryDtls>\n          <Btch><NbOfTxs>{len(batch)}</NbOfTxs></Btch>\n"
        f"{details}        </NtryDtls>\n      </Ntry>\n"
    )
