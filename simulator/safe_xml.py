"""The one place where the bank parses XML that somebody uploaded.

The traps: a document type can bring entities, and a comment can split a number in two
(`1<!-- -->00.00`). The parser therefore resolves nothing, drops comments and processing
instructions, and a leaf is read only when it stands once and has no children.
"""

from collections.abc import Iterator

from lxml import etree

LARGEST_FILE = 200 * 1024 * 1024


class Unreadable(Exception):
    """The file cannot be read as payments; the bank answers RJCT FF01."""


def root_of(body: bytes) -> etree._Element:
    """Parse bytes and return the document element."""
    if len(body) > LARGEST_FILE:
        raise Unreadable(f"the file is larger than {LARGEST_FILE} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"not well-formed XML: {error.msg}") from None
    # Judged on the parsed tree: a search in the bytes misses UTF-16.
    if _document_type(root):
        raise Unreadable("the file has a document type declaration")
    return root


def _document_type(root: etree._Element) -> str:
    return str(getattr(root.getroottree().docinfo, "doctype", ""))


def children(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Return the children of a name, in the namespace of their parent."""
    namespace = node.tag.partition("}")[0] if isinstance(node.tag, str) else ""
    return node.iterchildren(f"{namespace}}}{name}")


def find(node: etree._Element | None, path: str) -> etree._Element | None:
    """Return the one element at a path, or None; refuse one that stands twice."""
    for name in path.split("/"):
        if node is None:
            return None
        found = list(children(node, name))
        if len(found) > 1:
            raise Unreadable(f"line {found[1].sourceline}: {path} stands twice")
        node = found[0] if found else None
    return node


def text(node: etree._Element | None, path: str) -> str:
    """Return the value at a path, trimmed; empty where there is none."""
    leaf = find(node, path)
    if leaf is None:
        return ""
    if len(leaf):
        raise Unreadable(f"line {leaf.sourceline}: {path} holds elements, not a value")
    return (leaf.text or "").strip()


def needed(node: etree._Element | None, path: str) -> str:
    """Return the value at a path; refuse a file without it."""
    value = text(node, path)
    if not value:
        where = f"line {node.sourceline}: " if node is not None else ""
        raise Unreadable(f"{where}{path} is missing")
    return value


def limited(node: etree._Element, path: str, most: int = 35) -> str:
    """Return a needed value of limited length."""
    value = needed(node, path)
    if len(value) > most:
        raise Unreadable(f"line {node.sourceline}: {path} is longer than {most} characters")
    return value
