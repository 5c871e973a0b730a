"""Whether a message is from the host it says: the receiving server's own Authentication-Results (RFC 8601), and no other."""

from __future__ import annotations

import re

from connectors.exchange import Exchange
from plugin_backend.domain.addresses import domain_of_host

_LONGEST = 4_000
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_METHOD = re.compile(r"^(dmarc|dkim|spf)\s{0,3}=\s{0,3}(\w{1,20})")
_PROPERTY = re.compile(r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom|smtp\.from)\s{0,3}=\s{0,3}\"?([^\s;\"]{1,320})")
_PROVES = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.from")}


def is_authentic(exchange: Exchange, host: str) -> bool:
    """Whether the topmost Authentication-Results has DMARC, DKIM or SPF passing for the organisation of `host`.

    Servers write theirs on top, and remove those that claim to be theirs: what stands further down may come from the sender.
    """
    value = exchange.header("authentication-results")[:_LONGEST].lower()
    if not value or not host:
        return False
    results = [result.strip() for result in _COMMENT.sub(" ", value).split(";")]
    if any(result.replace(" ", "").startswith("dmarc=fail") for result in results):
        return False
    return any(_passes(result, domain_of_host(host)) for result in results)


def is_doubtful(exchange: Exchange, host: str) -> bool:
    """Whether the receiving server looked, and did not find the message to be from the organisation of `host`."""
    return bool(exchange.header("authentication-results")) and not is_authentic(exchange, host)


def _passes(result: str, domain: str) -> bool:
    method = _METHOD.match(result)
    if not method or method[2] != "pass":
        return False
    return any(
        name in _PROVES[method[1]] and domain_of_host(value.rpartition("@")[2].rstrip(".")) == domain
        for name, value in _PROPERTY.findall(result)
    )
