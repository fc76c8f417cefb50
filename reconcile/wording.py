"""Narrations and reasons, in the language of the books: Norwegian bokmål or English.

The text of a bank never goes through here; what it says stands beside as data.
"""

from __future__ import annotations

from collections.abc import Iterable

_TEXTS: dict[str, tuple[str, str]] = {
    # narrations
    "bank": ("Banken", "The bank"),
    "payment-of-invoice": ("Betaling faktura {invoice}", "Payment of invoice {invoice}"),
    "payment-of-item": ("Betaling {item}", "Payment of {item}"),
    "payments": ("Betalinger, {count}", "Payments, {count}"),
    "receipts": ("Innbetalinger, {count}", "Receipts, {count}"),
    "the-statement": ("kontoutskriften", "the statement"),
    "one-transaction": ("1 transaksjon", "1 transaction"),
    "transactions": ("{count} transaksjoner", "{count} transactions"),
    "receipt-of-invoice": (
        "Innbetaling faktura {invoice}",
        "Receipt for invoice {invoice}",
    ),
    "receipt-of-item": ("Innbetaling {item}", "Receipt for {item}"),
    "receipt-credit": ("Innbetaling til gode", "Receipt, to the customer's credit"),
    "returned": ("Retur {reason}", "Returned: {reason}"),
    "taken-back": ("RvslInd Tilbakeført av banken", "RvslInd Taken back by the bank"),
    "corrected": ("Bankens dobbeltføring tatt tilbake", "Double booking taken back"),
    "reversed": ("Tilbakeført innbetaling", "Receipt taken back"),
    "unknown-receipt": ("Uidentifisert innbetaling", "Unidentified receipt"),
    "unknown-payment": ("Uidentifisert uttak", "Unidentified payment"),
    "told-otherwise-narration": (
        "Differanse mellom kontoutskrift og detaljer",
        "Difference between statement and details",
    ),
    "explained": ("Sumpost forklart av detaljer", "Lump explained by its details"),
    "explained-by-answer": (
        "Sumpost forklart av bankens svar",
        "Lump explained by the bank's answer",
    ),
    "charges": ("Bankgebyr", "Bank charges"),
    "interest": ("Renter", "Interest"),
    "own-transfer": ("Overføring mellom egne kontoer", "Transfer between own accounts"),
    "undone-by": ("Angret av {by}", "Undone by {by}"),
    "undone": ("Angret {voucher}", "Undone {voucher}"),
    "reissued": (
        "Ikke lenger fortalt av banken, tilbakeført {voucher}: {narration}",
        "No longer told by the bank, taken back {voucher}: {narration}",
    ),
    "cleared": ("Utlignet mot interimskonto", "Cleared against the interim account"),
    "offset": ("Motregnet {items}", "Offset {items}"),
    "decided": ("Avstemt av {by}", "Matched by {by}"),
    # why
    "why-reissued": (
        "Kontoutskriften er lagt til side av {by}: {reason}. Dagen er fortalt på nytt",
        "The statement was set aside by {by}: {reason}. The day is told anew",
    ),
    "reissue-no-voucher": (
        "Bilaget for {entry} står ikke i bøkene: books rebuild",
        "The voucher of {entry} is not in the books: books rebuild",
    ),
    "reissue-placed": (
        (
            "Dagen kan ikke fortelles på nytt før {item} er slik kontoutskriften lot den:"
            " angre {vouchers} (books undo), og kjør books reconcile igjen"
        ),
        (
            "The day cannot be told anew before {item} is as its statement left it: undo"
            " {vouchers} (books undo), and run books reconcile again"
        ),
    ),
    "why-end-to-end": (
        "EndToEndId {end_to_end_id} i oppdrag {message_id}; beløp og kreditorkonto stemmer",
        (
            "EndToEndId {end_to_end_id} of remittance {message_id}; amount and creditor"
            " account equal"
        ),
    ),
    "why-end-to-end-untold-account": (
        (
            "EndToEndId {end_to_end_id} i oppdrag {message_id}; beløpet stemmer, banken"
            " oppgir ikke kreditorkonto"
        ),
        (
            "EndToEndId {end_to_end_id} of remittance {message_id}; amount equal, the bank"
            " does not tell the creditor account"
        ),
    ),
    "why-lump": (
        (
            "Sumpost {payment_information_id}: summen av {count} i oppdrag"
            " {message_id} stemmer"
        ),
        ("Lump {payment_information_id}: sum of {count} of remittance {message_id} equal"),
    ),
    "why-lump-came-back": (
        (
            "Sumpost {payment_information_id} kom tilbake: summen av {count} i oppdrag"
            " {message_id} stemmer"
        ),
        (
            "Lump {payment_information_id} came back: sum of {count} of remittance"
            " {message_id} equal"
        ),
    ),
    "remittance-before": ("fra før første dag", "from before the first day"),
    "why-batch-payment": (
        "PmtInfId {batch} er vår; bare én betaling der er på {amount}",
        "PmtInfId {batch} is ours; only one payment of it is of {amount}",
    ),
    "why-corrected": (
        "Banken tok tilbake {reference}: {end_to_end_id} var ført to ganger",
        "The bank took back {reference}: {end_to_end_id} was booked twice",
    ),
    "why-returned": (
        "EndToEndId {end_to_end_id} kom tilbake: {reason}",
        "EndToEndId {end_to_end_id} came back: {reason}",
    ),
    "why-returned-undone": (
        "EndToEndId {end_to_end_id} kom tilbake: {reason}; angret, pengene sto på {item}",
        "EndToEndId {end_to_end_id} came back: {reason}; undone, its money stood on {item}",
    ),
    "why-return-fits": (
        (
            "Kom tilbake: {reason}; beløp, konto {account} og {references} passer bare på"
            " {end_to_end_id}"
        ),
        (
            "Came back: {reason}; amount, account {account} and {references} fit"
            " {end_to_end_id} only"
        ),
    ),
    "why-foreign": (
        "Betaling fra før første dag: KID, konto og beløp stemmer",
        "Payment from before the first day: KID, account and amount equal",
    ),
    "why-kid": ("KID {kid} står bare på {item}", "KID {kid} is on {item} only"),
    "why-kid-partial": (
        "KID {kid} står bare på {item}; delbetaling, rest {rest}",
        "KID {kid} is on {item} only; paid in part, {rest} left",
    ),
    "why-kid-over": (
        "KID {kid} står bare på {item}; {rest} for mye, til gode på kunden",
        "KID {kid} is on {item} only; {rest} too much, to the customer's credit",
    ),
    "why-kid-closed": (
        "KID {kid}: {item} er alt oppgjort; til gode på kunden",
        "KID {kid}: {item} is settled already; to the customer's credit",
    ),
    "why-kid-amount": (
        "KID {kid} på {count} poster; bare {item} har beløpet",
        "KID {kid} on {count} items; only {item} has the amount",
    ),
    "why-kid-oldest": (
        "KID {kid} på {count} poster; de eldste ({items}) gir beløpet",
        "KID {kid} on {count} items; the oldest ones ({items}) make the amount",
    ),
    "why-kid-customer": (
        (
            "KID {kid} på {count} poster og beløpet passer ikke på dem; kunden er sikker,"
            " posten ikke"
        ),
        (
            "KID {kid} on {count} items and the amount fits none; the customer is certain,"
            " the item is not"
        ),
    ),
    "why-kids": (
        "KID {kids}: summen av postene er beløpet",
        "KIDs {kids}: the sum of their items is the amount",
    ),
    "why-reversal": (
        "Banken tok tilbake innbetaling {movement}: KID, konto og beløp stemmer",
        "The bank took back receipt {movement}: KID, account and amount equal",
    ),
    "why-reversal-placed": (
        "Banken tok tilbake innbetaling {movement}, der den står etter {vouchers}",
        "The bank took back receipt {movement}, where it stands since {vouchers}",
    ),
    "why-told": (
        "Detaljene er fortalt av {sources}",
        "The details were told by {sources}",
    ),
    "why-lump-waits": (
        "Sumpost av {count} transaksjoner; detaljene kommer i egen fil",
        "Lump of {count} transactions; its details come in a file of their own",
    ),
    "why-details": (
        "{count} detaljer i kontoutskriften",
        "{count} details in the statement",
    ),
    "why-batch": (
        "{count} detaljer; grunnene står ved arkivfilen",
        "{count} details; the reasons are beside the archived file",
    ),
    "why-explained": (
        "{entry} ble ført før detaljene kom; {sources} forklarer hele beløpet",
        "{entry} was posted before its details came; {sources} explain all of it",
    ),
    "why-user-rule": ("Regelen «{name}» i books.toml", 'Rule "{name}" of books.toml'),
    "why-charges": (
        "Banken kaller det gebyr ({code})",
        "The bank calls it a charge ({code})",
    ),
    "why-charges-apart": (
        "Banken forteller gebyret med posten; detaljene og det gir postens beløp",
        "The bank tells the charge with the entry; its details and it make its amount",
    ),
    "why-interest": (
        "Banken kaller det renter ({code})",
        "The bank calls it interest ({code})",
    ),
    "why-own-transfer": (
        "Motkonto {account} er vår egen",
        "The other account, {account}, is our own",
    ),
    "why-documents": (
        "Betaleren oppgir {documents}; summen er beløpet",
        "The payer names {documents}; their sum is the amount",
    ),
    "why-reference": (
        "Referanse {reference} står bare på {item}",
        "Reference {reference} is on {item} only",
    ),
    "why-difference": ("; differansen til {account}", "; the difference to {account}"),
    "documents-differ": (
        "Betaleren oppgir {documents}, og det passer ikke på det som er åpent",
        "The payer names {documents}, and that does not fit what is open",
    ),
    "documents-or-kid": (
        "Betaleren oppgir {documents}, og KID {kids} står på noe annet",
        "The payer names {documents}, and KID {kids} is on something else",
    ),
    "why-invoice": (
        "Teksten nevner faktura {invoices}, og {evidence}",
        "The text names invoice {invoices}, and {evidence}",
    ),
    "evidence-account": ("kontoen er partens", "the account is the party's"),
    "evidence-name": ("navnet er partens", "the name is the party's"),
    "why-account-amount": (
        "Konto {account} er partens, og bare {item} har beløpet",
        "Account {account} is the party's, and only {item} has the amount",
    ),
    "why-combination": (
        "Konto {account} er partens, og bare {items} gir beløpet til sammen",
        "Account {account} is the party's, and only {items} together make the amount",
    ),
    "why-kid-rounded": (
        "KID {kid} står bare på {item}; {rest} til øreavrunding",
        "KID {kid} is on {item} only; {rest} to rounding",
    ),
    "why-kid-charged": (
        "KID {kid} står bare på {item}; det som mangler, er gebyr som banken oppgir",
        "KID {kid} is on {item} only; what is missing are charges that the bank tells",
    ),
    "why-charged": (
        "; betalt er {paid}, banken trakk {charges} i gebyr",
        "; {paid} was paid, the bank took charges of {charges} off",
    ),
    "why-kid-exchange": (
        "KID {kid} står bare på {item}; {amount} ført til {price}, resten er agio",
        "KID {kid} is on {item} only; {amount} at {price}, the rest is exchange",
    ),
    "why-discount": (
        "Teksten nevner {item}, og parten er sikker; kontantrabatt {rest} til {until}",
        "The text names {item}, the party is certain; cash discount {rest} until {until}",
    ),
    "why-discount-late": (
        (
            "{movement} er de samme pengene og viser at {item} ble betalt i tide:"
            " kontantrabatt {rest} til {until}"
        ),
        (
            "{movement} is the same money and shows that {item} was paid in time: cash"
            " discount {rest} until {until}"
        ),
    ),
    "discount-late": (
        "Kontantrabatt på {item}",
        "Cash discount on {item}",
    ),
    "why-discount-kid": (
        "KID {kid} står bare på {item}; kontantrabatt {rest} til {until}",
        "KID {kid} is on {item} only; cash discount {rest} until {until}",
    ),
    "why-kid-counter-value": (
        "KID {kid} står bare på {item}; for {amount} har banken regnet {price}",
        "KID {kid} is on {item} only; for {amount} the bank reckoned {price}",
    ),
    # reasons why something waits
    "unknown": (
        "Ingen regel kjenner den: ingen KID og ingen EndToEndId som vi har gitt",
        "No rule knows it: no KID and no EndToEndId that we have given",
    ),
    "unknown-kid": ("Ukjent KID {kid}", "Unknown KID {kid}"),
    "unknown-kid-out": (
        "Ingen regel kjenner den: KID {kid} er ikke på noen betaling som vi har gitt",
        "No rule knows it: KID {kid} is on no payment that we have given",
    ),
    "maybe-taken-back": (
        (
            "KID {kid} og beløpet er de samme som i innbetalingen {movement}, men banken"
            " sier ikke at den tar den tilbake; gjør den det: books undo {movement}, og"
            " match de to"
        ),
        (
            "KID {kid} and the amount are those of the receipt {movement}, but the bank"
            " does not say that it takes it back; if it does: books undo {movement}, and"
            " match the two"
        ),
    ),
    "draft-kid": (
        "KID {kid} står på {item}, som er en kladd",
        "KID {kid} is on {item}, which is a draft",
    ),
    "kid-customers": (
        "KID {kid} står på poster hos flere kunder: {items}",
        "KID {kid} is on items of several customers: {items}",
    ),
    "kid-currency": (
        "KID {kid} står på {item} i {currency}, pengene er i {paid}",
        "KID {kid} is on {item} in {currency}, the money is in {paid}",
    ),
    "kid-items": (
        "KID {kid} står på flere poster ({items}), og betaleren oppgir flere KID",
        "KID {kid} is on several items ({items}), and the payer names several KIDs",
    ),
    "kid-settled": (
        "KID {kid}: {item} er alt oppgjort, og betaleren oppgir flere KID",
        "KID {kid}: {item} is settled already, and the payer names several KIDs",
    ),
    "kid-in-text": (
        "KID {kid} ({items}) står i teksten og ikke i KID-feltet",
        "KID {kid} ({items}) is in the text and not in the field for it",
    ),
    "kid-out": (
        "KID {kid} står på {items}, og ingen kreditnota der passer på beløpet ut",
        "KID {kid} is on {items}, and no credit note there fits the money out",
    ),
    "kids-sum": (
        "KID {kids}: postene er {sum}, betalt er {paid}",
        "KIDs {kids}: their items are {sum}, paid is {paid}",
    ),
    "end-to-end-unknown": (
        "EndToEndId {end_to_end_id} har vår form, men ingen her kjenner den",
        "EndToEndId {end_to_end_id} has our form, but nobody here knows it",
    ),
    "end-to-end-amount": (
        "EndToEndId {end_to_end_id}: banken har ført {booked}, vi sendte {sent}",
        "EndToEndId {end_to_end_id}: the bank booked {booked}, we sent {sent}",
    ),
    "end-to-end-account": (
        "EndToEndId {end_to_end_id}: banken har betalt til {booked}, vi sendte til {sent}",
        "EndToEndId {end_to_end_id}: the bank paid to {booked}, we sent to {sent}",
    ),
    "end-to-end-debtor": (
        "EndToEndId {end_to_end_id} er ført på {booked}, vi sendte den fra {sent}",
        "EndToEndId {end_to_end_id} is booked on {booked}, we sent it from {sent}",
    ),
    "end-to-end-twice": (
        "EndToEndId {end_to_end_id} er alt ført og oppgjort: sannsynlig dobbeltføring",
        "EndToEndId {end_to_end_id} is booked and settled already: a likely duplicate",
    ),
    "end-to-end-item": (
        "EndToEndId {end_to_end_id}: {item} har {residual} igjen, betalt er {paid}",
        "EndToEndId {end_to_end_id}: {item} has {residual} left, paid is {paid}",
    ),
    "end-to-end-value": (
        "EndToEndId {end_to_end_id}: {item} har ingen verdi i bankkontoens valuta",
        "EndToEndId {end_to_end_id}: {item} has no value in the bank account's currency",
    ),
    "end-to-end-no-item": (
        "EndToEndId {end_to_end_id}: {item} finnes ikke i bøkene",
        "EndToEndId {end_to_end_id}: {item} is not in the books",
    ),
    "batch-several": (
        "PmtInfId {batch}: flere betalinger på {amount} passer: {items}",
        "PmtInfId {batch}: several payments of {amount} fit: {items}",
    ),
    "batch-none": (
        "PmtInfId {batch} har vår form, men ingen av betalingene som gjenstår, passer",
        "PmtInfId {batch} has our form, but none of its payments not yet booked fits",
    ),
    "return-amount": (
        "EndToEndId {end_to_end_id} kom tilbake med {booked}, vi sendte {sent}",
        "EndToEndId {end_to_end_id} came back with {booked}, we sent {sent}",
    ),
    "return-parked": (
        (
            "EndToEndId {end_to_end_id} kom tilbake, og {parked} er parkert under samme"
            " id: en person avgjør hva som kom tilbake"
        ),
        (
            "EndToEndId {end_to_end_id} came back, and {parked} is parked under the same"
            " id: a person decides what came back"
        ),
    ),
    "return-twice": (
        "EndToEndId {end_to_end_id} er alt tilbakeført",
        "EndToEndId {end_to_end_id} has come back already",
    ),
    "return-undone": (
        (
            "EndToEndId {end_to_end_id} kom tilbake: {reason}; betalingen er angret, og"
            " pengene er plassert siden ({vouchers}): angre det, og match de to, eller før"
            " returen dit pengene gikk"
        ),
        (
            "EndToEndId {end_to_end_id} came back: {reason}; the payment is undone, and its"
            " money was placed since ({vouchers}): undo that and match the two, or book"
            " the return where the money went"
        ),
    ),
    "opens-too-far": (
        "{item} ville stå åpen med {after}, mer enn sine {amount}",
        "{item} would be open with {after}, more than its {amount}",
    ),
    "return-several": (
        "Retur, og flere betalinger passer: {items}: {reason}",
        "A return, and several payments fit: {items}: {reason}",
    ),
    "return-unknown": (
        "Retur uten en betaling som passer alene",
        "A return that no single payment fits",
    ),
    "return-without-reference": (
        (
            "Retur uten vår EndToEndId, KID, PmtInfId eller MsgId: konto og beløp alene"
            " avgjør ikke hvilken betaling"
        ),
        (
            "A return without our EndToEndId, KID, PmtInfId or MsgId: account and amount"
            " alone do not say which payment"
        ),
    ),
    "return-without-account": (
        "Retur uten vår EndToEndId og uten konto: referansen alene avgjør ikke hvilken",
        "A return without our EndToEndId and without an account: no payment is certain",
    ),
    "foreign-several": (
        "Flere betalinger fra før første dag passer: {items}",
        "Several payments from before the first day fit: {items}",
    ),
    "reversal-unknown": (
        "Tilbakeføring som ingen enkelt innbetaling passer til",
        "A reversal that no single receipt fits",
    ),
    "why-instructed": (
        "betalt er {amount}; det som skiller fra bokført verdi, er agio",
        "{amount} was instructed; what differs from its value is exchange",
    ),
    "reversal-placed": (
        (
            "Tilbakeføring av {movement}, som er plassert siden ({vouchers}): angre det"
            " (books undo), og match de to"
        ),
        (
            "A reversal of {movement}, which was placed since ({vouchers}): undo that"
            " (books undo), and match the two"
        ),
    ),
    "reversal-not-whole": (
        (
            "Tilbakeføring av {movement}, som gjorde opp mer enn beløpet (gebyr eller"
            " valuta): angre den først, og avstem så de to mot hverandre"
        ),
        (
            "A reversal of {movement}, which settled more than its amount (charges or"
            " currency): undo that first, then match the two"
        ),
    ),
    "duplicate": (
        "Banken har ført {movement} med samme referanse og beløp: sannsynlig dobbeltføring",
        "The bank has booked {movement} with this reference and amount: a likely duplicate",
    ),
    "told-otherwise": (
        (
            "Banken motsier seg selv om {reference}: {amount} i {source} ({file}), {told} i"
            " {teller} ({other}). Spør banken hva som er riktig"
        ),
        (
            "The bank contradicts itself about {reference}: {amount} in {source} ({file}),"
            " {told} in {teller} ({other}). Ask the bank which is true"
        ),
    ),
    "named-settled": (
        "Teksten nevner {items}, som er gjort opp",
        "The text names {items}, which is settled",
    ),
    "number-or-day": (
        "{number} i teksten er kanskje {item}, kanskje bare dagen eller beløpet",
        "{number} in the text is perhaps {item}, perhaps just the day or the amount",
    ),
    "named-otherwise": (
        "Teksten nevner {name} ({items}), men beløpet passer på {chosen}",
        "The text names {name} ({items}), but the amount fits {chosen}",
    ),
    "same-money": (
        "Kan være de samme pengene som {movement} fra {source}; det som skiller, mangler",
        "May be the same money as {movement} of {source}; what would tell is missing",
    ),
    "lump-difference": (
        (
            "Sumpost {payment_information_id}: banken har ført {booked}, betalingene er"
            " {sent}, differanse {difference}"
        ),
        (
            "Lump {payment_information_id}: the bank booked {booked}, the payments are"
            " {sent}, difference {difference}"
        ),
    ),
    "lump-came-back": (
        (
            "Sumpost {payment_information_id}: {booked} kom tilbake, betalingene som er"
            " bokført, er {sent}: en person sier hvilke (books match)"
        ),
        (
            "Lump {payment_information_id}: {booked} came back, the payments booked are"
            " {sent}: a person says which (books match)"
        ),
    ),
    "details-differ": (
        "Detaljene gir ikke postens beløp {amount}",
        "The details do not make the entry's amount {amount}",
    ),
    "details-differ-by": (
        ": de gir {told}, forskjellen er {difference}",
        ": they make {told}, the difference is {difference}",
    ),
    "details-differ-with-charges": (
        ": de gir {told}, forskjellen er {difference}, gebyrene {charges}",
        ": they make {told}, the difference is {difference}, the charges are {charges}",
    ),
    "no-status": (
        "Filen sier ikke om posten er bokført",
        "The file does not say whether the entry is booked",
    ),
    "credit-listed": (
        "Til gode {amount} på {party}: hvilken post?",
        "{amount} to the credit of {party}: which item?",
    ),
    "several-items": (
        "Flere poster passer: {items}",
        "Several items fit: {items}",
    ),
    "may-be-ours": (
        "Kan være vår egen betaling {end_to_end_id} av {item}, som er underveis",
        "May be our own payment {end_to_end_id} of {item}, which is on its way",
    ),
    "search-bounded": (
        "For mange poster hos parten til å vise at bare én sum passer",
        "Too many items of the party to show that only one sum fits",
    ),
    "no-rate": (
        (
            "{why}. Beløpet er i {currency}, {account} føres i {own}, og ingen kurs er"
            " kjent: books book REF {account} --rate KURS ({own} for 1 {currency})"
        ),
        (
            "{why}. The amount is in {currency}, {account} is kept in {own}, and no rate is"
            " known: books book REF {account} --rate RATE ({own} for 1 {currency})"
        ),
    ),
    "rule-document": (
        "Regelen «{name}» krever bilag",
        'Rule "{name}" requires a document',
    ),
    "rules-several": (
        "Flere regler i books.toml passer: {names}",
        "Several rules of books.toml fit: {names}",
    ),
    "rule-not-open": (
        "Regelen «{name}» passer, men kontoen {account} er ikke åpen {date}",
        'Rule "{name}" fits, but its account {account} is not open on {date}',
    ),
    "rule-currency": (
        "Regelen «{name}» passer, men kontoen {account} tar bare {currencies}",
        'Rule "{name}" fits, but its account {account} takes {currencies} alone',
    ),
    "rule-passed-over": (
        "{reason}. Regel i books.toml som passer ({rules}) tar den ikke: {points}",
        "{reason}. A rule of books.toml that fits ({rules}) does not take it: {points}",
    ),
    "points-back": ("den er en retur eller tilbakeføring", "it is a return or a reversal"),
    "points-reference": (
        "den har KID eller referanse {reference}",
        "it has the KID or reference {reference}",
    ),
    "points-payment": (
        "{identification} ser ut som en betaling av våre",
        "{identification} looks like a payment of ours",
    ),
    "points-document": (
        "den viser til {documents}",
        "it refers to {documents}",
    ),
    "points-named": ("teksten nevner {name} ({items})", "the text names {name} ({items})"),
    "points-party": (
        "den kan gjelde åpne poster hos parten ({items})",
        "it may be for open items of the party ({items})",
    ),
    "named-over": (
        (
            "Kontoen er partens og teksten nevner {items}: {over} mer enn det som står"
            " igjen, og hva det er for, er ikke fortalt"
        ),
        (
            "The account is the party's and the text names {items}: {over} more than is"
            " left, and what that is for is not told"
        ),
    ),
    "kid-instructed-over": (
        ("KID {kid} står på {item}: {told} er betalt og {left} står igjen, {over} for mye"),
        "KID {kid} is on {item}: {told} were paid and {left} are left, {over} too much",
    ),
    # held
    "booking-to-come": (
        "Retur av en betaling som ingen fil har fortalt som bokført: den kan komme",
        "A return of a payment that no file has told as booked: that may come",
    ),
    "receipt-to-come": (
        "Tilbakeføring av en innbetaling som ingen fil har fortalt ennå: venter på den",
        "Takes back a receipt that no file has told yet: waits for it",
    ),
    "statement-to-come": (
        (
            "Samme KID eller betaler og samme beløp er fortalt før, og det kan være de"
            " samme pengene: venter på kontoutskriften for dagen"
        ),
        (
            "The same KID or payer and the same amount were told before, and it may be the"
            " same money: waits for the statement of the day"
        ),
    ),
    "copy-batch": (
        "Lik {other} under annet filnummer: venter på at kontoutskriften viser to",
        "Equal to {other} under another file number: waits for the statement to show two",
    ),
    "copy-or-second": (
        (
            "Lik {other} under annet filnummer, og kontoutskriften viser en sum til på det"
            " samme {date}, uten detaljer: er det denne? Plasser summen for hånd (books"
            " match), og legg filen til side"
        ),
        (
            "Equal to {other} under another file number, and the statement shows one more"
            " sum like it on {date}, without details: is it this one? Place the sum by"
            " hand (books match), and set the file aside"
        ),
    ),
    "locked": (
        "Datert i låst periode (til {until}); lås opp eller vent",
        "Dated in a locked period (to {until}); unlock, or wait",
    ),
    "gap": (
        (
            "Kontoutskrift fra {date} åpner med {opening}, bøkene sier {books}: en"
            " tidligere utskrift mangler"
        ),
        (
            "Statement from {date} opens with {opening}, the books say {books}: an earlier"
            " statement is missing"
        ),
    ),
    "gap-after": (
        (
            "Kontoutskrift fra {date} åpner med {opening}, den som venter fra {before}"
            " slutter med {books}: en utskrift mellom dem mangler"
        ),
        (
            "Statement from {date} opens with {opening}, the one of {before} that waits"
            " closes with {books}: a statement between them is missing"
        ),
    ),
    "follows-on": (
        "Kontoutskrift fra {date} følger på den fra {before}, som venter",
        "Statement from {date} follows on the one of {before}, which waits",
    ),
    "gap-accepted": (
        "En person venter ikke på utskriftene som mangler; saldoen beviser summen",
        "A person waits no longer for the statements missing; the balance proves the sum",
    ),
    "gap-explained": (
        "Utskriftene som manglet, er kommet og ført; det som sto for dem, tas tilbake",
        "The statements missing have come and are posted; what stood for them goes back",
    ),
    "gap-narration": ("Manglende kontoutskrift", "Missing statement"),
    "sequence-gap": (
        "Kontoutskrift nr. {number} fra {date} følger på nr. {before}: mangler {missing}",
        "Statement no. {number} from {date} comes after no. {before}: {missing} missing",
    ),
    "no-balance": (
        "Kontoutskriften har verken åpnings- eller sluttsaldo",
        "The statement has neither an opening nor a closing balance",
    ),
    "does-not-add-up": (
        "Åpning {opening} og poster {entries} gir ikke slutt {closing}",
        "Opening {opening} and entries {entries} do not make closing {closing}",
    ),
    "differs": (
        (
            "Kontoutskrift for {date} er en annen enn den som er ført (slutt {closing},"
            " ført {known})"
        ),
        (
            "Statement for {date} differs from the one that was posted (closing {closing},"
            " posted {known})"
        ),
    ),
    "entry-unknown": (
        "{entry} står ikke i utskriften som er ført for {date}",
        "{entry} is not in the statement that was posted for {date}",
    ),
    "later-day-proved": (
        (
            "Kontoutskrift slutter {date} med {closing}, men {later} er alt avstemt og"
            " åpner med {opening}: en utskrift mellom dem mangler"
        ),
        (
            "Statement closes {date} with {closing}, but {later} is proved already and"
            " opens with {opening}: a statement between them is missing"
        ),
    ),
    "currency-entry": (
        "Posten er i {currency}, kontoen i {account}",
        "The entry is in {currency}, the account in {account}",
    ),
    "currency-balance": (
        "Saldoen er i {currency}, kontoen i {account}",
        "The balance is in {currency}, the account in {account}",
    ),
    "currency-account": (
        "Banken fører kontoen i {currency}, books.toml i {account}",
        "The bank keeps the account in {currency}, books.toml in {account}",
    ),
    "day-to-come": (
        "Filen forteller om {date}, som ikke er kommet: i dag er {today}",
        "The file tells of {date}, which has not come: today is {today}",
    ),
    "problems": ("{problem}", "{problem}"),
    "not-ours": (
        (
            "Konto {account} er ikke i books.toml: legg den til, eller legg den til side"
            ' (custom "set-aside" "{account}")'
        ),
        (
            "Account {account} is not in books.toml: add it, or set it aside"
            ' (custom "set-aside" "{account}")'
        ),
    ),
    # informational
    "copy": ("Kopi", "A copy"),
    "intraday": ("Transaksjonsliste samme dag", "An intraday report"),
    "set-aside": (
        "Konto {account} er lagt til side",
        "Account {account} is set aside",
    ),
    "before-first-day": ("Før første dag", "Before the first day"),
    "not-booked": ("Ikke bokført", "Not booked"),
    "nothing-told": ("Ingen nye penger", "No new money"),
    "no-details": ("Varsel uten detaljer", "A notification without details"),
    # alarms
    "recall-refused": (
        "Tilbakekalling avslått: {reason}",
        "The recall was refused: {reason}",
    ),
    "alarm-rejected": (
        "{end_to_end_id} er bokført {date}, men banken avviste den: {reason}",
        "{end_to_end_id} is booked on {date}, but the bank had rejected it: {reason}",
    ),
    "alarm-cancelled": (
        "{end_to_end_id} er bokført {date}, men var kansellert",
        "{end_to_end_id} is booked on {date}, but had been cancelled",
    ),
    "alarm-dropped": (
        "{end_to_end_id} ble aldri sendt, men banken sier: {what}",
        "{end_to_end_id} was never sent, but the bank says: {what}",
    ),
    "resolved": (
        "avklart {date}: {reason} ({by})",
        "resolved {date}: {reason} ({by})",
    ),
    "alarm-second-order": (
        (
            "{end_to_end_id} skulle aldri komme, men er bokført {date}; regningen er på vei"
            " en gang til med {second}: kall den tilbake (books cancel {second})"
        ),
        (
            "{end_to_end_id} was never to come, but is booked on {date}; its bill is on its"
            " way once more with {second}: recall that (books cancel {second})"
        ),
    ),
    "alarm-unknown-id": (
        "Banken svarer på {identification}, som har vår form, men som ingen her kjenner",
        "The bank answers {identification}, which has our form, but nobody here knows it",
    ),
    "alarm-unknown-code": (
        "{end_to_end_id}: ukjent status {status}",
        "{end_to_end_id}: unknown status {status}",
    ),
    "alarm-disagrees": (
        (
            "{end_to_end_id}: banken førte {booked} den {date}, ikke som vi sendte ({sent}"
            " til {account}); parkert som {item}: books match eller books book"
        ),
        (
            "{end_to_end_id}: the bank booked {booked} on {date}, not as we sent it ({sent}"
            " to {account}); parked as {item}: books match or books book"
        ),
    ),
    "alarm-no-place": (
        (
            "{end_to_end_id}: banken førte {booked} den {date} som vi sendte, men det som"
            " skulle betales, kan ikke ta imot beløpet; parkert som {item}: books match"
            " eller books book"
        ),
        (
            "{end_to_end_id}: the bank booked {booked} on {date} as we sent it, and what it"
            " was to pay cannot take the amount; parked as {item}: books match or"
            " books book"
        ),
    ),
    "alarm-lump": (
        (
            "{part}: banken førte {booked} i én sum den {date}, ikke det vi sendte; parkert"
            " som {item}: books match eller books book"
        ),
        (
            "{part}: the bank booked {booked} in one sum on {date}, not what we sent;"
            " parked as {item}: books match or books book"
        ),
    ),
    "alarm-twice": (
        (
            "{end_to_end_id}: betalt, og banken førte {booked} en gang til den {date};"
            " parkert som {item}: books match eller books book"
        ),
        (
            "{end_to_end_id}: paid, and the bank booked {booked} once more on {date};"
            " parked as {item}: books match or books book"
        ),
    ),
    "alarm-came-back": (
        (
            "{end_to_end_id}: {booked} kom tilbake den {date} og gjelder ikke sikkert"
            " betalingen; parkert som {item}: books match eller books book"
        ),
        (
            "{end_to_end_id}: {booked} came back on {date}, not certainly of the payment;"
            " parked as {item}: books match or books book"
        ),
    ),
    "booked-otherwise": (
        "banken førte {booked}; avgjort i {vouchers}",
        "the bank booked {booked}; decided in {vouchers}",
    ),
    "duplicate-proves": (
        "{reason}; banken hadde filen fra før",
        "{reason}; the bank had the file already",
    ),
    # clearing
    "clearing-untold-sum": (
        "Fortalt av {source}, men ikke på noen kontoutskrift",
        "Told by {source}, but on no statement",
    ),
    "clearing-decided-and-told": (
        "Avgjort av en person, og siden fortalt av banken likevel: angre avgjørelsen",
        "Decided by a person, and told by the bank all the same since: undo the decision",
    ),
    "clearing-untold-details": (
        "Sumpost på kontoutskriften uten fil med detaljer",
        "A sum on the statement without a file of its details",
    ),
    "clearing-differs": (
        (
            "Kontoutskriften har {shown} under {reference}, detaljene i {source} er {told}:"
            " differanse {difference}"
        ),
        (
            "The statement has {shown} under {reference}, its details in {source} are"
            " {told}: difference {difference}"
        ),
    ),
    # candidates
    "candidate-returned": (
        "betalt med {end_to_end_id}, {amount} til {account}, bokført {date}",
        "paid by {end_to_end_id}, {amount} to {account}, booked {date}",
    ),
    "candidate-of-lump": (
        "{end_to_end_id} i {part}, {amount} til {account}, bokført {date}",
        "{end_to_end_id} of {part}, {amount} to {account}, booked {date}",
    ),
    "candidate-undone": (
        "der pengene til {end_to_end_id} står etter angringen",
        "where the money of {end_to_end_id} stands since the undo",
    ),
    "candidate-placed": (
        "der pengene til {end_to_end_id} er plassert etter angringen ({voucher})",
        "where the money of {end_to_end_id} was placed after the undo ({voucher})",
    ),
    "candidate-clearing": (
        "fortalt av {source} for {date}, og ingen kontoutskrift viser den",
        "told by {source} for {date}, and no statement shows it",
    ),
    "candidate-kid": ("KID {kid} er postens egen", "KID {kid} is its own"),
    "candidate-user-rule": (
        "regelen «{name}»: books book {money} {rest}",
        'rule "{name}": books book {money} {rest}',
    ),
    "candidate-kid-currency": (
        (
            "KID {kid} er postens egen, i {currency}; hvor mye som er betalt, sier du:"
            " books match {money} {item}=BELØP"
        ),
        (
            "KID {kid} is its own, in {currency}; you tell how much was paid:"
            " books match {money} {item}=AMOUNT"
        ),
    ),
    "candidate-underway": (
        "én av {count} betalinger underveis i {name}; til sammen er de summen",
        "one of {count} payments underway in {name}; together they are the sum",
    ),
    "candidate-underway-one": (
        "betalingen er underveis i {name}, og beløpet er likt",
        "its payment is underway in {name}, and the amount is equal",
    ),
    "candidate-underway-all": (
        "er det summen av disse: books match {money} {items}",
        "if it is the sum of these: books match {money} {items}",
    ),
    "candidate-own-amount": (
        "partens egen post, og beløpet er likt",
        "the party's own item, and the amount is equal",
    ),
    "candidate-own": (
        "partens egen post, annet beløp",
        "the party's own item, another amount",
    ),
    "candidate-kid-digits": (
        "KID {kid} ligner: to siffer byttet, eller ett feil",
        "KID {kid} is near: two digits changed places, or one is wrong",
    ),
    "candidate-account-amount": (
        "samme konto og beløp; posten er ikke nevnt",
        "same account and amount; the item is not named",
    ),
    "candidate-account-amount-named": (
        "samme konto og beløp, og teksten nevner {named}",
        "same account and amount, and the text names {named}",
    ),
    "candidate-account-named": (
        "samme konto, og teksten nevner {named}; annet beløp",
        "same account, and the text names {named}; another amount",
    ),
    "candidate-kid-text": (
        "KID {kid} står i teksten",
        "KID {kid} is in the text",
    ),
    "candidate-account": (
        "samme konto, annet beløp",
        "same account, another amount",
    ),
    "candidate-invoice": (
        "teksten nevner {invoice}; parten er ikke sikker",
        "the text names {invoice}; the party is not certain",
    ),
    "candidate-name-amount": (
        "navnet ligner og beløpet er likt",
        "the name is alike and the amount equal",
    ),
    "candidate-likely-correction": (
        "banken førte det samme beløpet motsatt vei {date}; konto eller tekst er lik",
        "the bank booked the same amount the other way on {date}; account or text is alike",
    ),
    "candidate-correction": (
        "banken førte det samme beløpet motsatt vei {date}",
        "the bank booked the same amount the other way on {date}",
    ),
    "candidate-common": (
        "{count} åpne poster har dette beløpet: beløpet alene sier ikke hvilken",
        "{count} open items have this amount: it alone does not say which",
    ),
    "candidate-learned-account": (
        "{by} førte penger fra eller til samme konto der ({voucher}, {date})",
        "{by} booked money of the same account there ({voucher}, {date})",
    ),
    "candidate-learned-text": (
        "{by} førte penger med samme tekst der ({voucher}, {date})",
        "{by} booked money with these words there ({voucher}, {date})",
    ),
    # why bank and books are not proven
    "doubt-file": (
        "{file} forteller dagen på en annen måte",
        "{file} tells it in another way",
    ),
    "doubt-opening": (
        "regnskapet har {books} den morgenen, og books.toml sier {opening}",
        "the books hold {books} that morning, and books.toml says {opening}",
    ),
    "doubt-by-hand": (
        "{place}: {account} er ført for hånd",
        "{place}: posts on {account} by hand",
    ),
    "doubt-lost": (
        "kontoutskriften {file} er ikke i arkivet",
        "its statement {file} is not in the archive",
    ),
    "doubt-held": (
        "kontoutskriften for {day} i {file}, utgående saldo {closing}, er holdt tilbake",
        "the statement of {day} in {file}, closing {closing}, is held",
    ),
    "doubt-held-days": (
        (
            "kontoutskrifter for {days} dager er holdt tilbake, den siste for {day} i"
            " {file}, utgående saldo {closing}"
        ),
        (
            "statements of {days} days are held, the last one of {day} in {file},"
            " closing {closing}"
        ),
    ),
    "doubt-unusable": (
        "kontoutskriften {file} forteller om {day} og kan ikke brukes",
        "the statement {file} tells of {day} and cannot be used",
    ),
    "doubt-reach": (
        "avstemt til {to}, ikke til {day}; ingen kontoutskrift når så langt",
        "proven to {to}, not to {day}; no statement reaches so far",
    ),
    "doubt-no-day": (
        "ingen kontoutskrift er ført, og ingen dag er avstemt",
        "no statement is posted, and no day is proven",
    ),
    # why a signature does not hold for the statement that stands there now
    "signed-balance": (
        "signert for {bank}, som ikke lenger er det som står her",
        "signed for {bank}, no longer what stands here",
    ),
    "signed-doubt": (
        "signert for {bank} som avstemt, og det er den ikke lenger",
        "signed for {bank} as reconciled, which it no longer is",
    ),
    "signed-points": (
        "signert for {bank} med andre åpne poster enn de som står her",
        "signed for {bank} with other open points than stand here",
    ),
    "signed-alone": (
        "teller ikke: ingen hadde utarbeidet den",
        "does not count: nobody had prepared it",
    ),
    "signed-both": (
        "teller ikke: samme person har både utarbeidet og kontrollert",
        "does not count: one person both prepared and reviewed",
    ),
    "candidate-amount": (
        "bare beløpet er likt ({count} poster har det)",
        "only the amount is equal ({count} items have it)",
    ),
}


def say(language: str, text: str, **values: object) -> str:
    """Return a sentence.

    >>> say("nb", "unknown-kid", kid="123")
    'Ukjent KID 123'
    """
    return _TEXTS[text][0 if language == "nb" else 1].format(**values)


def sources(language: str, tellers: Iterable[str]) -> str:
    """Return who told something, as a person calls it.

    >>> sources("nb", ["statement", "camt.054"])
    'camt.054, kontoutskriften'
    """
    return ", ".join(
        say(language, "the-statement") if each == "statement" else each
        for each in sorted(tellers)
    )


def counted(language: str, count: int) -> str:
    """Return `1 transaksjon`, `3 transaksjoner`."""
    if count == 1:
        return say(language, "one-transaction")
    return say(language, "transactions", count=count)
