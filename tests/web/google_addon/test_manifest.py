"""The deployment manifest: what Google reads of us is what the code does and the documentation says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from flask import Flask
from google.cloud.gsuiteaddons_v1 import Deployment
from google.protobuf import json_format

from plugin_backend.cli import cli
from plugin_backend.web.google_addon.functions import NEEDED, SCOPES
from plugin_backend.web.google_addon.manifest import LOGO, UnusableBaseUrl, deployment
from plugin_backend.web.google_addon.routes import TRIGGERS
from tests.web.google_addon.conftest import BASE, everything_in

ROOT = Path(__file__).resolve().parents[3]
NOT_IN_THE_PROTO = ("granularOauthPermissionSupport",)
"""Documented, and used in Google's own samples, but not in the published proto."""


def functions_of(manifest: dict[str, Any]) -> set[str]:
    """Every address that Google is told to call."""
    return {value for key, value in everything_in(manifest) if key in ("runFunction", "onTriggerFunction")}


def test_it_fits_googles_proto() -> None:
    """Every field is one that Google knows."""
    manifest = deployment(BASE)
    for name in NOT_IN_THE_PROTO:
        del manifest["addOns"]["httpOptions"][name]

    json_format.ParseDict(manifest, Deployment.pb(Deployment()))


def test_it_is_the_one_in_the_repository(golden: Callable[[Path, object], None]) -> None:
    """manifests/google_addon/deployment.json is what the command prints for the example address."""
    printed = CliRunner().invoke(cli, ["manifest", "google", "--base-url", f"{BASE}/"])

    assert printed.exit_code == 0
    golden(ROOT / "manifests/google_addon/deployment.json", printed.stdout)
    assert json.loads(printed.stdout) == deployment(BASE)


def test_every_function_is_a_route(app: Flask) -> None:
    """What Google is told to call is answered there, by POST and nothing else."""
    routes = {rule.rule: rule.methods for rule in app.url_map.iter_rules() if rule.endpoint.startswith("google_addon.")}

    for url in functions_of(deployment(BASE)):
        assert routes[urlsplit(url).path] == {"POST", "OPTIONS"}
    assert functions_of(deployment(BASE)) == {each.url(BASE) for each in TRIGGERS}


def test_scopes_are_the_same_everywhere() -> None:
    """Manifest, code and documentation name the same scopes, each with its reason."""
    documented = re.findall(r"^\| `([^`]+)` \| \S.* \|$", (ROOT / "docs/gmail-addon.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert deployment(BASE)["oauthScopes"] == list(SCOPES)
    assert sorted(each for each in documented if each == "openid" or each.startswith("https://")) == sorted(SCOPES)
    assert set().union(*NEEDED.values()) <= set(SCOPES)


def test_one_compose_action_and_no_more_access_than_needed() -> None:
    """Of a draft the recipients, of an event what is in it: never the words of a draft."""
    add_ons = deployment(BASE)["addOns"]

    assert len(add_ons["gmail"]["composeTrigger"]["actions"]) == 1
    assert add_ons["gmail"]["composeTrigger"]["draftAccess"] == "METADATA"
    assert add_ons["calendar"]["currentEventAccess"] == "READ"
    assert add_ons["httpOptions"]["authorizationHeader"] == "SYSTEM_ID_TOKEN"


def test_the_name_keeps_to_the_style_guide() -> None:
    """At most 15 characters, without Google's own names."""
    name = deployment(BASE)["addOns"]["common"]["name"]

    assert len(name) <= 15
    assert not re.search(r"google|gmail|add-?on", name, re.IGNORECASE)


def test_prefixes_are_https_with_a_path() -> None:
    """Links lead only to pages of ours."""
    for prefix in deployment(BASE)["addOns"]["common"]["openLinkUrlPrefixes"]:
        parts = urlsplit(prefix)
        assert (parts.scheme, parts.hostname) == ("https", urlsplit(BASE).hostname)
        assert len(parts.path) > 1


def test_the_logo_is_there_for_its_host(app: Flask) -> None:
    """Its sign may be shown by pages of others; nothing else of ours may."""
    client = app.test_client()

    logo, other = (client.get(path, base_url=BASE) for path in (LOGO, "/static/icon.svg"))

    with logo, other:
        assert (logo.status_code, logo.mimetype) == (200, "image/png")
        assert logo.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert other.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "url", ["", "http://a.example", "a.example", "https://", "https://a.example/x", "https://a.example:444", "https://u@a.example", "https://[x"]
)
def test_an_address_that_cannot_be_used(url: str) -> None:
    """Google calls https only; and the address is an audience, so it is a host and nothing else."""
    with pytest.raises(UnusableBaseUrl):
        deployment(url)
    assert CliRunner().invoke(cli, ["manifest", "google", "--base-url", url]).exit_code == 2
