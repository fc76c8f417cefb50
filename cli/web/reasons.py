"""What the core says, in English with its own facts in it, as the page says it.

The page puts the reasons that are known here into Norwegian and leaves the others as they
are, since a bank's or a person's own words are not ours to change.
"""

from __future__ import annotations

import re

from cli.web.words import Language

#: What the core says, and how it is said in Norwegian.
REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), norwegian)
    for pattern, norwegian in (
        (r"not attested yet \(books post\)", "Ikke attestert (books post)"),
        (r"[\w-]+: (E-\S+) for .+", r"Betaling \1 er underveis"),
        (
            r"booked by the bank, not yet in the books: (\S+)",
            r"Bokført av banken, ennå ikke hos oss: \1",
        ),
        (
            (
                r"the bank has told (.+) under (\S+), as sent, and the bill could not take"
                r" it; parked as (\S+): books match or books book it first"
            ),
            (
                r"Banken har ført \1 under \2 som sendt, men posten kan ikke ta imot det;"
                r" parkert som \3: avgjør den først (books match eller books book)"
            ),
        ),
        (
            (
                r"the bank has told (.+) under (\S+), not as sent; parked as (\S+):"
                r" books match or books book it first"
            ),
            (
                r"Banken har ført \1 under \2, ikke som sendt; parkert som \3:"
                r" avgjør den først (books match eller books book)"
            ),
        ),
        (
            (
                r"booked by the bank with (.+), not as sent \((\S+)\);"
                r" books release pays what is left"
            ),
            r"Bokført av banken med \1, ikke som sendt (\2); books release betaler resten",
        ),
        (
            r"booked by the bank with (.+) \((\S+)\); books release pays what is left",
            r"Bokført av banken med \1 (\2); books release betaler resten",
        ),
        (
            (
                r"likely a duplicate of (\S+) \(same account, reference and amount\);"
                r" books release if both are to be paid"
            ),
            (
                r"Sannsynlig dobbelt av \1 (samme konto, referanse og beløp);"
                r" books release om begge skal betales"
            ),
        ),
        (r"rejected by the bank: no reason given", "Avvist av banken uten årsak"),
        (r"rejected by the bank: (.+)", r"Avvist av banken: \1"),
        (r"cancelled by the bank: no reason given", "Stanset hos banken uten årsak"),
        (r"cancelled by the bank: (.+)", r"Stanset hos banken: \1"),
        (r"returned by the bank: no reason given", "Returnert av banken uten årsak"),
        (r"returned by the bank: (.+)", r"Returnert av banken: \1"),
        (
            r"credit note: nothing to pay; offset it against a bill \(books match\)",
            "Kreditnota: ingenting å betale; avregn den mot en faktura (books match)",
        ),
        (
            r"no creditor account: add creditor-account to the party or the bill",
            "Mangler kontonummer: før opp creditor-account på leverandøren eller fakturaen",
        ),
        (
            r"creditor account (\S+) fails its check digits",
            r"Kontonummer \1 har feil kontrollsiffer",
        ),
        (
            (
                r"creditor account (\S+) is not the one known for (.+) \((.+)\):"
                r" confirm it with the supplier, then books release"
            ),
            (
                r"Kontonummer \1 er ikke det kjente for \2 (\3):"
                r" bekreft det med leverandøren, og frigi"
            ),
        ),
        (
            (
                r"creditor account (\S+) stands as the first one of (.+), which was paid"
                r" on (.+) before: confirm it with the supplier, then books release"
            ),
            (
                r"Kontonummer \1 står som det første for \2, som før er betalt på \3:"
                r" bekreft det med leverandøren, og frigi"
            ),
        ),
        (
            (
                r"creditor account (\S+) of (.+) was replaced by (\S+) on (\S+): confirm"
                r" it with the supplier, then books release"
            ),
            (
                r"Kontonummer \1 for \2 ble erstattet av \3 den \4: bekreft det med"
                r" leverandøren, og frigi"
            ),
        ),
        (
            (
                r"creditor account (\S+) of (.+) was changed, and nobody says who confirmed"
                r" it and how: add by and reason to the line, or books release"
            ),
            (
                r"Kontonummer \1 for \2 er endret uten at noen sier hvem som bekreftet det"
                r" og hvordan: før opp by og reason på linjen, eller frigi"
            ),
        ),
        (
            (
                r"creditor account (\S+) is new for (.+): confirmed by (.+) on (\S+),"
                r" frozen until (\S+)"
            ),
            r"Kontonummer \1 er nytt for \2: bekreftet av \3 \4, sperret til \5",
        ),
        (
            (
                r"creditor account (\S+) is new for (.+): confirmed by (.+) on (\S+); a"
                r" second person must confirm it too \(books release\)"
            ),
            r"Kontonummer \1 er nytt for \2: bekreftet av \3 \4; én til må bekrefte det",
        ),
        (
            (
                r"(.+) is above payment_limit (\S+): a person must release it"
                r" \(books release\)"
            ),
            r"\1 er over grensen \2 for én betaling: en person må frigi den",
        ),
        (
            (
                r"(.+) is above payment_limit (\S+): released by (.+); a second person must"
                r" release it too \(books release\)"
            ),
            r"\1 er over grensen \2 for én betaling: frigitt av \3; én til må frigi den",
        ),
        (
            (
                r"(.+) is not in (\S+), as payment_limit is: a person must release it"
                r" \(books release\)"
            ),
            r"\1 kan ikke måles mot grensen i \2: en person må frigi den",
        ),
        (
            (
                r"(.+) is with (.+) that day above day_limit (\S+): a person must release"
                r" it \(books release\)"
            ),
            r"\1 kommer med \2 samme dag over dagsgrensen \3: en person må frigi den",
        ),
        (
            (
                r"(.+) is with (.+) that day above day_limit (\S+): released by (.+); a"
                r" second person must release it too \(books release\)"
            ),
            (
                r"\1 kommer med \2 samme dag over dagsgrensen \3: frigitt av \4; én til"
                r" må frigi den"
            ),
        ),
        (
            r"in (\S+): only (\S+) is ordered here; use the netbank",
            r"I \1: herfra bestilles bare \2; bruk nettbanken",
        ),
        (
            (
                r"creditor-account: is no Norwegian account \((\S+)\)\. Compare it with its"
                r" source\."
            ),
            r"Kontonummer \1 er ikke norsk: sammenlign det med kilden",
        ),
        (
            (
                r"dropped: until (\S+) it goes again only in message (\S+), as soon as all"
                r" bills of that are due"
            ),
            (
                r"Aldri levert: til \1 går den på nytt bare i oppdrag \2, så snart alt i"
                r" det forfaller"
            ),
        ),
        (
            r"KID (\S+) fails both check digits: the bank would reject it",
            r"KID \1 har feil kontrollsiffer: banken ville avvise den",
        ),
        (r"put here by hand", "ført hit for hånd"),
        (
            r"was to be executed (\S+); the bank has not booked it \((.+)\)",
            r"Skulle vært utført \1; banken har ikke bokført den (\2)",
        ),
        (
            r"nobody knows whether the bank has it, for .+ \(since (.+)\)",
            r"Ingen vet om banken har det (siden \1)",
        ),
        (
            r"(\S+): bank and books differ at the end of (\S+): (.+) and (.+)",
            r"\1: bank og bok stemmer ikke ved utgangen av \2: \3 og \4",
        ),
        (
            r"one side only since (\S+): is a statement missing\?",
            r"Bare den ene siden siden \1: mangler en kontoutskrift?",
        ),
        (
            (
                r"(\S+): the statement has one sum on (\S+); (.+) with its details did not"
                r" come; it may hold (.+)"
            ),
            (
                r"\1: kontoutskriften viser én sum \2; \3 med detaljene er ikke kommet;"
                r" den kan gjelde \4"
            ),
        ),
        (
            (
                r"(\S+): the statement has one sum on (\S+); (.+) with its details did not"
                r" come"
            ),
            r"\1: kontoutskriften viser én sum \2; \3 med detaljene er ikke kommet",
        ),
        (
            r"(\S+): (\S+) told it for (\S+); a statement that shows it did not come",
            r"\1: fortalt av \2 for \3; en kontoutskrift som viser det, er ikke kommet",
        ),
        (
            (
                r"(\S+): the statement has (.+) under (\S+), its details in (\S+) are (.+):"
                r" (.+) is told by no file"
            ),
            (
                r"\1: kontoutskriften har \2 under \3, detaljene i \4 er \5:"
                r" \6 er ikke fortalt av noen fil"
            ),
        ),
        (r"quarantined: (.*)", r"Satt i karantene: \1"),
        (r"held in part: (.*)", r"Delvis holdt tilbake: \1"),
        (r"held: (.*)", r"Holdt tilbake: \1"),
        # what a person can do
        (r"to see what the bank has said of it:", "For å se hva banken har sagt:"),
        (
            r"nothing is paid until then; with the newest books and archive:",
            "Ingenting betales før det; med de nyeste bøkene og arkivet:",
        ),
        (r"to see since which day:", "For å se fra hvilken dag:"),
        (
            r"to pay it again, when the cause is mended:",
            "For å betale på nytt, når årsaken er rettet:",
        ),
        (
            (
                r"to pay it back again, when the cause is mended \(then (.+)\), or to"
                r" place it:"
            ),
            r"For å betale tilbake på nytt, når årsaken er rettet (så \1), eller føre det:",
        ),
        (
            r"to pay it back again, when the cause is mended \(then (.+)\):",
            r"For å betale tilbake på nytt, når årsaken er rettet (så \1):",
        ),
        (
            r"look in the netbank whether it is approved; to take it back:",
            "Se i nettbanken om den er godkjent; for å trekke den tilbake:",
        ),
        (
            r"ask the bank; to see what it has said:",
            "Spør banken; for å se hva den har sagt:",
        ),
        (
            r"to offer the same bytes again, under the same name:",
            "For å tilby de samme bytene igjen, under samme navn:",
        ),
        (r"when it has come from the bank:", "Når den er kommet fra banken:"),
        (
            (
                r"ask the bank which sum is right; if no file says so, place the"
                r" difference:"
            ),
            "Spør banken hvilken sum som er rett; sier ingen fil det, plasser differansen:",
        ),
        (
            (
                r"ask the bank for the file, and reconcile it; if it never comes, place the"
                r" sum:"
            ),
            "Be banken om filen, og avstem den; kommer den aldri, plasser summen:",
        ),
        (
            (
                r"(it is posted by itself, after the one before it; )?to wait for it no"
                r" longer, say why in a file of yours \((.+)\):"
            ),
            r"For ikke å vente på den lenger: skriv hvorfor i en av dine filer (\2):",
        ),
        (
            (
                r"missing: (.+)\. Get it from the bank: books reconcile FILE\. If it never"
                r" comes, say why in a file of yours \((.+)\), and run books reconcile:"
            ),
            (
                r"Mangler: \1. Hent den fra banken: books reconcile FIL. Kommer den aldri:"
                r" skriv hvorfor i en av dine filer (\2), og kjør books reconcile:"
            ),
        ),
    )
)


def reason(text: str, language: Language) -> str:
    """Return a reason of the core in the page's language.

    >>> reason("creditor account 15032080110 fails its check digits", "nb")
    'Kontonummer 15032080110 har feil kontrollsiffer'
    """
    if language == "nb":
        for pattern, norwegian in REASONS:
            found = pattern.fullmatch(text)
            if found:
                return found.expand(norwegian)
    return text
