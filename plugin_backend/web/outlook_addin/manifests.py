"""The two manifests, rendered for a host: XML for every Outlook, JSON for new and classic Outlook on Windows and the web."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from plugin_backend.web.outlook_addin import declared, places
from plugin_backend.web.outlook_addin.declared import EVENTS, EVENTS_NEED, PANES, PANES_NEED, Served

JSON_SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.19/MicrosoftTeams.schema.json"
JSON_VERSION = "1.19"
XML_ICONS = (16, 32, 80)
STORE_ICON, LARGE_STORE_ICON = 64, 128
COLOUR_ICON, OUTLINE_ICON = "color.png", "outline.png"
"""Files that lie beside the JSON manifest in its package."""

EVENTS_RUNTIME, PANE_RUNTIME = "acquaintEvents", "acquaintPane"
GROUP = "acquaint"

_templates = Environment(
    loader=PackageLoader("plugin_backend.web.outlook_addin"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def xml_manifest(served: Served) -> str:
    """The add-in-only manifest."""
    return _templates.get_template("outlook/manifest.xml").render(
        served=served, declared=declared, places=places, icons=XML_ICONS, store_icon=STORE_ICON, large_store_icon=LARGE_STORE_ICON
    )


def json_manifest(served: Served) -> dict[str, Any]:
    """The unified manifest. Where both are installed, it takes the place of the XML one."""
    found: dict[str, Any] = {
        "$schema": JSON_SCHEMA,
        "manifestVersion": JSON_VERSION,
        "id": str(served.json_id),
        "version": declared.VERSION.removesuffix(".0"),
        "name": {"short": declared.NAME_IN_JSON, "full": declared.NAME_IN_JSON},
        "description": {"short": declared.SHORT, "full": declared.LONG},
        "developer": {
            "name": declared.PROVIDER,
            "websiteUrl": served.at(places.ABOUT),
            "privacyUrl": served.at(f"{places.ABOUT}#privacy"),
            "termsOfUseUrl": served.at(f"{places.ABOUT}#terms"),
        },
        "icons": {"color": COLOUR_ICON, "outline": OUTLINE_ICON},
        "accentColor": declared.ACCENT,
        "localizationInfo": {"defaultLanguageTag": "en-us"},
        "validDomains": [served.host],
        "authorization": {"permissions": {"resourceSpecific": [{"name": declared.JSON_PERMISSION, "type": "Delegated"}]}},
        "extensions": [
            {
                "requirements": _needs(PANES_NEED),
                "runtimes": [_pane_runtime(served), _events_runtime(served)],
                "ribbons": [_ribbon(served, pane) for pane in PANES],
                "autoRunEvents": [{"requirements": _needs(EVENTS_NEED), "events": [_event(event) for event in EVENTS]}],
                "alternates": [{"hide": {"customOfficeAddin": {"officeAddinId": str(served.xml_id)}}}],
            }
        ],
    }
    if served.client_id:
        found["webApplicationInfo"] = {"id": served.client_id, "resource": served.resource}
    return found


def _needs(version: str) -> dict[str, Any]:
    return {"scopes": ["mail"], "capabilities": [{"name": "Mailbox", "minVersion": version}]}


def _pane_runtime(served: Served) -> dict[str, Any]:
    actions = [{"id": f"open{pane.id[:1].upper()}{pane.id[1:]}", "type": "openPage", "view": "pane", "pinnable": False} for pane in PANES]
    return {
        "id": PANE_RUNTIME,
        "requirements": _needs(PANES_NEED),
        "type": "general",
        "lifetime": "short",
        "code": {"page": served.at(places.PANE)},
        "actions": actions,
    }


def _events_runtime(served: Served) -> dict[str, Any]:
    return {
        "id": EVENTS_RUNTIME,
        "requirements": _needs(EVENTS_NEED),
        "type": "general",
        "lifetime": "short",
        "code": {"page": served.at(places.EVENTS_PAGE), "script": served.at(places.EVENT_CODE)},
        "actions": [{"id": event.action, "type": "executeFunction"} for event in EVENTS],
    }


def _event(event: declared.Event) -> dict[str, Any]:
    found: dict[str, Any] = {"type": event.json, "actionId": event.action}
    return found | {"options": {"sendMode": "promptUser"}} if event.asks_before_sending else found


def _ribbon(served: Served, pane: declared.Pane) -> dict[str, Any]:
    icons = [{"size": size, "url": served.at(places.icon(size))} for size in XML_ICONS]
    button = {
        "id": pane.id,
        "type": "button",
        "label": pane.label,
        "icons": icons,
        "supertip": {"title": pane.label, "description": pane.tip},
        "actionId": f"open{pane.id[:1].upper()}{pane.id[1:]}",
    }
    group = {"id": f"{GROUP}{pane.id}", "label": declared.NAME, "icons": icons, "controls": [button]}
    return {"contexts": [pane.context], "tabs": [{"builtInTabId": "TabDefault", "groups": [group]}]}
