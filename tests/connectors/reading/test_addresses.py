"""Addresses are read only when they can be read in one way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.reading.addresses import mailboxes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@example.org", [("", "a@example.org")]),
        ("Anna <A@Example.ORG>", [("Anna", "a@example.org")]),
        ('"Berg, Anna" <a@example.org>, b@example.org', [("Berg, Anna", "a@example.org"), ("", "b@example.org")]),
        ("Berg, Anna <a@example.org>; b@example.org", [("Berg, Anna", "a@example.org"), ("", "b@example.org")]),
        ("a@example.org (Anna Berg)", [("Anna Berg", "a@example.org")]),
        ("team: a@example.org, b@example.org;", [("", "a@example.org"), ("", "b@example.org")]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?q?evil=40example.net=2C?= <a@example.org>", [("evil@example.net,", "a@example.org")]),
        ('"x <evil@example.net>" <a@example.org>', [("x <evil@example.net>", "a@example.org")]),
        ("<@relay.example,@other.example:a@example.org>", [("", "a@example.org")]),
        ("'a@example.org' <a@example.org>", [("a@example.org", "a@example.org")]),
        ("'a@example.org'", [("", "a@example.org")]),
        ("mailto:a@example.org", [("", "a@example.org")]),
        ('"a.b"@example.org', [("", "a.b@example.org")]),
        ('"never closed <a@example.org>, b@example.org', [('"never closed', "a@example.org"), ("", "b@example.org")]),
        (":( <a@example.org>, b@example.org", [("(", "a@example.org"), ("", "b@example.org")]),
    ],
)
def test_mailboxes_as_they_are_written(value: str, expected: list[tuple[str, str]]) -> None:
    """Name and address of each, in order."""
    assert mailboxes(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "alice@example.org)bob@evil.example",
        "<alice@example.org> <bob@evil.example>",
        "alice@example.org@evil.example",
        "alice@example.org bob@evil.example",
        "alice@example.org(<)bob@evil.example>x",
        "nobody",
        "performance.",
        "<>",
    ],
)
def test_what_reads_in_two_ways_is_nobody(value: str) -> None:
    """CVE-2023-27043: an identity is never guessed."""
    assert mailboxes(value) == []


def test_recipients_are_bounded() -> None:
    """Five hundred are an audience in any case."""
    assert len(mailboxes(", ".join(f"p{number}@example.org" for number in range(2_000)))) == 500


@given(st.text(alphabet="ab@.,;:<>()\"\\ 'é=?", max_size=60))
def test_every_address_stands_in_the_value(value: str) -> None:
    """Nothing is put together that was not written."""
    for _, address in mailboxes(value):
        assert address in value.lower().replace('"', "")
        assert address.count("@") == 1
