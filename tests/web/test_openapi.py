"""The OpenAPI document is true: valid, complete, and what the answers look like."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.web.conftest import Program

ROOT = "/api/v1"


@pytest.fixture
def document(program: Program) -> dict[str, Any]:
    found: dict[str, Any] = program.get("/openapi.json").get_json()
    return found


def test_it_is_valid(document: dict[str, Any]) -> None:
    """By the validator of the OpenAPI 3.1 schema."""
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_it_has_every_route_and_no_other(document: dict[str, Any], app: Flask) -> None:
    """What is served is documented, what is documented is served."""
    served = {
        (re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(ROOT)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    documented = {(path, method) for path, operations in document["paths"].items() for method in operations}

    assert documented == served


def test_every_operation_has_a_name_of_its_own_and_says_who_may_use_it(document: dict[str, Any]) -> None:
    """Programs that are generated from it need both."""
    operations = [operation for path in document["paths"].values() for operation in path.values()]

    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in operations)
    assert document["security"] == [{"bearer": []}, {"session": []}]
    assert [operation["operationId"] for operation in operations if "security" in operation] == ["health"]


def test_each_shape_is_there_once_and_every_reference_leads_to_one(document: dict[str, Any]) -> None:
    """`EvidenceView`, not `SubjectView.EvidenceView` and six more."""
    names = set(document["components"]["schemas"])
    references = set(re.findall(r"#/components/schemas/([^\"']+)", str(document)))

    assert references == names
    assert not [name for name in names if "." in name]


def test_bodies_have_examples_that_fit(document: dict[str, Any]) -> None:
    """An example that is refused would teach the wrong thing."""
    for path in document["paths"].values():
        for operation in path.values():
            if "requestBody" not in operation:
                continue
            content = operation["requestBody"]["content"]["application/json"]
            examples = [each["value"] for each in content.get("examples", {}).values()] or [content["example"]]
            for example in examples:
                fits(example, content["schema"], document)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/people", {}),
        ("/people", {"stage": "recognition", "limit": "2"}),
        ("/people/{who}", {}),
        ("/exchanges", {"limit": "500"}),
        ("/meetings", {}),
        ("/briefs/next", {}),
        ("/corrections", {}),
        ("/status", {}),
        ("/health", {}),
    ],
)
def test_answers_look_as_documented(program: Program, document: dict[str, Any], path: str, query: dict[str, str]) -> None:
    """Checked against the document's own schema."""
    somebody = program.get("/people").get_json()["people"][0]["person"]["id"]

    answer = program.get(path.replace("{who}", somebody), **query)

    assert answer.status_code == 200
    fits(answer.get_json(), document["paths"][ROOT + path]["get"]["responses"]["200"]["content"]["application/json"]["schema"], document)


def test_failures_look_as_documented(program: Program, document: dict[str, Any]) -> None:
    """The problem shape, with fields and without."""
    schema = {"$ref": "#/components/schemas/Problem"}

    for answer in (program.get("/people", limit="x"), program.get("/people/nobody"), program.get("/nowhere")):
        fits(answer.get_json(), schema, document)


def test_the_document_is_not_for_everybody(anonymous: FlaskClient) -> None:
    """Every route but health and the login needs a token or a session."""
    assert anonymous.get(f"{ROOT}/openapi.json").status_code == 401


def fits(found: Any, schema: dict[str, Any], document: dict[str, Any]) -> None:
    """Validate a value by a schema of the document."""
    OAS31Validator({**schema, "components": document["components"]}).validate(found)
