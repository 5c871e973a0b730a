"""What both manifests declare: the panes, the events, the places and the permissions. The one source of XML and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

from plugin_backend.web.outlook_addin import places

VERSION = "1.0.0.0"
"""Of the manifests: raised whenever what they declare changes, for administrators have to consent again to new events."""

NAME = "Acquaint"
NAME_IN_JSON = "Acquaint relationships"
"""The second manifest is another one to Outlook, with an id and a name of its own."""
SHORT = "Where each relationship stands, and a word before a cold e-mail."
LONG = (
    "Shows beside a message or an appointment where you stand with the people in it, with the exchanges that say so, and says a word "
    "before you send to somebody who does not know you yet. It advises and never forbids: every message can be sent."
)
PROVIDER = "Acquaint"
ACCENT = "#0F6B61"

PANES_NEED = "1.5"
EVENTS_NEED = "1.12"
"""Requirement sets of Mailbox: Outlook that has less shows the panes only, or nothing."""

XML_PERMISSION = "ReadWriteItem"
JSON_PERMISSION = "MailboxItem.ReadWrite.User"
"""The same one, in the words of each format: the verdict is kept in the session of the open item, and a recipient can be taken out."""

SCOPE = "access_as_user"
"""Of our own API. Nothing of Microsoft Graph is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """A button that opens the pane."""

    id: str
    extension_point: str
    context: str
    label: str
    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something Outlook tells us of, and the function of `launchevent.js` that hears it."""

    xml: str
    json: str
    action: str
    asks_before_sending: bool = False
    """Declared as `promptUser`: the word of the check can always be passed over. The stricter modes are never declared."""


PANES = (
    Pane(
        id="acquaintRead",
        extension_point="MessageReadCommandSurface",
        context="mailRead",
        label="Who is this",
        tip="Where you stand with the people of this message.",
    ),
    Pane(
        id="acquaintCompose",
        extension_point="MessageComposeCommandSurface",
        context="mailCompose",
        label="Check draft",
        tip="What to know before you send: a word for each recipient.",
    ),
    Pane(
        id="acquaintAttend",
        extension_point="AppointmentAttendeeCommandSurface",
        context="meetingDetailsAttendee",
        label="Brief",
        tip="What to know about the people of this appointment.",
    ),
    Pane(
        id="acquaintOrganize",
        extension_point="AppointmentOrganizerCommandSurface",
        context="meetingDetailsOrganizer",
        label="Brief",
        tip="What to know about the people you invite.",
    ),
)

EVENTS = (
    Event(xml="OnMessageSend", json="messageSending", action="onMessageSendHandler", asks_before_sending=True),
    Event(xml="OnMessageRecipientsChanged", json="messageRecipientsChanged", action="onMessageRecipientsChangedHandler"),
    Event(xml="OnAppointmentSend", json="appointmentSending", action="onAppointmentSendHandler", asks_before_sending=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One installation, as the manifests name it."""

    origin: str
    """https://host, without a path."""
    client_id: str = ""
    """Of the registration at Entra. Without one nobody can sign in, and the manifests ask for no sign-in."""

    def at(self, path: str) -> str:
        """The address of a place of ours."""
        return f"{self.origin}{path}"

    @property
    def host(self) -> str:
        """Host, with the port where there is one."""
        return urlsplit(self.origin).netloc

    @property
    def resource(self) -> str:
        """What our API is called at Entra."""
        return f"api://{self.host}/{self.client_id}"

    @property
    def xml_id(self) -> UUID:
        """Of the XML manifest: the same for the same host, another for another."""
        return uuid5(NAMESPACE_URL, self.at(f"{places.ROOT}/manifest.xml"))

    @property
    def json_id(self) -> UUID:
        """Of the JSON manifest."""
        return uuid5(NAMESPACE_URL, self.at(f"{places.ROOT}/manifest.json"))
