"""A chart for a Norwegian limited company (AS), in our own words.

The four-digit numbers are those that Norwegian accountants know by heart; the names are
ours. `saft` is the grouping that SAF-T Financial 1.30 demands of every account
(category/code of the income statement groupings). A role tells the programs what an
account is for (`ledger.accounts.ROLES`): no code looks at a number or a name.

The traps of the numbers: 2920 is debt to group companies, not wages (2930); rounding is
7740, not 7790; employer's contribution on holiday pay is 2781/5405. 1950, the old
account for withheld tax, is left out: since 2026 there is no such bank account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChartAccount:
    """An account of the chart."""

    root: str
    number: str
    name: str
    saft: str
    role: str | None = None
    payee: str | None = None
    """Who is paid from it, where that is always the same."""

    @property
    def full_name(self) -> str:
        """As Beancount writes it."""
        return f"{self.root}:{self.number}-{self.name}"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the accounts under it."""

    title: str
    category: str
    """SAF-T grouping category."""
    root: str
    rows: str
    """An account a line: number, name, SAF-T code, role and payee if any."""

    def accounts(self) -> Iterator[ChartAccount]:
        """Yield the accounts of the section."""
        for row in self.rows.strip().splitlines():
            number, name, code, *rest = row.split()
            role, payee, *_ = (*rest, None, None)
            yield ChartAccount(
                self.root, number, name, f"{self.category}/{code}", role, payee
            )


