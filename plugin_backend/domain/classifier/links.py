"""Join links: which channel a URL of an event or a mail opens."""

from __future__ import annotations

import re
from functools import cache

from plugin_backend.domain.classifier.tables import table
from plugin_backend.domain.tags import Channel

_MOST_TEXT = 20_000
_MOST_LINKS = 60
_URL = re.compile(r"(?:https?|tel|sip|secondlife|hop|msteams|zoommtg|callto):(?://)?[^\s<>\"'|\\^`{}\])]{3,600}", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w/.@-])(?:[a-z0-9-]{1,40}\.)?(?:zoom\.us|teams\.microsoft\.com|teams\.live\.com|meet\.google\.com|webex\.com|whereby\.com|meet\.jit\.si)/[^\s<>\"']{2,300}"
)
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
    if ":" not in lowered and "/" not in lowered:
        return frozenset()
    found: set[Channel] = set()
    for count, match in enumerate(_URL.finditer(lowered)):
        if count == _MOST_LINKS:
            break
        channel = channel_of_link(match[0])
        if channel:
            found.add(channel)
    if not found:
        found.update(filter(None, (channel_of_link(f"https://{match[0]}") for match in _BARE.finditer(lowered))))
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
