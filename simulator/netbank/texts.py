"""Every word of the pages, Norwegian (bokmål) and English side by side."""

from simulator import wording

LANGUAGES = ("nb", "en")

TEXTS: dict[str, tuple[str, str]] = {
    "bank_name": ("Sør Øvingsbank (simulert)", "Sør Øvingsbank (simulated)"),
    "simulated": ("Simulert bank – ingen ekte penger", "Simulated bank – no real money"),
    "skip": ("Til innholdet", "Skip to content"),
    "overview": ("Oversikt", "Overview"),
    "due": ("Forfall og likviditet", "Due and liquidity"),
    "approvals": ("Til godkjenning", "To approve"),
    "files": ("Filtjenester", "File services"),
    "payee_check": ("Kontosjekk (KAR)", "Payee check (KAR)"),
    "order": ("Integrasjon", "Integration"),
    "world": ("Simulering", "Simulation"),
    "log_in": ("Logg inn", "Log in"),
    "log_out": ("Logg ut", "Log out"),
    "name": ("Navn", "Name"),
    "password": ("Passord", "Password"),
    "login_failed": ("Feil navn eller passord.", "Wrong name or password."),
    "login_locked": (
        "For mange forsøk. Vent ett minutt.",
        "Too many attempts. Wait one minute.",
    ),
    "login_hint": (
        "Personer og passord lages med «nettbank person NAVN --password-stdin».",
        "People and passwords are made with “nettbank person NAME --password-stdin”.",
    ),
    "language": ("English", "Norsk"),
    "bank_time": ("Bankens klokke", "The bank's clock"),
    "account": ("Konto", "Account"),
    "accounts": ("Kontoer", "Accounts"),
    "owner": ("Eier", "Owner"),
    "balance": ("Saldo", "Balance"),
    "movements": ("Bevegelser", "Movements"),
    "no_movements": ("Ingen bevegelser ennå.", "No movements yet."),
    "booked": ("Bokført", "Booked"),
    "value": ("Rentedato", "Value date"),
    "text": ("Tekst", "Text"),
    "in": ("Inn", "In"),
    "out": ("Ut", "Out"),
    "reference": ("Referanse", "Reference"),
    "date": ("Dato", "Date"),
    "amount": ("Beløp", "Amount"),
    "payee": ("Mottaker", "Payee"),
    "to_account": ("Til konto", "To account"),
    "from_account": ("Fra konto", "From account"),
    "cancel_text": (
        "Til kjøringen kan også det som er godkjent, avvises.",
        "Until the run what is approved can be rejected too.",
    ),
    "kid_or_text": ("KID eller melding", "KID or message"),
    "kid_or_text_short": ("KID, melding", "KID, message"),
    "state": ("Status", "State"),
    "latest": ("Siste hendelser", "Latest events"),
    "nothing": ("Ingenting her.", "Nothing here."),
    "register": ("Forfallsregister", "Due register"),
    "liquidity": ("Likviditet, 31 dager", "Liquidity, 31 days"),
    "liquidity_text": (
        "Saldo fratrukket det som forfaller. Stiplet: med det som ikke er godkjent ennå.",
        "Balance less what falls due. Dashed: with what is not approved yet.",
    ),
    "lowest": ("Laveste", "Lowest"),
    "upload": ("Last opp betalingsfil", "Upload a payment file"),
    "choose_file": ("Fil (pain.001 eller camt.055)", "File (pain.001 or camt.055)"),
    "send": ("Send", "Send"),
    "uploads": ("Innsendte filer", "Uploaded files"),
    "return_files": ("Returfiler", "Return files"),
    "file": ("Fil", "File"),
    "kind": ("Type", "Kind"),
    "made": ("Laget", "Made"),
    "size": ("Størrelse", "Size"),
    "download": ("Last ned", "Download"),
    "fetched": ("hentet", "fetched"),
    "new": ("ny", "new"),
    "receipt": ("Kvittering", "Receipt"),
    "message_id": ("Meldings-id", "Message id"),
    "payments": ("Betalinger", "Payments"),
    "sum": ("Sum", "Sum"),
    "control_code": ("Kontrollkode", "Control code"),
    "control_text": (
        "Sammenlign sum, antall og kontrollkode med regnskapet før du godkjenner.",
        "Compare sum, count and control code with the books before you approve.",
    ),
    "sha256": ("SHA-256", "SHA-256"),
    "execution": ("Utføres", "Execution"),
    "moved_text": (
        "flyttet fra stengt dag til neste bankdag",
        "moved from a closed day to the next bank day",
    ),
    "received": ("Mottatt", "Received"),
    "refused": ("Avvist", "Refused"),
    "refused_text": (
        "Ingenting i filen blir betalt. Svaret (pain.002) ligger blant returfilene.",
        "Nothing in it will be paid. The answer (pain.002) is among the return files.",
    ),
    "approve": ("Godkjenn valgte", "Approve selected"),
    "reject": ("Avvis valgte", "Reject selected"),
    "view": ("Se og godkjenn", "View and approve"),
    "nothing_waits": ("Ingen betalinger venter.", "No payments wait."),
    "signed_by": ("Godkjent av", "Approved by"),
    "needs": ("To personer må godkjenne.", "Two people must approve."),
    "needs_one": ("Én person må godkjenne.", "One person must approve."),
    "changed_payee": ("ny konto for mottakeren", "new account for this payee"),
    "changed_text": (
        "Mottakeren er før betalt på en annen konto. Ring og spør på et nummer du kjenner.",
        "This payee was paid on another account before. Call a number that you know.",
    ),
    "select": ("Velg", "Select"),
    "decided": ("Gjort", "Done"),
    "check": ("Sjekk", "Check"),
    "account_number": ("Kontonummer", "Account number"),
    "orgnr": ("Organisasjonsnummer", "Organisation number"),
    "kar_text": (
        "Svarer bare ja eller nei: er kontoen i bruk, og eies den av nummeret.",
        "Answers only yes or no: is the account in use, and is it that organisation's.",
    ),
    "kar_valid": ("Kontonummeret er gyldig", "The account number is valid"),
    "kar_open": ("Kontoen er i bruk", "The account is in use"),
    "kar_owner": ("Eies av organisasjonsnummeret", "Owned by the organisation number"),
    "yes": ("ja", "yes"),
    "no": ("nei", "no"),
    "unknown": ("vet ikke", "not known"),
    "order_title": ("Bestilling av integrasjon", "Order for integration"),
    "order_how": ("Form", "Form"),
    "order_file": (
        "Filtjenester: du laster opp og ned selv",
        "File services: you upload and download yourself",
    ),
    "order_direct": (
        "Direkte: regnskapet leverer og henter over SFTP",
        "Direct: the books deliver and fetch over SFTP",
    ),
    "order_both": (
        "Betalinger godkjennes alltid her i nettbanken.",
        "Payments are always approved here in the netbank.",
    ),
    "order_information": ("Kontoinformasjon", "Account information"),
    "order_camt054": (
        "Detaljer i camt.054 (kontoutskriften viser summer)",
        "Details in camt.054 (the statement shows sums)",
    ),
    "order_notify": ("camt.054 kommer", "camt.054 comes"),
    "order_run": ("etter hver kjøring", "after each run"),
    "order_day": ("en gang om dagen", "once a day"),
    "order_ocr": ("OCR giro, avtale-id", "OCR giro, agreement id"),
    "order_ocr_hint": ("tomt = ingen endring", "empty = no change"),
    "order_kid": ("KID-lengder", "KID lengths"),
    "order_kid_hint": ("inntil tre, f.eks. 9 12", "up to three, such as 9 12"),
    "order_version": ("camt-versjon", "camt version"),
    "order_approvals": ("Godkjenning", "Approval"),
    "one_person": ("én person", "one person"),
    "two_persons": ("to personer i fellesskap", "two people together"),
    "order_sftp": ("SFTP", "SFTP"),
    "order_user": ("Brukernavn", "User name"),
    "order_key": ("Offentlig nøkkel (OpenSSH)", "Public key (OpenSSH)"),
    "order_rights": ("Rettigheter på kontoen", "Rights on the account"),
    "limit_day": ("grense per dag", "limit a day"),
    "no_limit": ("uten grense", "no limit"),
    "order_person": ("Gi en person rett på kontoen", "Give a person rights on the account"),
    "order_limit": ("Grense per dag, i kroner", "Limit a day, in kroner"),
    "order_send": ("Bestill", "Order"),
    "order_done": ("Ordrebekreftelse", "Confirmation of order"),
    "order_number": ("Ordrenummer", "Order number"),
    "order_folders": (
        "Lever i inbox under endelig navn; hent fra outbox.",
        "Deliver into inbox under the final name; fetch from outbox.",
    ),
    "host_key": ("Bankens vertsnøkkel", "The bank's host key"),
    "time": ("La tiden gå", "Let time pass"),
    "next_run": ("Til neste kjøring", "To the next run"),
    "one_day": ("En dag", "One day"),
    "one_week": ("En uke", "One week"),
    "until": ("Til", "Until"),
    "go": ("Gå", "Go"),
    "pay_in": ("Innbetaling utenfra", "Money from outside"),
    "from": ("Fra", "From"),
    "kid": ("KID", "KID"),
    "message": ("Melding", "Message"),
    "entry": ("Gebyr, kort og renter", "Charge, card, interest"),
    "charge": ("Gebyr", "Charge"),
    "card": ("Kortkjøp", "Card purchase"),
    "interest": ("Kreditrenter", "Interest earned"),
    "interest-due": ("Debetrenter", "Interest charged"),
    "payees_account": ("Mottakerkonto i annen bank", "Payee's account in another bank"),
    "return_it": ("Sender tilbake", "Sends back"),
    "close_it": ("Steng", "Close"),
    "open_it": ("Åpne", "Open"),
    "faults": ("Feil banken kan gjøre", "Faults the bank can make"),
    "faults_delivery": ("levering", "delivery"),
    "faults_files": ("filer", "files"),
    "faults_statements": ("kontoutskrifter", "statements"),
    "faults_content": ("innhold", "content"),
    "faults_time": ("tid", "time"),
    "all_faults": ("Alle feil og valgene deres", "Every fault with its options"),
    "what_happens": ("Hva som skjer", "What happens"),
    "arm": ("Bestill feil", "Arm"),
    "armed": ("bestilt", "armed"),
    "options": ("Valg", "Options"),
    "not_found": ("Siden finnes ikke.", "There is no such page."),
    "form_expired": (
        "Skjemaet var utløpt eller kom fra et annet sted. Prøv på nytt.",
        "The form had expired or came from elsewhere. Try again.",
    ),
    "too_large": ("Filen er for stor.", "The file is too large."),
    "back": ("Tilbake", "Back"),
    "all_movements": ("Alle bevegelser", "All movements"),
}

