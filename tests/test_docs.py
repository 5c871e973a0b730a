"""Documents that are written from the code: docs/json.md from usecases/views.py, the modules of docs/map.md from their docstrings."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from inspect import getdoc
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from plugin_backend.usecases import views

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "json.md"
MAP = ROOT / "docs" / "map.md"
MAP_BEGIN, MAP_END = "<!-- modules -->\n", "<!-- /modules -->\n"

PRINTED: tuple[tuple[str, type[BaseModel], bool], ...] = (
    ("acquaint import", views.ImportReport, False),
    ("acquaint disconnect", views.LinkView, False),
    ("acquaint people", views.PeopleView, False),
    ("acquaint person", views.SubjectView, False),
    ("acquaint exchanges", views.ExchangeView, True),
    ("acquaint classify", views.TagsView, False),
    ("acquaint check", views.DraftVerdictView, False),
    ("acquaint brief", views.BriefView, False),
    ("acquaint correct list", views.CorrectionView, True),
    ("acquaint token list", views.TokenView, True),
)
"""What each command prints with --json, and whether it is a list of them."""

HEAD = """# JSON shapes

What the commands print with `--json`, and what the REST API answers under the same names. Fields are added, never renamed or removed,
within one major version. Times are ISO 8601 in UTC. Ids of exchanges are Message-IDs without angle brackets, or the UID of an event with
`/` and the start for an occurrence of a series.

This page is written from `plugin_backend/usecases/views.py`; a test fails where the two differ, and `make golden` writes it anew.
The rest is small: `acquaint settings` prints an object of names and values, `acquaint doctor` prints `findings` (sentences), `status`
and, where asked, `fingerprint`; `acquaint token make` prints `id` and `token`; `acquaint serve` and `acquaint demo` print `url`, as does
`acquaint connect google` before it waits.

| command | prints |
| --- | --- |
"""


def test_json_shapes_are_documented(golden: Callable[[Path, object], None]) -> None:
    """docs/json.md names every shape with every field, its type and its meaning."""
    golden(DOCUMENT, "".join(page()))


def test_map_names_every_module(golden: Callable[[Path, object], None]) -> None:
    """docs/map.md has a line for every module, with the sentence that the module says of itself."""
    before, _, rest = MAP.read_text(encoding="utf-8").partition(MAP_BEGIN)
    _, _, after = rest.partition(MAP_END)

    golden(MAP, "".join((before, MAP_BEGIN, *module_lines(), MAP_END, after)))


def test_every_module_says_what_it_is() -> None:
    """Every module that is shipped begins with a sentence."""
    silent = [str(path.relative_to(ROOT)) for path in shipped_modules() if not first_sentence(path).endswith((".", "?", "!"))]

    assert silent == []


def test_shapes_of_the_contract() -> None:
    """The fields that programs were promised are there."""
    person = {"person", "stage", "highest", "standing", "evidence", "counter_evidence", "would_move", "initiatives", "as_of", "verdict"}
    recipient = {"address", "person", "verdict", "stage", "standing", "reasons", "alternatives"}
    exchange = {"id", "at", "channel", "substances", "direction", "audience", "held", "evidence"}

    assert person <= set(views.SubjectView.model_fields)
    assert {"rule", "sentence", "exchanges", "at"} <= set(views.EvidenceView.model_fields)
    assert {"verdict", "recipients"} <= set(views.DraftVerdictView.model_fields)
    assert recipient <= set(views.RecipientVerdictView.model_fields)
    assert exchange <= set(views.ExchangeView.model_fields)


def shipped_modules() -> list[Path]:
    """Every module of the two packages; migrations speak for themselves."""
    found = [path for package in ("connectors", "plugin_backend") for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if "versions" not in path.parts)


def first_sentence(path: Path) -> str:
    """The first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def module_lines() -> Iterator[str]:
    """A table for each folder, in the order of their names."""
    folder = None
    for path in shipped_modules():
        if path.parent != folder:
            folder = path.parent
            yield f"\n### {folder.relative_to(ROOT)}\n\n| module | what it says of itself |\n| --- | --- |\n"
        name = path.name if path.name != "__init__.py" else "(the package)"
        yield f"| `{name}` | {first_sentence(path).replace('|', '&#124;')} |\n"
    yield "\n"


def page() -> Iterator[str]:
    """The whole document."""
    yield HEAD
    for command, shape, many in PRINTED:
        link = f"[{shape.__name__}](#{shape.__name__.lower()})"
        yield f"| `{command}` | {'a list of ' + link if many else link} |\n"
    for shape in shapes():
        yield f"\n## {shape.__name__}\n\n{getdoc(shape)}\n\n| field | type | meaning |\n| --- | --- | --- |\n"
        schema = shape.model_json_schema()
        for name, described in schema["properties"].items():
            yield f"| `{name}` | {type_of(described)} | {described.get('description', '')} |\n"


def shapes() -> list[type[BaseModel]]:
    """The shapes in the order in which they are written in the views."""
    found = [each for each in vars(views).values() if isinstance(each, type) and issubclass(each, views.View) and each is not views.View]
    return sorted(found, key=lambda each: list(vars(views)).index(each.__name__))


def type_of(described: dict[str, Any]) -> str:
    """A JSON schema's type in words."""
    if "$ref" in described:
        name = described["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in described:
        return " or ".join(type_of(each) for each in described["anyOf"])
    if "allOf" in described:
        return " and ".join(type_of(each) for each in described["allOf"])
    if described.get("type") == "array":
        return f"list of {type_of(described['items'])}" if "items" in described else "list"
    if described.get("type") == "object" and isinstance(described.get("additionalProperties"), dict):
        return f"object of {type_of(described['additionalProperties'])}"
    if described.get("format") == "date-time":
        return "time"
    return str(described.get("type", "any"))
