"""Where a camt report departs from ISO's schema and can be read all the same.

More than half of the statements that banks are known to send break their own schema:
an element at the wrong place, a text that is too long. The readers go by names and do not
mind; a person should know, so it is told as a warning. Figures are not judged here
(`camt_totals`), and an element that is not in these lists is not: versions add some.

Source: ISO 20022 camt.052, camt.053 and camt.054, the union of .001.02 to .001.13. The
order of elements never changed between versions, they only grew.
"""

from __future__ import annotations

from collections.abc import Iterable

TEXT_MAX = 140
"""Of Ustrd and AddtlRmtInf."""

_REPORT = (
    "Id StmtPgntn RptPgntn NtfctnPgntn ElctrncSeqNb RptgSeq LglSeqNb CreDtTm FrToDt "
    "CpyDplctInd RptgSrc Acct RltdAcct Intrst Bal TxsSummry Ntry AddtlStmtInf AddtlRptInf "
    "AddtlNtfctnInf"
)
_ENTRY = (
    "NtryRef Amt CdtDbtInd RvslInd Sts BookgDt ValDt AcctSvcrRef Avlbty BkTxCd "
    "ComssnWvrInd AddtlInfInd AmtDtls Chrgs TechInptChanl Intrst CardTx NtryDtls "
    "AddtlNtryInf"
)
_DETAIL = (
    "Refs Amt CdtDbtInd AmtDtls Avlbty BkTxCd Chrgs Intrst RltdPties RltdAgts LclInstrm "
    "PmtTpInf Purp RltdRmtInf RmtInf RltdDts RltdPric RltdQties FinInstrmId Tax RtrInf "
    "CorpActn SfkpgAcct CshDpst CardTx AddtlTxInf SplmtryData"
)
_BALANCE = "Tp CdtLine Amt CdtDbtInd Dt Avlbty"
_PARTIES = "InitgPty Dbtr DbtrAcct UltmtDbtr Cdtr CdtrAcct UltmtCdtr TradgPty Prtry"
_AMOUNTS = "InstdAmt TxAmt CntrValAmt AnncdPstngAmt PrtryAmt"


def _order(names: str) -> dict[str, int]:
    return {name: place for place, name in enumerate(names.split())}


REPORT = {"": _order(_REPORT), "Bal": _order(_BALANCE)}
ENTRY = {"": _order(_ENTRY), "AmtDtls": _order(_AMOUNTS)}
DETAIL = {
    "": _order(_DETAIL),
    "RltdPties": _order(_PARTIES),
    "AmtDtls": _order(_AMOUNTS),
}

Orders = dict[str, dict[str, int]]
"""By the path of an element below the one that is looked at: the order of its children."""


def misplaced(paths: Iterable[str], orders: Orders) -> str | None:
    """Return the first element that stands after one that it should precede.

    `paths` are those of an element in the order of the file.

    >>> misplaced(["Amt", "NtryDtls", "BkTxCd"], ENTRY)
    'BkTxCd'
    >>> misplaced(["Bal", "Bal/Amt", "Bal[2]", "Bal[2]/Amt", "Bal[2]/Tp/Cd"], REPORT)
    'Bal[2]/Tp'
    """
    reached: dict[str, int] = {}
    for path in paths:
        steps = path.split("/")
        for depth, step in enumerate(steps[:2]):
            parent = "/".join(steps[:depth])
            order = orders.get(parent.partition("[")[0])
            place = order.get(step.partition("[")[0]) if order else None
            if place is None:
                continue
            if place < reached.get(parent, 0):
                return f"{parent}/{step}" if parent else step
            reached[parent] = place
    return None