COUNTED: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "payment": (("betaling", "betalinger"), ("payment", "payments")),
    "transaction": (("transaksjon", "transaksjoner"), ("transaction", "transactions")),
    "new_file": (
        ("returfil ligger klar", "returfiler ligger klare"),
        ("return file lies ready", "return files lie ready"),
    ),
    "waits": (
        ("venter på godkjenning", "venter på godkjenning"),
        ("waits for approval", "wait for approval"),
    ),
}

KINDS: dict[str, tuple[str, str]] = {
    "P002": ("Svar på betalinger (pain.002)", "Answer to payments (pain.002)"),
    "C029": ("Svar på tilbakekall (camt.029)", "Answer to a recall (camt.029)"),
    "C053": ("Kontoutskrift (camt.053)", "Statement (camt.053)"),
    "C54D": ("Utbetalinger (camt.054)", "Payments out (camt.054)"),
    "C54C": ("Innbetalinger (camt.054)", "Receipts (camt.054)"),
    "OCR": ("OCR giro", "OCR giro"),
}

STATES: dict[str, tuple[str, str]] = {
    "waiting": ("venter på godkjenning", "waiting for approval"),
    "due": ("godkjent", "approved"),
    "held": ("mangler dekning", "short of money"),
    "booked": ("utført", "executed"),
    "rejected": ("avvist", "rejected"),
    "cancelled": ("slettet", "cancelled"),
    "returned": ("kommet i retur", "returned"),
    "received": ("mottatt", "received"),
}


def translated(key: str, language: str) -> str:
    """Return a text of the pages."""
    return TEXTS[key][LANGUAGES.index(language)]


def counted(key: str, count: int, language: str) -> str:
    """Return a number of things, with the form of the word that belongs to it."""
    return wording.counted(count, *COUNTED[key][LANGUAGES.index(language)])


def kind_text(kind: str, language: str) -> str:
    """Return what a return file is, in words."""
    return KINDS[kind][LANGUAGES.index(language)]


def state_text(key: str, language: str) -> str:
    """Return a state in words."""
    return STATES[key][LANGUAGES.index(language)]
