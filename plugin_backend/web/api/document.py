"""The OpenAPI 3.1 document: what APIFlask reads from the code, with names, answers and identities put in order."""

from __future__ import annotations

from typing import Any

from plugin_backend.web.api.schemas import Problem
from plugin_backend.web.identity import CSRF_HEADER, Policy, policy_of

DOCUMENT = "acquaint.openapi"
"""The extension under which an application keeps the maker of its document."""

SCHEMAS = "#/components/schemas/"

DESCRIPTION = f"""Acquaint shows where each business relationship stands, from the traces that mail and calendars leave, with the evidence.

Every route but `health` needs a bearer token (`acquaint token make NAME`) or the session of the sidebar. With a session, whatever is not
GET needs the header `{CSRF_HEADER}` as well. Fields are added, never renamed or removed, within one major version; times are UTC.
Every failure is a problem document (RFC 9457)."""

SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token made by `acquaint token make NAME`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "acquaint_session_8765",
        "description": "The sidebar's session; the number is the port. Over HTTPS it is called `__Host-acquaint_session`.",
    },
}

FAILURES = {
    "400": "The request could not be read.",
    "401": "No token and no session, or one that does not hold.",
    "403": "A session without its CSRF token, or a request from another site.",
    "404": "There is no such thing in your ledger.",
    "413": "More than one megabyte.",
    "415": "The body is not application/json.",
    "422": "The request has not the documented shape, or makes no sense.",
}


def put_in_order(document: dict[Any, Any]) -> dict[Any, Any]:
    """The document as it is served: one name per shape, one shape per failure, and for every operation who may use it."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    schemas.pop("HTTPError", None)
    schemas.pop("ValidationError", None)
    _name_once(document)
    schemas = document["components"]["schemas"]
    schemas.update(_own_schema(Problem.model_json_schema(ref_template=SCHEMAS + "{model}")))
    document["components"]["responses"] = {f"Problem{status}": _failure(text) for status, text in FAILURES.items()}
    for path in document["paths"].values():
        for method, operation in path.items():
            _tell_failures(method, operation)
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
            if policy_of(f"api.{operation['operationId']}") is Policy.PUBLIC:
                operation["security"] = []
    document["security"] = [{name: []} for name in SECURITY_SCHEMES]
    return document


def _name_once(document: dict[str, Any]) -> None:
    """Nested shapes come as ``Parent.Shape`` once per parent, all alike: keep one ``Shape``."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    document["components"]["schemas"] = {name.rpartition(".")[2]: shape for name, shape in sorted(schemas.items())}
    _rename_references(document)


def _rename_references(node: Any) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str) and node["$ref"].startswith(SCHEMAS):
            node["$ref"] = SCHEMAS + node["$ref"].removeprefix(SCHEMAS).rpartition(".")[2]
        for child in node.values():
            _rename_references(child)
    elif isinstance(node, list):
        for child in node:
            _rename_references(child)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out: a query has no null, and nothing is the default of what is not sent."""
    if "anyOf" not in schema:
        return schema
    kept = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    (given,) = (each for each in schema["anyOf"] if each != {"type": "null"})
    return {**given, **kept}


def _own_schema(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema.pop("$defs", {}), schema["title"]: schema}


def _failure(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/problem+json": {"schema": {"$ref": f"{SCHEMAS}Problem"}}}}


def _tell_failures(method: str, operation: dict[str, Any]) -> None:
    answers = {status: answer for status, answer in operation["responses"].items() if not status.startswith(("4", "5"))}
    told = {"400", "401"}
    if operation.get("parameters") or "requestBody" in operation:
        told.add("422")
    if "requestBody" in operation:
        told |= {"413", "415"}
    if method != "get":
        told.add("403")
    if operation.get("x-may-miss"):
        told.add("404")
    operation.pop("x-may-miss", None)
    operation["responses"] = answers | {status: {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(told)}
