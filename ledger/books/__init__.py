"""The books: the only reader and the only writer of Beancount text.

`load` reads a folder of books or raises `BooksInvalid` with every error in them.
`text_of` and `payload` write directives exactly; `parse` reads a payload back, and
`checked_payload` does both and refuses whatever would make the books wrong. What is
read and what is written are the same values (`ledger.directives`), so "parsed back
equal" is `==`.
"""

from ledger.books.checking import checked_payload
from ledger.books.loading import Books, load
from ledger.books.parsing import parse
from ledger.books.register import Register
from ledger.books.writing import payload, text_of
from ledger.canonical import canonical, clean_text
from ledger.errors import BooksError, BooksInvalid, PayloadRefused, Unwritable

__all__ = [
    "Books",
    "BooksError",
    "BooksInvalid",
    "PayloadRefused",
    "Register",
    "Unwritable",
    "canonical",
    "checked_payload",
    "clean_text",
    "load",
    "parse",
    "payload",
    "text_of",
]
