"""Join links: which channel a URL of an event or a mail opens."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

from plugin_backend.domain.classifier.tables import table
from plugin_backend.domain.tags import Channel

_MOST_TEXT = 20_000
_MOST_LINKS = 60
_REST = r"(?://)?[^\s<>\"'|\\^`{}\])]{3,600}"
_WEB = re.compile(f"https?:{_REST}")
_OTHER = re.compile(f"(?:tel|sip|secondlife|hop|msteams|zoommtg|callto):{_REST}")
_BARE_HOSTS = (
    "zoom.us", "teams.microsoft.com", "teams.live.com", "meet.google.com", "webex.com", "whereby.com", "meet.jit.si",
)  # fmt: skip
_BARE = re.compile(rf"(?<![\w/.@-])(?:[a-z0-9-]{{1,40}}\.)?(?:{'|'.join(map(re.escape, _BARE_HOSTS))})/[^\s<>\"']{{2,300}}")
"""Join links that people type without their scheme."""
_SCHEMES = {
    "tel": Channel.PHONE_CALL,
    "callto": Channel.PHONE_CALL,
    "secondlife": Channel.VIRTUAL_WORLD,
    "hop": Channel.VIRTUAL_WORLD,
    "msteams": Channel.VIDEO_CONFERENCE,
    "zoommtg": Channel.VIDEO_CONFERENCE,
    "sip": Channel.VIDEO_CONFERENCE,
}

_FRONT_DOORS = frozenset(("www", "help", "support", "blog", "status"))
"""Hosts of a conference company on which nobody meets."""


def channels_of_links(text: str) -> frozenset[Channel]:
    """The channels that the links of a text open; empty where no link is a join link."""
    lowered = text[:_MOST_TEXT].lower()
    schemes = [_OTHER] if any(f"{scheme}:" in lowered for scheme in _SCHEMES) else []
    links = (match[0] for pattern in (_WEB, *schemes) for match in pattern.finditer(lowered))
    found = {channel for link in islice(links, _MOST_LINKS) if (channel := channel_of_link(link))}
    if not found and any(host in lowered for host in _BARE_HOSTS):
        found = {channel for match in _BARE.finditer(lowered) if (channel := channel_of_link(f"https://{match[0]}"))}
    return frozenset(found)


def channel_of_link(url: str) -> Channel | None:
    """The channel that one URL opens, or None where it is not known to be a join link."""
    scheme, _, rest = url.lower().partition(":")
    if scheme in _SCHEMES:
        return _SCHEMES[scheme]
    authority, _, path = rest.lstrip("/").partition("/")
    labels = authority.rpartition("@")[2].partition(":")[0].partition("?")[0].split(".")
    for start in range(max(0, len(labels) - 5), len(labels) - 1):
        for beginning, channel in _links().get(".".join(labels[start:]), ()):
            if path.startswith(beginning) and (beginning or labels[0] not in _FRONT_DOORS):
                return channel
    return None


@cache
def _links() -> dict[str, tuple[tuple[str, Channel], ...]]:
    """Host to (beginning of path, channel), in the order of the table."""
    links: dict[str, tuple[tuple[str, Channel], ...]] = {}
    for group in table("meeting_links.toml")["group"]:
        for link in group["links"]:
            host, _, path = link.partition("/")
            links[host] = (*links.get(host, ()), (path, Channel.of(group["kind"])))
    return links
