"""Small bank files for the tests of reading, built from what a row of a table says."""

from __future__ import annotations

from bankio import formats
from bankio.iso20022.values import AccountMessage

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
ACCOUNT = "<Acct><Id><Othr><Id>15032080119</Id></Othr></Id><Ccy>NOK</Ccy></Acct>"


def statement(
    *entries: str, head: str = "", version: str = "02", account: str = ACCOUNT
) -> bytes:
    """A camt.053 of one statement, an entry per line."""
    lines = "\n".join(entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}camt.053.001.{version}">'
        "<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>\n"
        f"<Stmt><Id>S1</Id>{account}{head}\n{lines}\n</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


def balance(
    code: str, amount: str, indicator: str | None = "CRDT", currency: str = "NOK"
) -> str:
    sign = f"<CdtDbtInd>{indicator}</CdtDbtInd>" if indicator else ""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount}</Amt>{sign}<Dt><Dt>2026-11-20</Dt></Dt></Bal>'
    )


def entry(
    amount: str = "100.00",
    indicator: str = "CRDT",
    *,
    status: str = "<Sts>BOOK</Sts>",
    more: str = "",
    details: str = "",
    currency: str = "NOK",
) -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{indicator}</CdtDbtInd>{status}'
        f"<BookgDt><Dt>2026-11-20</Dt></BookgDt>{more}<BkTxCd/>{details}</Ntry>"
    )


def details(*transactions: str, batch: str = "") -> str:
    inner = "".join(f"<TxDtls>{one}</TxDtls>" for one in transactions)
    return f"<NtryDtls>{batch}{inner}</NtryDtls>"


def paid(amount: str, kid: str | None = None, currency: str = "NOK") -> str:
    """A detail with its amount and its KID."""
    reference = (
        "<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{kid}</Ref></CdtrRefInf></Strd></RmtInf>"
        if kid
        else ""
    )
    return (
        f'<AmtDtls><TxAmt><Amt Ccy="{currency}">{amount}</Amt></TxAmt></AmtDtls>{reference}'
    )


def read_account(data: bytes) -> AccountMessage:
    message = formats.read(data, "stmt.xml")
    assert isinstance(message, AccountMessage)
    return message


def problems(message: AccountMessage) -> list[str]:
    return [
        str(problem)
        for report in message.reports
        for problem in (*message.problems, *report.problems)
    ]


def ocr(*assignments: str, transmission: str = "0000123") -> str:
    """An OCR giro transmission; its end record is made of the assignments' own."""
    body = "".join(assignments)
    ends = [line for line in body.splitlines() if line[6:8] == "88"]
    transactions = sum(int(line[8:16]) for line in ends)
    records = len(body.splitlines()) + 2
    total = sum(int(line[24:41]) for line in ends)
    return (
        f"NY00001000008080{transmission}00012345{'0' * 49}\n{body}"
        f"NY000089{transactions:08d}{records:08d}{total:017d}201126{'0' * 33}\n"
    )


def assignment(*payments: str, service: str = "09", total: int | None = None) -> str:
    """An assignment of payments; `total` replaces the sum in its end record."""
    body = "".join(payments)
    lines = body.splitlines()
    count = sum(1 for line in lines if line[6:8] in {"30", "70"})
    summed = 0
    for line in lines:
        if line[6:8] == "30":
            gross = line[4:6] in {"18", "20"}
            amount = int(line[32:49])
            summed += -amount if line[31] == "-" and not gross else amount
    end = abs(summed) if total is None else total
    return (
        f"NY{service}0020001234567000000115032080119{'0' * 45}\n{body}"
        f"NY{service}0088{count:08d}{len(lines) + 2:08d}{end:017d}201126201126201126{'0' * 21}\n"
    )


def payment(
    number: int,
    ore: int,
    kid: str = "0010017",
    *,
    kind: str = "10",
    sign: str = "0",
    serial: str = "00001",
    day: str = "201126",
    payer: str = "12345678903",
    text: str | None = None,
    archive: str = "123456789",
) -> str:
    """The records of one payment."""
    lines = [
        f"NY09{kind}30{number:07d}{day}01201{serial}{sign}{ore:017d}{kid:>25}000000",
        f"NY09{kind}31{number:07d}0000000000{archive}0000000191126{payer}{'0' * 22}",
    ]
    if text is not None:
        lines.append(f"NY09{kind}32{number:07d}{text:<40}{'0' * 25}")
    return "".join(f"{line}\n" for line in lines)
