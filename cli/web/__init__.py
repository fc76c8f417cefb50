"""`books web`: Fava with our page, behind a guard.

Fava looks in this module for classes that extend it. `books web` puts the page in by
itself; a ledger that is opened with plain `fava` shows it with the line
`2026-01-01 custom "fava-extension" "cli.web"`, to be read only.
"""

from cli.web.bank_page import Bank

__all__ = ["Bank"]
