"""What the form of an address says: its organisation, and whether an office, a machine, a list or a room stands behind it."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from publicsuffixlist import PublicSuffixList

_LONGEST_HOST = 255
_CACHED = 4_096
_BORDERS = re.compile(r"[-_.=]+")
_TOKEN = re.compile(r"[0-9a-f]{20,}")
"""What no person has in front of their @; shorter runs of digits are somebody's telephone or QQ number."""
_MANY_NUMBERS = 3
"""Machines number their mails in many parts; people and their pagers have a number of one or two."""


@lru_cache(_CACHED)
def host_of(address: str) -> str:
    """What stands behind the last @, in lower case; empty where there is none."""
    return address.rpartition("@")[2].strip().rstrip(".").lower() if "@" in address else ""


def registrable_domain(address: str) -> str:
    """The registrable domain of an address by the Public Suffix List, e.g. ``example.co.uk``; the host itself where none applies."""
    return domain_of_host(host_of(address) if "@" in address else address.strip().rstrip(".").lower())


@lru_cache(_CACHED)
def domain_of_host(host: str) -> str:
    """The registrable domain of a host name; the host itself where none applies."""
    if not host or len(host) > _LONGEST_HOST:
        return host
    return _suffixes().privatesuffix(host) or host


@lru_cache(_CACHED)
def is_free_mail(domain: str) -> bool:
    """Whether anybody may have a mailbox there."""
    registrable = domain_of_host(domain)
    exact, under_any_suffix = _free_mail()
    return registrable in exact or registrable.partition(".")[0] in under_any_suffix


def is_sms_gateway(address: str) -> bool:
    """Whether mail to this address becomes a text message on somebody's telephone."""
    return host_of(address) in _hosts()["sms_gateways"]


def is_room(address: str) -> bool:
    """Whether it looks like a room, a piece of equipment or a shared calendar."""
    words = _words(_local(address))
    return host_of(address) in _hosts()["calendars"] or (len(words) > 1 and words[0] in _locals()["room_heads"])


def is_robot(address: str) -> bool:
    """Whether it looks like a machine that writes and never reads."""
    host = host_of(address)
    if address in _hosts()["robots"] or host in _hosts()["machines"] or _first_label(host) in _hosts()["machine_labels"]:
        return True
    words, table = _words(_local(address)), _locals()
    joined = "".join(words)
    several = len(words) > 1
    return (
        joined in table["robot"]
        or any(word in joined for word in table["robot_words"])
        or joined.endswith(_endings("robot_endings"))
        or (several and words[-1] in table["robot_tails"])
        or (several and words[-1] in table["robot_dashed_tails"] and _is_dashed(address))
        or (bool(words) and words[0] in table["robot_heads"] and (several or "+" in address))
        or _is_numbered(words)
        or _TOKEN.search(address.partition("@")[0]) is not None
    )


@lru_cache(_CACHED)
def is_list(address: str) -> bool:
    """Whether it looks like a mailing list or a distribution list."""
    host, hosts = host_of(address), _hosts()
    words, table = _words(_local(address)), _locals()
    dashed = len(words) > 1 and _is_dashed(address)
    return (
        host in hosts["lists"]
        or host.partition(".")[0].rstrip("0123456789") in hosts["list_labels"]
        or "".join(words) in table["list_whole"]
        or (len(words) > 1 and words[0] == "all")
        or (dashed and (words[-1] in table["list_tails"] or words[0] in table["list_heads"] or "dl" in words))
    )


def is_role(address: str) -> bool:
    """Whether it looks like an office that several people read."""
    words, table = _words(_local(address)), _locals()
    joined = "".join(words)
    return (
        joined in table["role"]
        or (joined.endswith(_endings("role_endings")) and joined not in table["role_endings"])
        or (len(words) > 1 and not table["role_words"].isdisjoint(words))
        or (len(words) > 1 and _is_dashed(address) and not table["role_dashed_words"].isdisjoint(words))
    )


def _local(address: str) -> str:
    """What stands before the @ and before any "+tag"."""
    return address.partition("@")[0].partition("+")[0].lower()


def _words(local: str) -> tuple[str, ...]:
    return tuple(word for word in _BORDERS.split(local) if word)


def _is_dashed(address: str) -> bool:
    """Whether words are joined by "-" or "_": a dot stands between given name and surname, and some words are surnames too."""
    local = _local(address)
    return "-" in local or "_" in local


def _is_numbered(words: tuple[str, ...]) -> bool:
    """Whether it is a machine's count of its mails ("42.9060.f5-lt3r", "r-3-728387-2275130-2")."""
    numbers = sum(map(str.isdigit, words))
    return numbers >= _MANY_NUMBERS or (numbers > 1 and words[0].isdigit() and len(words) >= _MANY_NUMBERS)


def _first_label(host: str) -> str:
    """The first label of a host below a registrable domain; empty where the host is that domain itself."""
    label, _, rest = host.partition(".")
    return label if rest and domain_of_host(host) != host else ""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _free_mail() -> tuple[frozenset[str], frozenset[str]]:
    lines = (files("plugin_backend.domain") / "data" / "free_mail.txt").read_text("utf-8").splitlines()
    names = frozenset(line for line in lines if line and not line.startswith("#"))
    return names, frozenset(name.removesuffix(".*") for name in names if name.endswith(".*"))


@cache
def _locals() -> dict[str, frozenset[str]]:
    return _table("local_parts.toml")


@cache
def _endings(key: str) -> tuple[str, ...]:
    return tuple(sorted(_locals()[key]))


@cache
def _hosts() -> dict[str, frozenset[str]]:
    return _table("hosts.toml")


def _table(name: str) -> dict[str, frozenset[str]]:
    text = (files("plugin_backend.domain") / "data" / name).read_text("utf-8")
    return {key: frozenset(values) for key, values in tomllib.loads(text).items()}
