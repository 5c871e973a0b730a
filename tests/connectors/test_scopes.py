"""What the providers are asked for is what the documents say, and only reading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors.google import oauth as google
from connectors.microsoft import oauth as microsoft
from connectors.oauth import Reads

ROOT = Path(__file__).resolve().parents[2]
READING = {
    "google": {scope for scopes in google.SCOPES.values() for scope in scopes},
    "microsoft": set(microsoft.SCOPES.values()),
}
ASKED_FOR = {
    "google": READING["google"] | set(google.WHO),
    "microsoft": READING["microsoft"] | {microsoft.ADDRESS, *microsoft.BY_MSAL},
}
TABLES = [
    (name, document, heading)
    for name, label in (("google", "Google"), ("microsoft", "Microsoft"))
    for document, heading in (("manifests/README.md", f"## {label}"), (f"docs/{name}.md", "## What is asked for, and why"))
]


@pytest.mark.parametrize(("name", "document", "heading"), TABLES)
def test_every_scope_has_its_reason(name: str, document: str, heading: str) -> None:
    """The rows of the documents are the scopes of the code, each with words behind it."""
    section = (ROOT / document).read_text(encoding="utf-8").partition(f"{heading}\n")[2].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `([^`]+)` \|(.*)\|$", section, re.MULTILINE))

    assert set(rows) == ASKED_FOR[name]
    assert all(len(reason.split()) > 4 for reason in rows.values())


def test_only_reading_is_asked_for() -> None:
    """No scope that writes, sends or deletes."""
    assert {scope for scope in READING["google"] if not scope.endswith(".readonly")} == set()
    assert {scope for scope in READING["microsoft"] if not scope.endswith(".Read")} == set()
    assert set(google.SCOPES) == set(microsoft.SCOPES) == set(Reads)
