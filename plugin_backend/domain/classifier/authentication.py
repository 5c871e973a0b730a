"""Whether a message is from the host it says: the receiving server's own Authentication-Results (RFC 8601), and no other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.exchange import Exchange
from plugin_backend.domain.addresses import domain_of_host

_LONGEST = 2_000
"""Connectors keep no more of a field. One this long may be cut, within a domain too, so its last result is not read."""
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[();"]|[^();"]+')
_PLAIN = re.compile(r"[\w.@/+=:-]+")
_RESULT = re.compile(r"\s*([a-z]{1,20})(?:\s?/\s?\d{1,3})?\s{0,3}=\s{0,3}(\w{1,20})(?!\S)")
_PROPERTY = re.compile(r"([a-z][a-z0-9.-]{0,60})=(\S*)")
_EQUALS = re.compile(r"\s{0,3}=\s{0,3}")
_PROVES = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.mail", "smtp.from")}
"""By which properties a method names the domain it has proven; Gmail's older `smtp.mail` is SPF's sender too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What one method found, and for which organisations."""

    method: str
    outcome: str
    organisations: frozenset[str]
    """An empty one among them where something stands there that is not understood."""


def is_authentic(exchange: Exchange, host: str) -> bool:
    """Whether the topmost Authentication-Results has DMARC, DKIM or SPF passing for the organisation of `host`.

    Servers write theirs on top, and remove those that claim to be theirs: what stands further down may come from the sender. DMARC's word
    is the last one: where it fails, or was asked about another organisation (a second From), nothing else helps.
    """
    domain = domain_of_host(host)
    if not domain:
        return False
    results = tuple(_read(text) for text in _results_in(exchange.header("authentication-results").lower()))
    if any(_speaks_against(result, domain) for result in results):
        return False
    return any(result.outcome == "pass" and result.organisations == {domain} for result in results)


def is_doubtful(exchange: Exchange, host: str) -> bool:
    """Whether the receiving server looked, and did not find the message to be from the organisation of `host`."""
    return bool(exchange.header("authentication-results")) and not is_authentic(exchange, host)


def _speaks_against(result: _Result, domain: str) -> bool:
    if result.method == "compauth":  # Microsoft's own sum of all methods and of what it knows of the sender.
        return result.outcome == "fail"
    return result.method == "dmarc" and (result.outcome == "fail" or not result.organisations <= {domain})


def _read(text: str) -> _Result:
    """One result. All its properties count: by a second one for another domain, or a word that is none, it proves nothing."""
    found = _RESULT.match(text)
    if not found:
        return _Result(method="", outcome="", organisations=frozenset())
    properties = [_PROPERTY.fullmatch(word) for word in _EQUALS.sub("=", text[found.end() :]).split()]
    organisations = frozenset(
        _organisation_of(each[2]) if each else "" for each in properties if not each or each[1] in _PROVES.get(found[1], ())
    )
    return _Result(method=found[1], outcome=found[2], organisations=organisations)


def _organisation_of(value: str) -> str:
    """The organisation that a property names; none where the value holds a property in its turn."""
    named = any(f"{name}=" in value for names in _PROVES.values() for name in names)
    return "" if named else domain_of_host(value.rpartition("@")[2].rstrip("."))


def _results_in(value: str) -> list[str]:
    """The value cut at its semicolons, without comments.

    Servers echo the sender's own address there, which may be worded like a result: `"x) dkim=pass (y"@evil.example` (RFC 8601, 7.1). So
    nothing at all is read where a comment holds a quotation mark, or where something is closed that is not open, or the other way round.
    """
    results, depth = [""], 0
    for found in _PIECE.finditer(value[:_LONGEST]):
        piece = found[0]
        if piece == '"' or (depth and piece[0] == '"'):
            return []
        if piece in ("(", ")"):
            results[-1] += " "
            depth += 1 if piece == "(" else -1
            if depth < 0:
                return []
        elif piece == ";" and not depth:
            results.append("")
        elif not depth:
            results[-1] += piece if piece[0] != '"' else _unquoted(piece[1:-1])
    if len(value) >= _LONGEST:
        return results[:-1]
    return [] if depth else results


def _unquoted(text: str) -> str:
    """What stood in quotation marks, or a sign in its place where it could be taken for something else."""
    return text if _PLAIN.fullmatch(text) else "?"
