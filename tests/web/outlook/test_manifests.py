"""What Outlook reads about us: two manifests from one source, and everything they name is there."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from plugin_backend.app import create_app
from plugin_backend.cli import cli
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.web.outlook_addin import places
from plugin_backend.web.outlook_addin.declared import EVENTS, JSON_PERMISSION, NAME, NAME_IN_JSON, PANES, SCOPE, XML_PERMISSION, Served
from plugin_backend.web.outlook_addin.manifests import json_manifest, xml_manifest
from tests.web.conftest import Clock
from tests.web.outlook import entra
from tests.web.outlook.mail_manifest import APP, BASIC, TYPE, V11, faults, parsed
from tests.web.outlook.tools import FILES, ROOT, tool

EXAMPLE = Served(origin="https://acquaint.example.org", client_id="00000000-0000-4000-8000-000000000000")
FOLDER = ROOT / "manifests" / "outlook_addin"
LARGEST = 256 * 1024
LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_BUTTON = 30, 80, 64


def everything_in(node: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, however deep."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from everything_in(value)
    elif isinstance(node, list):
        for each in node:
            yield from everything_in(each)


def addresses_of(served: Served) -> set[str]:
    """Every address of ours in both manifests."""
    found = re.findall(r'DefaultValue="(https://[^"]+)"', xml_manifest(served))
    found += [value for _, value in everything_in(json_manifest(served)) if isinstance(value, str) and value.startswith(served.origin)]
    return {each.partition("#")[0] for each in found}


@pytest.fixture
def published(database: Database, clock: Clock) -> FlaskClient:
    """The installation of the example, behind its proxy."""
    app = create_app(Settings(public_url=EXAMPLE.origin), database=database, now=clock, zone=UTC, entra=entra.api())
    return app.test_client()


def test_the_examples_are_what_is_rendered(golden: Callable[[Path, object], None]) -> None:
    """The manifests in the folder are those of an example host, made from the one source."""
    golden(FOLDER / "manifest.xml", xml_manifest(EXAMPLE))
    golden(FOLDER / "manifest.json", json.dumps(json_manifest(EXAMPLE), indent=2) + "\n")


@pytest.mark.parametrize("client", [EXAMPLE.client_id, ""], ids=["registered", "not registered"])
def test_the_xml_manifest_has_no_fault(client: str) -> None:
    """Order, references, events, icons and addresses; whether or not anybody can sign in yet."""
    assert faults(xml_manifest(Served(origin=EXAMPLE.origin, client_id=client))) == []


def test_the_check_of_the_xml_manifest_can_fail() -> None:
    """Each of the things it looks for is found where it is wrong."""
    good = xml_manifest(EXAMPLE)
    spoiled = {
        "comes too late": good.replace("<Version>1.0.0.0</Version>", "").replace("<Hosts>", "<Version>1</Version><Hosts>", 1),
        "nothing is called": good.replace('resid="Pane.Url"', 'resid="Nowhere"', 1),
        "there is no event": good.replace('Type="OnMessageSend"', 'Type="OnSend"'),
        "the send mode": good.replace(' SendMode="PromptUser"', "", 1),
        "in no runtime": good.replace('<Runtime resid="Events.Page">', '<Runtime resid="Events.Code">'),
        "icons of": good.replace('<bt:Image size="80" resid="Icon.80"/>', "", 1),
        "is not https": good.replace('id="Pane.Url" DefaultValue="https', 'id="Pane.Url" DefaultValue="http', 1),
    }

    assert [fault for fault, text in spoiled.items() if not any(fault in found for found in faults(text))] == []


@pytest.mark.parametrize("client", [EXAMPLE.client_id, ""], ids=["registered", "not registered"])
def test_microsoft_s_validator_takes_the_json_manifest(tmp_path: Path, client: str) -> None:
    """`office-addin-manifest validate`, with the schemas that it brings."""
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(json_manifest(Served(origin=EXAMPLE.origin, client_id=client))), encoding="utf-8")

    validated = tool("office-addin-manifest", "cli.js", "validate", path)

    assert (validated.returncode, validated.stdout + validated.stderr) == (0, "")


def test_microsoft_s_validator_can_refuse(tmp_path: Path) -> None:
    """It is really asked: a mode that there is not is refused."""
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(json_manifest(EXAMPLE)).replace("promptUser", "forbid"), encoding="utf-8")

    assert tool("office-addin-manifest", "cli.js", "validate", path).returncode != 0


def test_every_action_is_in_the_code() -> None:
    """What the manifests call is associated in the code of the events, and nothing else is."""
    code = (FILES / "launchevent.js").read_text(encoding="utf-8")
    associated = re.findall(r'Office\.actions\.associate\("(\w+)", (\w+)\)', code)
    root = parsed(xml_manifest(EXAMPLE))
    in_json = {value for key, value in everything_in(json_manifest(EXAMPLE)["extensions"][0]["autoRunEvents"]) if key == "actionId"}

    assert all(name == function and f"function {function}(event)" in code for name, function in associated)
    assert {name for name, _ in associated} == {event.action for event in EVENTS}
    assert {each.get("FunctionName") for each in root.iter(f"{V11}LaunchEvent")} == {event.action for event in EVENTS} == in_json


def test_every_command_and_icon_of_the_code_is_in_the_manifests() -> None:
    """The button that a dialog or a notice opens is the pane's, and the icon that a notice shows is a resource."""
    code = (FILES / "launchevent.js").read_text(encoding="utf-8")
    named = set(re.findall(r'const (?:MESSAGE|APPOINTMENT)_PANE = "(\w+)"', code))
    icon = re.search(r'const ICON = "([\w.]+)"', code)
    root = parsed(xml_manifest(EXAMPLE))
    buttons = {each.get("id") for each in root.iter(f"{V11}Control")}
    ribbons = {control["id"] for _, group in everything_in(json_manifest(EXAMPLE)) if isinstance(group, list) for control in group
               if isinstance(control, dict) and control.get("type") == "button"}  # fmt: skip

    assert len(named) == 2
    assert named <= buttons == ribbons == {pane.id for pane in PANES}
    assert icon is not None
    assert icon[1] in {each.get("id") for each in root.iter(f"{BASIC}Image")}


