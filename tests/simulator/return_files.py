"""Read the bank's return files with a plain tree walk: no reader of the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree


def ore(text: str) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole) * 100 + int(fraction.ljust(2, "0"))


def signed(node) -> int:
    amount = ore(node.findtext("{*}Amt"))
    return amount if node.findtext("{*}CdtDbtInd") == "CRDT" else -amount


@dataclass
class Account:
    """One Stmt or Ntfctn."""

    number: str
    opening: int | None = None
    closing: int | None = None
    day: str = ""
    sequence: int = 0
    entries: list[tuple[str, int, int]] = field(default_factory=list)
    """Reference, signed amount, number of payments that Btch or the details tell."""
    details: dict[str, int] = field(default_factory=dict)
    """AcctSvcrRef of each detail, and its signed amount."""


def read(path: Path) -> list[Account]:
    root = etree.parse(path).getroot()
    return [_account(node) for node in root.iter("{*}Stmt", "{*}Ntfctn")]


def _account(node) -> Account:
    found = Account(number=node.findtext("{*}Acct/{*}Id/{*}Othr/{*}Id"))
    for balance in node.iter("{*}Bal"):
        code = balance.findtext("{*}Tp/{*}CdOrPrtry/{*}Cd")
        setattr(found, {"OPBD": "opening", "CLBD": "closing"}[code], signed(balance))
        found.day = balance.findtext("{*}Dt/{*}Dt")
    found.sequence = int(node.findtext("{*}ElctrncSeqNb") or 0)
    for entry in node.iter("{*}Ntry"):
        amount = signed(entry)
        details = list(entry.iter("{*}TxDtls"))
        counted = entry.findtext("{*}NtryDtls/{*}Btch/{*}NbOfTxs")
        found.entries.append(
            (entry.findtext("{*}AcctSvcrRef"), amount, int(counted or len(details)))
        )
        for detail in details:
            reference = detail.findtext("{*}Refs/{*}AcctSvcrRef")
            size = ore(detail.findtext("{*}AmtDtls/{*}TxAmt/{*}Amt"))
            found.details[reference] = size if amount > 0 else -size
    return found
