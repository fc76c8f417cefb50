"""The index: books too large to be loaded for each command, kept in tables beside them.

`open_books` gives the same `Books` as `ledger.books.load`, with the same values in the same
order, from rows for each file of the books. Only what changed since the last look is read
again. It is a cache: deleting `.books/index.sqlite` changes no answer.

What the index holds has been found right: it was filled from a load without an error, and
each change since was judged by the same checks as a load makes, on the changed text and
whatever it touches (`ledger.index.judging`). Where that cannot prove a change right, or a
part of the books cannot be read without the rest (foreign plugins, pads, costs), there is a
full load, which tells all errors; so books with errors are refused as ever.
"""

from ledger.index.opening import Index

__all__ = ["Index"]