def test_every_action_of_a_button_is_one_of_a_runtime() -> None:
    """In the JSON manifest both are names, and the validator does not compare them."""
    (extension,) = json_manifest(EXAMPLE)["extensions"]
    actions = {action["id"] for runtime in extension["runtimes"] for action in runtime["actions"]}
    called = {value for key, value in everything_in([extension["ribbons"], extension["autoRunEvents"]]) if key == "actionId"}

    assert called == actions


def test_every_address_answers(published: FlaskClient) -> None:
    """Pages, code and icons that the manifests name are there, and Outlook may keep the icons."""
    for address in addresses_of(EXAMPLE):
        with published.get(address.removeprefix(EXAMPLE.origin), base_url=EXAMPLE.origin) as answer:
            assert answer.status_code in ((302, 401) if address == EXAMPLE.origin else (200,)), address
            if address.endswith(".png"):
                assert answer.headers["Cache-Control"] == "public, max-age=3600"
                assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_code_knows_where_it_is_served(published: FlaskClient) -> None:
    """Classic Outlook runs it without a page: its calls go to a whole address, and it is allowed to ask for our token."""
    code = published.get(places.EVENT_CODE, base_url=EXAMPLE.origin)
    allowed = published.get(places.MAY_CALL, base_url=EXAMPLE.origin)

    assert f'const SERVICE = "{EXAMPLE.origin}";' in code.get_data(as_text=True)
    assert "acquaint.invalid" not in code.get_data(as_text=True)
    assert code.mimetype == "text/javascript"
    assert allowed.get_json() == {"allowed": [EXAMPLE.at(places.EVENT_CODE)]}


def test_only_the_mail_programs_may_hold_the_pane(published: FlaskClient) -> None:
    """In a frame of Outlook on the web and of nobody else; scripts only from us and from Microsoft, none inline."""
    framed = {path: published.get(path, base_url=EXAMPLE.origin).headers["Content-Security-Policy"] for path in (places.PANE, "/login")}
    policy = framed[places.PANE]

    assert policy.endswith(
        "frame-ancestors https://outlook.office.com https://outlook.office365.com https://outlook.live.com https://outlook.cloud.microsoft"
    )
    assert "script-src 'self' https://appsforoffice.microsoft.com https://ajax.aspnetcdn.com;" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in framed["/login"]


