"""The words of the page, in Norwegian and English, as an accountant says them."""

from __future__ import annotations

from typing import Literal

Language = Literal["nb", "en"]

#: Key: Norwegian, English.
WORDS: dict[str, tuple[str, str]] = {
    # tabs
    "overview": ("Oversikt", "Overview"),
    "to-pay": ("Å betale", "To pay"),
    "payments": ("Betalinger", "Payments"),
    "waiting": ("Til behandling", "Waiting"),
    "proof": ("Avstemming", "Proof per day"),
    "why": ("Bilagsspor", "Trail"),
    # overview
    "bank": ("Bank", "Bank"),
    "books": ("Bokført", "Books"),
    "difference": ("Differanse", "Difference"),
    "clearing": ("Interimskonto", "Clearing"),
    "unmatched": ("Uavklart", "Unmatched"),
    "doubt": ("Ikke avstemt fra", "Not proved from"),
    "proved to": ("Avstemt til og med", "Proved to"),
    "agree": ("Bank og bok stemmer", "Bank and books agree"),
    "differ": ("Bank og bok stemmer ikke", "Bank and books differ"),
    "clearing rest": (
        "Interimskontoen er ikke null: en fil fra banken mangler eller er for mye",
        "Clearing is not zero: a file from the bank is missing or is one too many",
    ),
    "no statement": (
        "Ingen kontoutskrift fra banken ennå",
        "No statement from the bank yet",
    ),
    "what waits": ("Venter på en avgjørelse", "Waits for a decision"),
    "nothing waits": ("Ingenting venter.", "Nothing waits."),
    "waits alarm": ("Avvik fra det vi har sendt", "Contradicts what we sent"),
    "waits failed": ("Betaling som banken har avvist", "Payment that the bank has ended"),
    "waits late": (
        "Betaling som banken skulle ha bokført",
        "Payment that the bank is late with",
    ),
    "waits unknown": (
        "Oppdrag som banken kanskje ikke har",
        "Message that the bank may not have",
    ),
    "waits money": ("Innbetaling eller uttak uten motpost", "Money that nobody can place"),
    "waits transfer": (
        "Overføring mellom egne kontoer",
        "Transfer between own accounts",
    ),
    "waits clearing": (
        "Sum som mangler detaljer eller kontoutskrift",
        "Sum without its details or its statement",
    ),
    "waits file": ("Fil fra banken som ikke er tatt inn", "File of the bank, not taken in"),
    "what to do": ("Hva du kan gjøre", "What to do"),
    # payables
    "due": ("Forfaller nå", "Due now"),
    "later": ("Forfaller senere", "Due later"),
    "open": ("Åpen", "Open"),
    "held": ("Holdt tilbake", "Held"),
    "credit note": ("Kreditnota, til gode", "Credit note, owed back"),
    "in-flight": ("I banken", "At the bank"),
    "draft": ("Kladd", "Draft"),
    "overdue": ("forfalt", "overdue"),
    "supplier": ("Leverandørfakturaer", "Supplier bills"),
    "salary": ("Lønn", "Wages"),
    "tax": ("Skatt og avgifter", "Taxes and duties"),
    "sum": ("Sum", "Sum"),
    "number": ("Antall", "Number"),
    "due date": ("Forfall", "Due"),
    "party": ("Mottaker", "Party"),
    "item": ("Post", "Item"),
    "amount": ("Beløp", "Amount"),
    "state": ("Status", "State"),
    "reason": ("Årsak", "Reason"),
    "nothing to pay": ("Ingenting å betale.", "Nothing to pay."),
    "hold": ("Hold tilbake", "Hold"),
    "release": ("Frigi", "Release"),
    "hold why": ("Hvorfor?", "Why?"),
    "now held": ("Holdt tilbake", "Held"),
    "now released": ("Frigitt", "Released"),
    "still held": ("Fortsatt holdt tilbake", "Still held"),
    "pay how": (
        "Betalinger bestilles med books pay-due; denne siden sender ingenting til banken.",
        "Payments are ordered with books pay-due; this page sends nothing to the bank.",
    ),
    # payments
    "requested": ("Betalingsdato", "Requested"),
    "booked on": ("Bokført", "Booked"),
    "message": ("Oppdrag", "Message"),
    "end-to-end-id": ("EndToEndId", "EndToEndId"),
    "account number": ("Kontonummer", "Account"),
    "no payments": ("Ingen betaling er bestilt ennå.", "No payment has been ordered."),
    "prepared": ("Klargjort", "Prepared"),
    "unknown": ("Uvisst om levert", "Unknown"),
    "transmitted": ("Sendt", "Sent"),
    "received": ("Mottatt av banken", "Received"),
    "accepted": ("Godtatt av banken", "Accepted"),
    "pending": ("Venter i banken", "Pending"),
    "cancel-requested": ("Stans er bedt om", "Cancel requested"),
    "booked": ("Betalt", "Booked"),
    "booked-otherwise": ("Ført annerledes enn sendt", "Booked otherwise"),
    "returned": ("Returnert", "Returned"),
    "rejected": ("Avvist", "Rejected"),
    "cancelled": ("Stanset", "Cancelled"),
    "dropped": ("Aldri levert", "Dropped"),
    # waiting
    "date": ("Dato", "Date"),
    "counterparty": ("Motpart", "Counterparty"),
    "text": ("Tekst", "Text"),
    "kid": ("KID", "KID"),
    "file": ("Fil", "File"),
    "candidates": ("Mulige poster", "Candidates"),
    "no candidates": ("Ingen mulige poster", "No candidates"),
    "voucher": ("Bilag", "Voucher"),
    "decide how": (
        (
            "Knytt pengene til en post, eller før dem på en konto. Hver avgjørelse blir et"
            " nytt bilag, og kan angres."
        ),
        (
            "Match the money with an item, or book it on an account. Each decision becomes"
            " a new voucher and can be undone."
        ),
    ),
    "match": ("Knytt", "Match"),
    "decide otherwise": ("Avgjør på annen måte", "Decide otherwise"),
    "match item": ("Knytt til post", "Match with item"),
    "part": ("Delbeløp (tomt: alt)", "Part (empty: all)"),
    "book": ("Før på konto", "Book on account"),
    "vat": ("Mva-kode", "VAT code"),
    "no vat": ("uten mva", "no VAT"),
    "document": ("Bilag (fil)", "Document (file)"),
    "undo": ("Angre", "Undo"),
    "undo why": ("Hvorfor angres det?", "Why undo it?"),
    "posted as": ("Ført som bilag", "Posted as voucher"),
    # proof
    "opening": ("Inngående saldo", "Opening"),
    "closing": ("Utgående saldo", "Closing"),
    "statement": ("Kontoutskrift", "Statement"),
    "no days": ("Ingen dag er avstemt ennå.", "No day is proved yet."),
    # trail
    "search": ("Vis spor", "Show trail"),
    "search for": (
        "Bilag, bankreferanse, post, EndToEndId, oppdrag eller slutten av en av dem",
        "Voucher, bank reference, item, EndToEndId, message, or the tail of one",
    ),
    "rule": ("Regel", "Rule"),
    "place": ("Sted i filen", "Place in the file"),
    "bank file": ("Bankens fil", "Bank's file"),
    "our file": ("Vår fil", "Our file"),
    "account": ("Konto", "Account"),
    "left": ("Rest", "Left"),
    "settled": ("Oppgjort", "Settled"),
    "step voucher": ("Bilag", "Voucher"),
    "step payment": ("Betaling bestilt", "Payment ordered"),
    "step status": ("Bankens svar", "The bank's answer"),
    "step open-item": ("Åpen post", "Open item"),
    "step statement": ("Kontoutskrift", "Statement"),
    "step file": ("Fil fra banken", "File of the bank"),
    "set aside": ("Lagt til side", "Set aside"),
    "step confirmation": ("Bekreftet", "Confirmed"),
    "confirmed by": ("bekreftet av", "confirmed by"),
    "as first known": ("som først kjent", "as first known"),
    "up to": ("inntil", "up to"),
    "the books hold the same": ("Boken viser det samme", "The books hold the same"),
    "more": ("flere posteringer", "more postings"),
    "part of voucher": ("av bevegelsene i bilag", "of the movements of voucher"),
    "level group": ("hele oppdraget", "whole message"),
    "level payment-information": ("delen av oppdraget", "part of the message"),
    "level transaction": ("betalingen", "the payment"),
    # the bank's answers
    "ACTC": ("teknisk godtatt", "technically accepted"),
    "ACCP": ("godtatt", "accepted"),
    "ACSP": ("under utføring", "being executed"),
    "ACSC": ("utført", "executed"),
    "ACCC": ("på mottakers konto", "on the payee's account"),
    "ACWC": ("godtatt med endring", "accepted with a change"),
    "PART": ("delvis godtatt", "partly accepted"),
    "PDNG": ("venter", "pending"),
    "RCVD": ("mottatt", "received"),
    "RJCT": ("avvist", "rejected"),
    "CANC": ("stanset", "cancelled"),
    # notices
    "broken": (
        "Bøkene har feil. Ingenting betales eller bokføres før de er rettet.",
        "The books have errors. Nothing is paid or posted until they are mended.",
    ),
    "see errors": ("Vis feilene i Fava", "Show the errors in Fava"),
    "busy": (
        "Bøkene er i bruk av en annen kommando; dette er stillingen før den begynte.",
        "Another command works in the books; this is how things stood before it began.",
    ),
    "busy nothing": (
        "Bøkene er i bruk av en annen kommando. Last siden på nytt om litt.",
        "Another command works in the books. Load this page again in a while.",
    ),
    "refused": ("Ikke gjort", "Not done"),
    "read only": (
        "Åpnet uten books web: siden kan bare leses.",
        "Opened without books web: this page can only be read.",
    ),
    "as of": ("Per", "As of"),
    "show all": ("Vis alle", "Show all"),
}


def word(key: str, language: Language) -> str:
    """Return a word of the page.

    >>> word("to-pay", "nb"), word("to-pay", "en")
    ('Å betale', 'To pay')
    """
    norwegian, english = WORDS[key]
    return norwegian if language == "nb" else english
