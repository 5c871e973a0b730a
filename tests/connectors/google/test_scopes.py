"""What Google is asked for is what the documents say, and only reading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors.google.oauth import SCOPES, WHO
from connectors.oauth import Reads

ROOT = Path(__file__).resolve().parents[3]
ASKED_FOR = {*WHO, *(scope for scopes in SCOPES.values() for scope in scopes)}


TABLES = (("manifests/README.md", "## Google"), ("docs/google.md", "## What is asked for, and why"))


@pytest.mark.parametrize(("document", "heading"), TABLES)
def test_every_scope_has_its_reason(document: str, heading: str) -> None:
    """The rows of the documents are the scopes of the code, each with words behind it."""
    section = (ROOT / document).read_text(encoding="utf-8").partition(heading)[2].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `([^`]+)` \|(.*)\|$", section, re.MULTILINE))

    assert set(rows) == ASKED_FOR
    assert all(len(reason.split()) > 4 for reason in rows.values())


def test_only_reading_is_asked_for() -> None:
    """No scope that writes, sends or deletes."""
    assert {scope for scope in ASKED_FOR - set(WHO) if not scope.endswith(".readonly")} == set()
    assert set(SCOPES) == set(Reads)
