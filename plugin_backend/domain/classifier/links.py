"""Join links: which channel a URL of an event or a mail opens."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from urllib.parse import unquote

from plugin_backend.domain.classifier.tables import table
from plugin_backend.domain.tags import Channel

_MOST_TEXT = 20_000
_MOST_LINKS = 60
_LONGEST_LINK = 2_000
_REST = r"(?://)?[^\s<>\"'|\\^`{}\])]{3,600}"
_WEB = re.compile(f"https?:{_REST}")
_HIDDEN = re.compile(r"https?(?:%3a%2f%2f|:/{1,2}|-3a__)")
"""Where a wrapped link begins, as the wrappers write it; the third is Proofpoint's."""
_TABLE = table("meeting_links.toml")
_SCHEMES = {scheme: Channel.of(kind) for kind, schemes in _TABLE["schemes"].items() for scheme in schemes}
_SCHEME_MARKS = tuple(f"{scheme}:" for scheme in _SCHEMES)
_OTHER = re.compile(rf"\b(?:{'|'.join(map(re.escape, _SCHEMES))}):{_REST}")
_FRONT_DOORS = frozenset(_TABLE["front_doors"])
_TYPED_HOSTS = tuple(_TABLE["typed_hosts"])
_TYPED = re.compile(rf"(?<![\w/.@-])(?:[a-z0-9-]{{1,40}}\.)?(?:{'|'.join(map(re.escape, _TYPED_HOSTS))})/[^\s<>\"']{{2,300}}")


def channels_of_links(text: str) -> frozenset[Channel]:
    """The channels that the links of a text open; empty where no link is a join link."""
    lowered = text[:_MOST_TEXT].lower()
    schemes = [_OTHER] if any(scheme in lowered for scheme in _SCHEME_MARKS) else []
    links = (match[0] for pattern in (_WEB, *schemes) for match in pattern.finditer(lowered))
    found = {channel for link in islice(links, _MOST_LINKS) if (channel := channel_of_link(link))}
    if not found and any(host in lowered for host in _TYPED_HOSTS):
        found = {channel for match in _TYPED.finditer(lowered) if (channel := channel_of_link(f"https://{match[0]}"))}
    return frozenset(found)


def channel_of_link(url: str) -> Channel | None:
    """The channel that one URL opens, or None where it is not known to be a join link."""
    lowered = url[:_LONGEST_LINK].lower()
    scheme = lowered.partition(":")[0]
    if scheme in _SCHEMES:
        return _SCHEMES[scheme]
    opened = _opened_by(lowered)
    if isinstance(opened, str):
        opened = _opened_by(opened)
    return opened if isinstance(opened, Channel) else None


def _opened_by(url: str) -> Channel | str | None:
    """The channel that a web link opens, or the link that it holds where it only wraps one."""
    authority, _, path = url.partition(":")[2].lstrip("/").partition("/")
    labels = authority.rpartition("@")[2].partition(":")[0].partition("?")[0].split(".")
    for start in range(max(0, len(labels) - 5), len(labels) - 1):
        for beginning, channel in _links().get(".".join(labels[start:]), ()):
            if path.startswith(beginning) and (beginning or channel is None or labels[0] not in _FRONT_DOORS):
                return channel or _hidden_in(url)
    return None


def _hidden_in(url: str) -> str:
    """The link that a wrapper holds; empty where it holds none."""
    found = _HIDDEN.search(url, len("https://"))
    if not found:
        return ""
    hidden = url[found.start() :]
    return hidden.replace("-3a__", "://").replace("_", "/") if found[0].endswith("_") else unquote(hidden)


@cache
def _links() -> dict[str, tuple[tuple[str, Channel | None], ...]]:
    """Host to (beginning of path, channel), in the order of the table; no channel where it wraps another link."""
    links: dict[str, tuple[tuple[str, Channel | None], ...]] = {}
    for kind, listed in ((None, _TABLE["wrappers"]), *((Channel.of(group["kind"]), group["links"]) for group in _TABLE["group"])):
        for link in listed:
            host, _, path = link.partition("/")
            links[host] = (*links.get(host, ()), (path, kind))
    return links