def test_previews_are_not_there_unless_asked_for(app: Flask) -> None:
    """They hold our pages in frames of ours: the settings have to say so."""
    assert app.test_client().get("/preview/outlook/write").status_code == 404


def test_the_permissions_are_the_documented_ones() -> None:
    """The least that the pane can do with, once in each format's words; nothing of Microsoft Graph."""
    unified = json_manifest(EXAMPLE)
    readme = (ROOT / "manifests" / "README.md").read_text(encoding="utf-8")
    root = parsed(xml_manifest(EXAMPLE))

    asked = {each["name"] for each in unified["authorization"]["permissions"]["resourceSpecific"]}
    assert asked == {JSON_PERMISSION}
    assert [each.text for each in root.iter(f"{APP}Permissions")] == [XML_PERMISSION]
    assert all(f"`{each}`" in readme for each in (JSON_PERMISSION, XML_PERMISSION, SCOPE))
    assert {each.text for each in root.iter(f"{V11}Scope")} == {"openid", "profile"}


def test_sending_can_always_be_gone_on_with() -> None:
    """Every event before sending is declared as one that asks; the modes that hold a message back are nowhere."""
    root = parsed(xml_manifest(EXAMPLE))
    modes = {each.get("SendMode") for each in root.iter(f"{V11}LaunchEvent")} - {None}
    in_json = {value for key, value in everything_in(json_manifest(EXAMPLE)) if key == "sendMode"}

    assert (modes, in_json) == ({"PromptUser"}, {"promptUser"})


def test_names_are_short_and_sizes_small() -> None:
    """As the formats demand, and without a company's name or the word add-in in them."""
    unified = json_manifest(EXAMPLE)

    assert max(len(NAME), len(NAME_IN_JSON)) <= LONGEST_NAME
    assert len(unified["description"]["short"]) <= LONGEST_DESCRIPTION
    assert all(len(pane.label) <= LONGEST_BUTTON for pane in PANES)
    assert not re.search("add-?in|microsoft|outlook", f"{NAME} {NAME_IN_JSON}", re.IGNORECASE)
    assert max(len(xml_manifest(EXAMPLE)), len(json.dumps(unified))) < LARGEST


def test_the_two_are_different_to_outlook_and_the_same_for_a_host() -> None:
    """Each with an id of its own that stays; the JSON one takes the place of the XML one where both are installed."""
    again, elsewhere = Served(origin=EXAMPLE.origin), Served(origin="https://other.example")
    (extension,) = json_manifest(EXAMPLE)["extensions"]

    assert len({EXAMPLE.xml_id, EXAMPLE.json_id, elsewhere.xml_id, elsewhere.json_id}) == 4
    assert (again.xml_id, again.json_id) == (EXAMPLE.xml_id, EXAMPLE.json_id)
    assert extension["alternates"] == [{"hide": {"customOfficeAddin": {"officeAddinId": str(EXAMPLE.xml_id)}}}]
    assert parsed(xml_manifest(EXAMPLE)).get(TYPE) == "MailApp"


def test_the_command_writes_them(tmp_path: Path) -> None:
    """Both manifests and the package, rendered for the host that was given."""
    arguments = ["manifest", "outlook", "--base-url", "https://Acquaint.Example.org/", "--client-id", EXAMPLE.client_id]

    ran = CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path), "--json"])

    assert ran.exit_code == 0, ran.output
    written = json.loads(ran.stdout)
    assert Path(written["xml"]).read_text(encoding="utf-8") == xml_manifest(EXAMPLE)
    with zipfile.ZipFile(written["package"]) as package:
        assert sorted(package.namelist()) == ["color.png", "manifest.json", "outline.png"]
        assert json.loads(package.read("manifest.json")) == json_manifest(EXAMPLE)


@pytest.mark.parametrize("address", ["http://acquaint.example", "https://a.example/path", "acquaint.example", "https://u@a.example", "https://"])
def test_the_command_refuses_what_outlook_would_not_load(tmp_path: Path, address: str) -> None:
    """Only https, and only a host."""
    ran = CliRunner().invoke(cli, ["manifest", "outlook", "--base-url", address, "--out", str(tmp_path)])

    assert ran.exit_code == 2
    assert list(tmp_path.iterdir()) == []
