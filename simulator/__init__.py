"""A simulated Norwegian bank, for tests, demonstrations and training.

It is written as the other party: it shares no code with the books, keeps money as
whole øre, has its own calendar and writes its files from text templates. Only bytes
cross between it and its customers. Everything it shows says that it is simulated.
"""

NOTICE = "SIMULATED BANK - no real money"
"""Printed wherever a person looks, so that nobody takes this for a bank."""

BANK_NAME = "Sør Øvingsbank (simulert)"
"""The bank's name on pages and in files."""
