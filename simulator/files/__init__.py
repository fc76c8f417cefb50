"""The files that the bank gives its customers, written from text templates."""
