"""Values of JSON that others wrote: whatever stands there, a text, a line, a list or an object comes of it, and none is a surprise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.reading.headers import clean_line

FIELDS = 500
FIELD_NAME_CHARS = 100


def text(value: Any) -> str:
    """A text without what no database keeps; empty where it is none."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def line(value: Any, limit: int) -> str:
    """A text in one line, of at most so many characters."""
    return " ".join(clean_line(text(value)).split())[:limit]


def array(value: Any) -> list[Any]:
    """A list; empty where it is none."""
    return value if isinstance(value, list) else []


def mapping(value: Any) -> Mapping[str, Any]:
    """An object; empty where it is none."""
    return value if isinstance(value, dict) else {}


def word(answer: Mapping[str, Any], name: str) -> str | None:
    """A text of an object that is not empty; None where there is none."""
    found = answer.get(name)
    return found if isinstance(found, str) and found else None


def known_objects(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list that have an id."""
    return [each for each in array(answer.get(name)) if isinstance(each, dict) and isinstance(each.get("id"), str) and each["id"]]


def header_fields(value: Any) -> list[tuple[str, str]]:
    """The header of a mail as a list of names and values: names in lower case, values in one line."""
    found = []
    for each in array(value)[:FIELDS]:
        name, stated = mapping(each).get("name"), mapping(each).get("value")
        if isinstance(name, str) and isinstance(stated, str):
            found.append((name.lower()[:FIELD_NAME_CHARS], " ".join(clean_line(stated).split())))
    return found
