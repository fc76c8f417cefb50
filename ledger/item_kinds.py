"""What an open item is. A leaf of its own: accounts, links and items all speak of it."""

from __future__ import annotations

from enum import StrEnum


class ItemKind(StrEnum):
    """What an item is; for a payable it decides how it is paid."""

    SUPPLIER = "supplier"
    SALARY = "salary"
    TAX = "tax"
    """Withheld tax, employer's contribution, VAT: paid with the authority's KID."""
    CUSTOMER = "customer"
    CREDIT = "credit"
    """Money of a customer, a supplier or nobody known yet: `cr-…`."""
    SUSPENSE = "suspense"
    """An unidentified receipt or payment on 2990 or 1579."""
    CLEARING = "clearing"
    """A sum on clearing that a person names; never among the items of the books."""
    OTHER = "other"
