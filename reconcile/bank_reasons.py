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
    "AC05": ("Debetkontoen er avsluttet", "The debtor account is closed"),
    "AC06": ("Kontoen er sperret", "The account is blocked"),
    "AC07": ("Mottakerkontoen er avsluttet", "The creditor account is closed"),
    "AC13": ("Feil kontotype", "Wrong kind of account"),
    "AG01": ("Ikke tillatt på kontoen", "Not allowed on the account"),
    "AG02": ("Ugyldig transaksjonskode", "Invalid transaction code"),
    "AG03": ("Slik betaling støttes ikke", "This kind of payment is not supported"),
    "AG08": ("Godkjenneren mangler fullmakt", "The approver lacks the right"),
    "AGNT": ("Feil bank", "Wrong bank"),
    "AM01": ("Beløpet er null", "The amount is zero"),
    "AM02": ("Beløpet er for stort", "The amount is too large"),
    "AM03": ("Feil valuta", "Wrong currency"),
    "AM04": ("Ikke dekning på kontoen", "Not enough money on the account"),
    "AM05": ("Duplikat", "A duplicate"),
    "AM07": ("Beløpet er sperret", "The amount is blocked"),
    "AM09": ("Feil beløp", "Wrong amount"),
    "AM10": ("Feil kontrollsum", "Wrong control sum"),
    "AM12": ("Ugyldig beløp", "Invalid amount"),
    "AM14": ("Beløpet er over avtalt grense", "The amount is above the agreed limit"),
    "AM18": ("Feil antall transaksjoner", "Wrong number of transactions"),
    "ARDT": ("Betalingen er alt utført", "The payment has been executed already"),
    "BE01": ("Navn og konto stemmer ikke", "Name and account do not agree"),
    "BE04": ("Mottakers adresse mangler", "The creditor's address is missing"),
    "BE05": ("Ukjent oppdragsgiver", "Unknown initiating party"),
    "BE06": ("Ukjent mottaker", "Unknown creditor"),
    "CH03": ("Datoen er for langt frem", "The date is too far ahead"),
    "CNOR": ("Mottakers bank er ikke tilknyttet", "The creditor's bank is not registered"),
    "CUST": ("Kansellert av kunden", "Cancelled by the customer"),
    "CUTA": ("Kansellert: kan ikke behandles", "Cancelled: it cannot be processed"),
    "DT01": ("Ugyldig dato", "Invalid date"),
    "DU01": ("Meldingen er sendt før", "The message was sent before"),
    "DU02": ("Betalingsgruppen er sendt før", "The payment group was sent before"),
    "DU03": ("Transaksjonen er sendt før", "The transaction was sent before"),
    "DU04": ("EndToEndId er brukt før", "The EndToEndId was used before"),
    "DU05": ("InstrId er brukt før", "The InstrId was used before"),
    "DUPL": ("Duplikat", "A duplicate"),
    "ED05": ("Oppgjøret mislyktes", "Settlement failed"),
    "FF01": ("Feil i filformatet", "The file format is wrong"),
    "FOCR": ("Tilbake etter anmodning om kansellering", "Returned after a recall"),
    "INVB": ("Ugyldig BIC", "Invalid BIC"),
    "LEGL": ("Juridisk avgjørelse", "A legal decision"),
    "MD01": ("Mangler fullmakt", "No mandate"),
    "MD06": ("Tilbakebetaling på anmodning", "Refund at the payer's request"),
    "MD07": ("Kontohaveren er død", "The account holder is deceased"),
    "MS02": ("Avslått av mottaker, uten oppgitt grunn", "Refused by the creditor"),
    "MS03": ("Uten oppgitt grunn", "No reason given"),
    "NARR": ("Se bankens tekst", "See the bank's text"),
    "NOAS": ("Mottakeren har ikke svart", "The creditor has not answered"),
    "NOOR": ("Banken kjenner ikke betalingen", "The bank knows no such payment"),
    "RC01": ("Ugyldig bank (BIC)", "Invalid bank (BIC)"),
    "RC03": ("Ugyldig avsenderbank", "Invalid debtor bank"),
    "RC04": ("Ugyldig mottakerbank", "Invalid creditor bank"),
    "RC05": ("Ugyldig BIC", "Invalid BIC"),
    "RF01": ("Referansen er ikke entydig", "The reference is not unique"),
    "RR01": ("Avsenders konto eller id mangler", "Debtor's account or id missing"),
    "RR02": ("Avsenders navn eller adresse mangler", "Debtor's name or address missing"),
    "RR03": ("Mottakers navn eller adresse mangler", "Creditor's name or address missing"),
    "RR04": ("Regulatorisk grunn", "Regulatory reason"),
    "TECH": ("Teknisk feil", "A technical fault"),
    "TM01": ("For sent på dagen", "Too late in the day"),
    "UPAY": ("Betalingen var ikke skyldig", "The payment was not due"),
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
