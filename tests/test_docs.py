"""The documents tell the truth: links, commands, glossary, and the demo's output."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bankio", "ledger", "reconcile", "cli", "simulator")
DOCUMENTS = sorted(
    path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
)
COMMANDS_PAGE = ROOT / "docs" / "commands.md"

_LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")
_CODE_LINK = re.compile(r"\]\(([\w./-]+\.py)\)((?: `[A-Za-z_.]+`,?)+)")
_MACHINE = re.compile(r"/(?:home|Users|root|work|tmp)/\w")


HOW_TO_ACCEPT = (
    "to accept: make golden, or .venv/bin/pytest tests/test_docs.py --update-golden"
)


@pytest.fixture
def updating(request) -> bool:
    return request.config.getoption("--update-golden")


def read(path: Path) -> str:
    return (ROOT / path).read_text("utf-8")


def books_commands() -> dict[str, str]:
    """Every command of `books` with the first line of its help."""
    import typer.main

    from cli.app import app

    group = typer.main.get_command(app)
    return {name: command.help or "" for name, command in group.commands.items()}


def help_of(program: str, *arguments: str) -> str:
    """Return what `--help` prints, at a width that does not depend on the terminal."""
    ran = subprocess.run(
        [str(Path(sys.executable).parent / program), *arguments, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "88", "TERMINAL_WIDTH": "88", "NO_COLOR": "1"},
    )
    return "\n".join(line.rstrip() for line in ran.stdout.strip("\n").splitlines())


def nettbank_commands() -> list[str]:
    overview = help_of("nettbank")
    return re.findall(r"^ {4}([a-z-]+)", overview, re.MULTILINE)


def commands_page() -> str:
    parts = [
        "# Commands",
        "",
        "The help of every command, as the programs print it. Made by",
        "`pytest tests/test_docs.py --update-golden`, and compared in every test run.",
        "",
        "## books",
        "",
        "```text",
        help_of("books"),
        "```",
    ]
    for name in sorted(books_commands()):
        parts += ["", f"### books {name}", "", "```text", help_of("books", name), "```"]
    parts += [
        "",
        "## nettbank, the simulated bank",
        "",
        "```text",
        help_of("nettbank"),
        "```",
    ]
    for name in nettbank_commands():
        parts += [
            "",
            f"### nettbank {name}",
            "",
            "```text",
            help_of("nettbank", name),
            "```",
        ]
    return "\n".join(parts) + "\n"


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere_and_no_path_is_of_a_machine(document):
    text = read(document)
    broken = [
        target
        for target in _LINK.findall(text)
        if not (ROOT / document.parent / target).exists()
    ]

    assert broken == []
    assert _MACHINE.findall(text) == []
    assert [character for character in text if ord(character) > 0x1F000] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_names_beside_a_link_to_code_stand_in_that_file(document):
    """`[ledger/payment_run.py](…) `plan`` is a promise that the file defines `plan`."""
    missing = []
    for target, names in _CODE_LINK.findall(read(document)):
        text = (ROOT / document.parent / target).read_text("utf-8")
        defined = {
            node.name
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
        } | set(re.findall(r"^ *([A-Za-z_]+)\b[^=\n]*=", text, re.MULTILINE))
        missing += [
            f"{target}: {name}"
            for name in re.findall(r"`([A-Za-z_.]+)`", names)
            if name.rpartition(".")[2] not in defined
        ]

    assert missing == []


def test_tests_that_the_threats_name_exist():
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", read(Path("docs/security.md")))
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file() or f"def {name}(" not in read(Path(path))
    ]

    assert len(named) > 30
    assert missing == []


def test_every_decision_is_in_the_index_and_has_its_parts():
    index = read(Path("docs/adr/README.md"))
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    parts = ["## Context", "## Decision", "## Consequences", "## Not to propose again"]

    assert [record.name for record in records] == re.findall(r"\(([0-9][^)]+)\)", index)
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text("utf-8")
        assert "\nStatus: " in text
        assert re.findall(r"^## .*$", text, re.MULTILINE) == parts, record.name


def test_adrs_that_the_code_names_exist():
    numbers = {path.name[:4] for path in (ROOT / "docs" / "adr").glob("[0-9]*.md")}
    named = {
        number
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for number in re.findall(r"ADR (\d{4})", path.read_text("utf-8"))
    }

    assert named <= numbers


def test_words_of_the_glossary_stand_in_the_code():
    code = "\n".join(
        path.read_text("utf-8")
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    )
    rows = [line for line in read(Path("CONTEXT.md")).splitlines() if line.startswith("| ")]
    words = {
        word for row in rows for word in re.findall(r"`([A-Za-z_]+)`", row.split("|")[1])
    }

    assert len(words) > 30
    assert sorted(word for word in words if not re.search(rf"\b{word}\b", code)) == []


def test_every_command_has_help_and_is_told_in_the_readme():
    readme = read(Path("README.md"))
    commands = books_commands()

    assert [name for name, text in commands.items() if not text.strip()] == []
    untold = [name for name in commands if f"books {name}" not in readme]
    assert untold == [], "a line under `What it does` in README.md says what it is for"


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_commands_in_a_document_exist(document):
    """Words after `books` or `nettbank` in code are commands that there are."""
    known = {"books": set(books_commands()), "nettbank": set(nettbank_commands())}
    told = re.findall(
        r"(?:^|[`\s])(books|nettbank) ([a-z][a-z-]+)", code_of(read(document))
    )

    assert [
        f"{program} {name}" for program, name in told if name not in known[program]
    ] == []


def code_of(text: str) -> str:
    """Return what stands in backticks or code blocks, without the demo's output."""
    text = re.sub(r"<!-- demo -->.*<!-- /demo -->", "", text, flags=re.DOTALL)
    code, language = [], None
    for line in text.splitlines():
        if line.startswith("```"):
            language = line[3:] or "sh" if language is None else None
        elif language is None:
            code += re.findall(r"`[^`]+`", line)
        elif language == "sh":
            code.append(line)
    return "\n".join(code)


def test_the_commands_page_is_what_the_programs_print(updating):
    page = commands_page()
    if updating:
        COMMANDS_PAGE.write_text(page, "utf-8")

    # Word by word: where lines break differs between Pythons.
    assert COMMANDS_PAGE.read_text("utf-8").split() == page.split(), HOW_TO_ACCEPT
