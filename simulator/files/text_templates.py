"""Fill the text templates beside this module.

Jinja escapes every value for XML by itself; a name that a template uses and nobody gave
is an error, never an empty element.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from simulator import ore

if TYPE_CHECKING:
    import jinja2


@cache
def _environment() -> "jinja2.Environment":
    import jinja2  # heavy, and most commands write no file

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("simulator.files", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["amount"] = lambda value: ore.plain(abs(value))
    environment.filters["indicator"] = lambda value: "DBIT" if value < 0 else "CRDT"
    environment.filters["pieces"] = pieces
    return environment


def pieces(text: str, length: int) -> list[str]:
    """Cut a text into parts that an element of limited length can hold."""
    lines = [line for line in text.split("\n") if line.strip()]
    return [
        line[start : start + length].strip()
        for line in lines
        for start in range(0, len(line), length)
    ]


def fill(name: str, values: Mapping[str, Any]) -> bytes:
    """Return the bytes of a filled template, in UTF-8."""
    return _environment().get_template(name).render(values).encode("utf-8")
