"""Files that nobody here wrote, reconciled into books made for their accounts."""

from __future__ import annotations

import json
import re
from pathlib import Path

from world import World

NETS = "corpus/ocr-giro/nets-spec/spec_v2.0_example.ocr"
SPAREBANK1 = "corpus/camt053/sparebank1-sr-bank-public/P.C053.20210706.xml"


def founded(folder: Path, account: str, first_day: str, opening: str) -> World:
    """New books for the account of a real file."""
    world = World(folder)
    world.books(
        *("init", str(world.folder), "--company", "Virkelig AS", "--orgnr", "974760673"),
        *("--bank-account", account, "--opening", opening, "--opening-date", first_day),
        code=0,
    )
    return world


def test_the_example_of_the_ocr_specification(tmp_path: Path, shared: Path):
    """Twenty payments of one day in 1992: two of them have invoices, all are counted."""
    world = founded(tmp_path, "99991042764", "1992-01-01", "0")
    world.append(
        "accounts.beancount",
        '1991-01-01 open Assets:1500-Kundefordringer:K1-Kunde NOK\n  name: "Kunde"\n'
        '  customer: "1"\n',
    )
    world.append(
        "vouchers/1992/01.beancount",
        "".join(
            f'1992-01-02 * "Kunde" "Faktura {number}" ^kf-K1-{number}\n'
            f'  invoice: "{number}"\n  due: 1992-01-20\n  kid: "{kid}"\n'
            f"  Assets:1500-Kundefordringer:K1-Kunde  {amount} NOK\n"
            f"  Income:3000-Salgsinntekt-høy  -{amount} NOK\n\n"
            for number, kid, amount in (
                ("17", "0000531", "1020.00"),
                ("18", "02321291038303", "25000.00"),
            )
        ),
    )

    done = world.json("reconcile", str(shared / NETS), today="1992-01-21", code=3)

    (message,) = done["messages"]
    assert ("ocr-giro", "posted") == (message["format"], message["outcome"])
    left = {each["open_item"]: each["amount"] for each in world.json("receivables")}
    assert {"kf-K1-18": "4500.00"} == left
    waiting = world.json("unmatched")
    known = 102_000 + 2_050_000
    parked = sum(int(each["amount"].replace(".", "")) for each in waiting)
    assert 18 == len(waiting)
    assert 5_144_900 == known + parked
    (account,) = world.json("status", today="1992-01-21")["accounts"]
    assert "51449.00" == account["clearing"]
    again = world.json("reconcile", str(shared / NETS), today="1992-01-21")
    assert 0 == again["posted"]
    world.books("verify", code=0)


def test_a_statement_of_a_norwegian_bank(tmp_path: Path, shared: Path):
    """Five accounts in one file, one of them ours, with one card purchase."""
    world = founded(tmp_path, "31260000287", "2021-07-01", "44520.24")

    done = world.json("reconcile", str(shared / SPAREBANK1), today="2021-07-09", code=3)

    (day,) = done["statements"]
    assert ("31260000287", "2021-07-08") == (day["account"], day["date"])
    assert ("43270.39", "43270.39", "0.00") == (
        day["bank"],
        day["books"],
        day["difference"],
    )
    waiting, file = world.json("unmatched")
    assert "-1249.85" == waiting["amount"]
    assert "VISA VARE" in waiting["text"]
    # The other four are in nobody's books: they stay in sight until that is decided.
    others = re.findall(r'"set-aside" "([0-9]{11})"', file["reason"])
    assert 4 == len(set(others))
    assert file["reason"].startswith("held in part: ")
    for account in others:
        world.append(
            "vouchers/2021/07.beancount",
            f'2021-07-09 custom "set-aside" "{account}"\n  reason: "x"\n  by: "kari"\n',
        )
    assert [] == world.json("reconcile", today="2021-07-09", code=3)["statements"]
    assert [waiting] == world.json("unmatched")
    world.books("verify", code=0)


def test_inspect_tells_the_norwegian_files_as_expected(tmp_path: Path, shared: Path):
    expected = json.loads((shared / "corpus" / "expected.json").read_text("utf-8"))["files"]
    for name in (NETS, SPAREBANK1):
        facts = expected[name.removeprefix("corpus/")]

        (told,) = (
            World(tmp_path).books("inspect", str(shared / name), "--json", code=0).data
        )

        entries = [entry for account in told["accounts"] for entry in account["entries"]]
        details = [detail for entry in entries for detail in entry["details"]]
        total = sum(int(entry["amount"].replace(".", "")) for entry in entries)
        assert facts["transactions"] == len(details)
        signed = facts["sum_signed"]
        signed = signed["NOK"] if isinstance(signed, dict) else signed
        assert int(signed.replace(".", "")) == total
        assert facts["sha256"] == told["sha256"]