SECTIONS = (
    Section(
        "Anleggsmidler",
        "balanseverdiForAnleggsmiddel",
        "Assets",
        """
        1000 Utvikling 1000
        1020 Programvare-og-rettigheter 1020
        1070 Utsatt-skattefordel 1070
        1200 Maskiner-og-anlegg 1205
        1230 Biler 1221
        1250 Inventar-og-utstyr 1239
        1280 Kontormaskiner 1280
        1350 Aksjer-og-andeler 1350
        1380 Langsiktige-fordringer 1390
        """,
    ),
    Section(
        "Varelager og fordringer",
        "balanseverdiForOmloepsmiddel",
        "Assets",
        """
        1460 Varelager 1400
        1480 Forskudd-til-leverandører 1570
        1500 Kundefordringer 1500 receivable
        1530 Opptjent-ikke-fakturert 1530
        1570 Andre-fordringer 1570
        1579 Uidentifiserte-utbetalinger 1570 suspense-out
        1580 Avsetning-tap-på-fordringer 1500
        1700 Forskuddsbetalte-kostnader 1570
        1740 Periodiserte-kostnader 1570
        """,
    ),
    Section(
        "Bank",
        "balanseverdiForOmloepsmiddel",
        "Assets",
        """
        1920 Bankinnskudd 1920 bank
        1929 Interim-bank 1920
        1990 Egne-overføringer 1920 own-transfers
        """,
    ),
    Section(
        "Egenkapital",
        "egenkapital",
        "Equity",
        """
        2000 Aksjekapital 2000
        2020 Overkurs 2020
        2030 Annen-innskutt-egenkapital 2030
        2050 Annen-egenkapital 2050 opening
        2080 Udekket-tap 2080
        """,
    ),
    Section(
        "Langsiktig gjeld og avsetninger",
        "langsiktigGjeld",
        "Liabilities",
        """
        2120 Utsatt-skatt 2120
        2220 Banklån 2220
        2250 Lån-fra-eiere 2250
        """,
    ),
    Section(
        "Leverandører",
        "kortsiktigGjeld",
        "Liabilities",
        """
        2380 Kassekreditt 2380
        2400 Leverandørgjeld 2400 payable
        """,
    ),
    Section(
        "Skatt, trekk og merverdiavgift",
        "kortsiktigGjeld",
        "Liabilities",
        """
        2500 Betalbar-skatt 2500 tax Skatteetaten
        2600 Forskuddstrekk 2600 tax Skatteetaten
        2610 Utleggstrekk 2600 tax
        2650 Fagforeningstrekk 2600 tax
        2700 Utgående-mva-høy 2740
        2701 Utgående-mva-middels 2740
        2703 Utgående-mva-lav 2740
        2704 Utgående-mva-tjenester-utland 2740
        2710 Inngående-mva-høy 2740
        2711 Inngående-mva-middels 2740
        2713 Inngående-mva-lav 2740
        2714 Inngående-mva-tjenester-utland 2740
        2740 Oppgjørskonto-mva 2740 tax Skatteetaten
        2770 Skyldig-arbeidsgiveravgift 2770 tax Skatteetaten
        2780 Påløpt-arbeidsgiveravgift 2770
        2781 Påløpt-aga-feriepenger 2770
        """,
    ),
    Section(
        "Lønn, utbytte og annen kortsiktig gjeld",
        "kortsiktigGjeld",
        "Liabilities",
        """
        2800 Avsatt-utbytte 2800
        2900 Forskudd-fra-kunder 2900
        2910 Gjeld-til-ansatte-og-eiere 2910
        2930 Skyldig-lønn 2949 wages
        2940 Skyldige-feriepenger 2949
        2950 Påløpte-renter 2990
        2960 Påløpte-kostnader 2990
        2990 Uidentifiserte-innbetalinger 2990 suspense-in
        """,
    ),
    Section(
        "Salg",
        "salgsinntekt",
        "Income",
        """
        3000 Salgsinntekt-høy 3000
        3010 Salgsinntekt-middels 3000
        3020 Salgsinntekt-lav 3000
        3100 Salgsinntekt-fritatt 3100
        3200 Salgsinntekt-utenfor-mva 3200
        """,
    ),
    Section(
        "Andre inntekter",
        "annenDriftsinntekt",
        "Income",
        """
        3600 Leieinntekt 3600
        3800 Gevinst-ved-salg-av-driftsmidler 3885
        3900 Andre-inntekter 3900
        """,
    ),
    Section(
        "Varekjøp",
        "varekostnad",
        "Expenses",
        """
        4000 Råvarer-og-materialer 4005
        4300 Varekjøp-høy 4005
        4310 Varekjøp-middels 4005
        4390 Beholdningsendring 4295
        4500 Underleverandører 4500
        """,
    ),
    Section(
        "Lønn og personal",
        "loennskostnad",
        "Expenses",
        """
        5000 Lønn 5000
        5092 Feriepenger 5000
        5330 Styrehonorar 5300
        5400 Arbeidsgiveravgift 5400
        5405 Aga-påløpte-feriepenger 5400
        5420 Pensjonspremie 5420
        5800 Refusjon-sykepenger 5800
        5900 Andre-personalkostnader 5900
        """,
    ),
    Section(
        "Avskrivninger",
        "annenDriftskostnad",
        "Expenses",
        """
        6000 Avskrivning-anlegg-og-maskiner 6000
        6010 Avskrivning-biler-og-inventar 6000
        6020 Avskrivning-immaterielle 6000
        6050 Nedskrivning 6050
        """,
    ),
    Section(
        "Lokaler, utstyr og kontor",
        "annenDriftskostnad",
        "Expenses",
        """
        6100 Frakt-og-transport 6100
        6300 Leie-lokaler 6300
        6320 Renovasjon-vann-og-avløp 6340
        6340 Strøm 6340
        6360 Renhold 6340
        6400 Leie-maskiner-og-utstyr 6400
        6500 Verktøy-og-småutstyr 6500
        6551 Datautstyr 6350
        6553 Programvare 6350
        6600 Vedlikehold 6600
        6701 Revisor 6700
        6705 Regnskapstjenester 6700
        6720 Juridisk-bistand 6700
        6790 Andre-fremmede-tjenester 6700
        6800 Kontorrekvisita 6995
        6860 Kurs-og-møter 6995
        6900 Telefon-og-internett 6995
        6940 Porto 6995
        """,
    ),
    Section(
        "Bil, reise, salg og andre kostnader",
        "annenDriftskostnad",
        "Expenses",
        """
        7000 Drivstoff 7000
        7020 Vedlikehold-biler 7020
        7100 Bilgodtgjørelse 7080
        7140 Reisekostnad 7155
        7150 Diett 7155
        7320 Reklame 7330
        7350 Representasjon 7370
        7400 Kontingenter 7495
        7500 Forsikring 7500
        7740 Øreavrunding 7700 rounding
        7770 Bankgebyr 7700 charges
        7790 Andre-kostnader 7700
        7830 Tap-på-fordringer 7830 bad-debts
        """,
    ),
    Section(
        "Finansinntekter",
        "finansinntekt",
        "Income",
        """
        8050 Renteinntekt 8050 interest-income
        8055 Renter-kunder 8050
        8060 Agio 8060 exchange-gain
        8070 Andre-finansinntekter 8079 discount-received
        """,
    ),
    Section(
        "Finanskostnader",
        "finanskostnad",
        "Expenses",
        """
        8150 Rentekostnad 8150 interest-expense
        8159 Annen-rente 8150
        8160 Disagio 8160 exchange-loss
        8170 Andre-finanskostnader 8179 discount-given
        """,
    ),
    Section(
        "Skatt og disponering av årsresultatet",
        "skattekostnad",
        "Expenses",
        """
        8300 Betalbar-skatt 8300
        8320 Endring-utsatt-skatt 8320
        8800 Årsresultat 8800
        """,
    ),
)
