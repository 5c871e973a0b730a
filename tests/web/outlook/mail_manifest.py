"""What can be said of an XML mail manifest without Microsoft's validator, which is a service: its order, references and limits.

There is no schema to be had; the order is the one of https://learn.microsoft.com/office/dev/add-ins/develop/manifest-element-ordering and
the rest is from the reference pages of the elements.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

APP = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
V10 = "{http://schemas.microsoft.com/office/mailappversionoverrides}"
V11 = "{http://schemas.microsoft.com/office/mailappversionoverrides/1.1}"
BASIC = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

ORDER = {
    "OfficeApp": (
        "Id AlternateId Version ProviderName DefaultLocale DisplayName Description IconUrl HighResolutionIconUrl SupportUrl AppDomains "
        "Hosts Requirements FormSettings Permissions Rule DisableEntityHighlighting VersionOverrides"
    ).split(),
    "VersionOverrides": (
        "Description Requirements Hosts Resources VersionOverrides WebApplicationInfo EquivalentAddins ConnectedServiceControls "
        "ExtendedPermissions"
    ).split(),
    "Host": "Runtimes DesktopFormFactor TabletFormFactor MobileFormFactor".split(),
    "DesktopFormFactor": "SupportsSharedFolders FunctionFile ExtensionPoint".split(),
    "Control": "Label Supertip Icon Action".split(),
}
EVENTS = frozenset(
    (
        "OnNewMessageCompose OnNewAppointmentOrganizer OnMessageAttachmentsChanged OnAppointmentAttachmentsChanged "
        "OnMessageRecipientsChanged OnAppointmentAttendeesChanged OnAppointmentTimeChanged OnAppointmentRecurrenceChanged "
        "OnInfoBarDismissClicked OnMessageSend OnAppointmentSend OnMessageCompose OnAppointmentOrganizer OnMessageFromChanged "
        "OnAppointmentFromChanged OnSensitivityLabelChanged OnMessageDecrypt"
    ).split()
)
ON_SEND = frozenset({"OnMessageSend", "OnAppointmentSend"})
LONGEST_RESOURCE_ID, LONGEST_SHORT, LONGEST_LONG = 32, 125, 250
ICON_SIZES = {"16", "32", "80"}


def parsed(text: str) -> etree._Element:
    """The manifest, read as one reads what others wrote."""
    return etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))


def faults(text: str) -> list[str]:
    """What is wrong with a manifest; nothing where it is as far as can be told right."""
    root = parsed(text)
    if root.tag != f"{APP}OfficeApp" or root.get(TYPE) != "MailApp":
        return ["the root is no MailApp"]
    return [*_of_order(root), *_of_overrides(root), *_of_events(root), *_of_addresses(root)]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _of_order(root: etree._Element) -> Iterator[str]:
    for element in root.iter(f"{APP}OfficeApp", f"{V10}*", f"{V11}*"):
        allowed = ORDER.get(_name(element))
        if allowed is None:
            continue
        last = -1
        for child in element:
            if _name(child) not in allowed:
                yield f"{_name(element)} has no {_name(child)}"
                continue
            place = allowed.index(_name(child))
            if place < last:
                yield f"{_name(child)} comes too late in {_name(element)}"
            last = max(last, place)


def _of_overrides(root: etree._Element) -> Iterator[str]:
    for overrides in root.iter(f"{V10}VersionOverrides", f"{V11}VersionOverrides"):
        (resources,) = (child for child in overrides if _name(child) == "Resources")
        known = {each.get("id") for each in resources.iter() if each.get("id")}
        for each in overrides.iter():
            if each.get("resid") and each.get("resid") not in known:
                yield f"nothing is called {each.get('resid')}"
        yield from (f"{each} is too long an id" for each in known if each and len(each) > LONGEST_RESOURCE_ID)
        for kind, longest in (("ShortStrings", LONGEST_SHORT), ("LongStrings", LONGEST_LONG)):
            for text in resources.iterfind(f"{BASIC}{kind}/{BASIC}String"):
                if len(text.get("DefaultValue", "")) > longest:
                    yield f"{text.get('id')} is too long a text"


def _of_events(root: etree._Element) -> Iterator[str]:
    runtimes = {each.get("resid") for each in root.iter(f"{V11}Runtime")}
    for event in root.iter(f"{V11}LaunchEvent"):
        if event.get("Type") not in EVENTS:
            yield f"there is no event {event.get('Type')}"
        if (event.get("SendMode") is not None) != (event.get("Type") in ON_SEND):
            yield f"the send mode of {event.get('Type')}"
    for point in root.iter(f"{V11}ExtensionPoint"):
        if point.get(TYPE) == "LaunchEvent":
            source = point.find(f"{V11}SourceLocation")
            if source is None or source.get("resid") not in runtimes:
                yield "the events run in no runtime"
    for icon in root.iter(f"{V10}Icon", f"{V11}Icon"):
        sizes = {each.get("size") for each in icon}
        if not sizes >= ICON_SIZES:
            yield f"icons of {sorted(map(str, sizes))}"


def _of_addresses(root: etree._Element) -> Iterator[str]:
    for each in root.iter(f"{BASIC}Url", f"{BASIC}Image", f"{APP}SourceLocation", f"{APP}IconUrl", f"{APP}SupportUrl"):
        address = each.get("DefaultValue")
        if address is not None and not address.startswith("https://"):
            yield f"{address} is not https"
