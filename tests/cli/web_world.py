"""Books with something in every tab of the page: paid, refused, held, drafts, unplaced."""

from __future__ import annotations

from world import ACCOUNT, OTHER_ACCOUNT, World

TODAY = "2026-11-11"

PAID = "lf-L10001-10023"
REFUSED = "lf-L10002-771"
OPEN = "lf-L10002-772"
HELD = "lf-L10001-10025"
DRAFT = "lf-L10001-10026"


def filled(world: World) -> World:
    """Let a company and its bank live for a week."""
    world.bank("agreement", ACCOUNT, "--ocr", "001008566", "--camt054")
    world.bill("10023", "12500.00", "2026-11-05", kid="12345678903")
    world.bill("771", "1499.50", "2026-11-06", party="L10002")
    world.bill("772", "1234567.89", "2026-11-24", party="L10002")
    world.bill("10025", "800.00", "2026-11-09", **{"creditor-account": OTHER_ACCOUNT})
    world.bill("10026", "420.00", "2026-11-09", flag="!")
    world.sale("5001", "25000.00", "200010050017")
    world.books("pay-due", "--yes", code=3)
    payments = {each["open_items"][0]: each for each in world.json("payments")}
    refused = payments[REFUSED]
    world.to_bank()
    world.bank(
        *("reject", refused["message_id"], "--as", "Kari"),
        *("--payment", refused["end_to_end_id"]),
    )
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "300", "--kid", "999999999991")
    world.bank("charge", ACCOUNT, "--amount", "49.50", "--text", "Gebyr november")
    for _ in range(6):
        world.let_pass()
    world.today = TODAY
    world.books("reconcile", code=3)
    return world
