"""Why a bank refused or returned a payment, in the user's words with the code first.

ISO 20022 external reason codes (`StsRsnInf`, `RtrInf`). The lists are open: a code that is
not here is shown as it came, with the bank's own text.
"""

from __future__ import annotations

from bankio.iso20022.values import Reason

_REASONS: dict[str, tuple[str, str]] = {
    "AC01": ("Feil kontonummer", "Wrong account number"),
    "AC02": ("Ugyldig debetkonto", "Invalid debtor account"),
    "AC03": ("Ugyldig mottakerkonto", "Invalid creditor account"),
    "AC04": ("Kontoen er avsluttet", "The account is closed"),
    "AC06": ("Kontoen er sperret", "The account is blocked"),
    "AC13": ("Feil kontotype", "Wrong kind of account"),
    "AG01": ("Ikke tillatt på kontoen", "Not allowed on the account"),
    "AG02": ("Ugyldig transaksjonskode", "Invalid transaction code"),
    "AG08": ("Godkjenneren mangler fullmakt", "The approver lacks the right"),
    "AGNT": ("Feil bank", "Wrong bank"),
    "AM01": ("Beløpet er null", "The amount is zero"),
    "AM02": ("Beløpet er for stort", "The amount is too large"),
    "AM03": ("Feil valuta", "Wrong currency"),
    "AM04": ("Ikke dekning på kontoen", "Not enough money on the account"),
    "AM05": ("Duplikat", "A duplicate"),
    "AM09": ("Feil beløp", "Wrong amount"),
    "AM10": ("Feil kontrollsum", "Wrong control sum"),
    "AM18": ("Feil antall transaksjoner", "Wrong number of transactions"),
    "BE01": ("Navn og konto stemmer ikke", "Name and account do not agree"),
    "BE04": ("Mottakers adresse mangler", "The creditor's address is missing"),
    "BE05": ("Ukjent oppdragsgiver", "Unknown initiating party"),
    "CH03": ("Datoen er for langt frem", "The date is too far ahead"),
    "CUST": ("Kansellert av kunden", "Cancelled by the customer"),
    "ARDT": ("Betalingen er alt utført", "The payment has been executed already"),
    "NOOR": ("Banken kjenner ikke betalingen", "The bank knows no such payment"),
    "DT01": ("Ugyldig dato", "Invalid date"),
    "DU01": ("Meldingen er sendt før", "The message was sent before"),
    "DU02": ("Betalingsgruppen er sendt før", "The payment group was sent before"),
    "DU03": ("Transaksjonen er sendt før", "The transaction was sent before"),
    "DU04": ("EndToEndId er brukt før", "The EndToEndId was used before"),
    "DU05": ("InstrId er brukt før", "The InstrId was used before"),
    "FF01": ("Feil i filformatet", "The file format is wrong"),
    "FOCR": ("Tilbake etter anmodning om kansellering", "Returned after a recall"),
    "MD01": ("Mangler fullmakt", "No mandate"),
    "MS02": ("Avslått av mottaker, uten oppgitt grunn", "Refused by the creditor"),
    "MS03": ("Uten oppgitt grunn", "No reason given"),
    "NARR": ("Se bankens tekst", "See the bank's text"),
    "RC01": ("Ugyldig bank (BIC)", "Invalid bank (BIC)"),
    "RC05": ("Ugyldig BIC", "Invalid BIC"),
    "RR03": ("Mottakers navn eller adresse mangler", "Creditor's name or address missing"),
    "RR04": ("Regulatorisk grunn", "Regulatory reason"),
    "TM01": ("For sent på dagen", "Too late in the day"),
}


def _quoted(language: str, text: str) -> str:
    return f"(«{text}»)" if language == "nb" else f'("{text}")'


def bank_reason(language: str, *reasons: Reason | None) -> str | None:
    """Return a bank's reasons, code first, then our words, then the bank's own in quotes.

    The bank's are in whatever language it speaks, so they are marked as its own.

    >>> bank_reason("nb", Reason(code="AC01", text="no such account"))
    'AC01 Feil kontonummer («no such account»)'
    >>> bank_reason("nb", Reason(code="AC04"))
    'AC04 Kontoen er avsluttet'
    >>> bank_reason("en", Reason(code="XY99", text="no way"), Reason(text="really"))
    'XY99 no way; really'
    """
    told = []
    for reason in reasons:
        if reason is None:
            continue
        words = _REASONS.get(reason.code or "")
        ours = words[0 if language == "nb" else 1] if words else None
        text = _quoted(language, reason.text) if reason.text and ours else reason.text
        told.append(" ".join(filter(None, (reason.code, ours, text))))
    return "; ".join(filter(None, dict.fromkeys(told))) or None
