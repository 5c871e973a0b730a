"""What the errors of Microsoft's sign-in mean: whom they are about, and what to do, in words.

Microsoft's own advice is to go by the error and its number (AADSTS...), never by the text, which changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.base import ConnectorError, NeedsReconnecting, TemporarilyUnavailable
from connectors.oauth import ClientRefused, Refusal

SILENT = "Microsoft does not answer. Try again later."
CLIENT_REFUSED = (
    "Microsoft does not accept this installation's client id or secret; a secret ends after two years at the latest. Look at "
    "ACQUAINT_MS_CLIENT_ID and ACQUAINT_MS_CLIENT_SECRET; docs/microsoft.md says where they come from."
)
NO_CODES = (
    "Microsoft shows codes to public clients only: set Allow public client flows to Yes in your app registration "
    "(docs/microsoft.md), or connect without --device-code."
)
ENDED_BY_CHANGE = "Microsoft has ended the connection, because the password was changed or its sessions were ended. Connect again."
ENDED_BY_SIGN_IN = "Your organisation asks you to sign in to Microsoft again, perhaps with a second factor. Connect again."
ENDED_BY_ORGANISATION = (
    "Your organisation does not let this program read your account any more. Its administrator can allow it; then connect again."
)
ENDED_BY_REMOVAL = "The consent was taken back, by you or by your organisation. Connect again, if you want to."
ENDED_BY_DISUSE = "Microsoft has ended the connection, because it was not used for 90 days. Connect again."
ENDED_WITH_THE_ACCOUNT = "Microsoft says that this account is locked, disabled or gone. Ask your administrator."
ENDED = (
    "Microsoft has ended the connection. Most likely you changed your password, removed Acquaint in your Microsoft account, or it was "
    "not used for 90 days. Connect again."
)

_OF_OURS = frozenset(
    {"invalid_client", "unauthorized_client", "invalid_scope", "invalid_resource", "unsupported_grant_type", "redirect_uri_mismatch"}
)
_OF_OURS_BY_NUMBER = frozenset({50011, 50194, 500112, 500113, 700016, 700025, 7000215, 7000218, 7000222, 9002325, 9002326, 9002327})
"""Redirect address not registered, registration for one tenant only, unknown or expired client or secret, wrong kind of client."""

_PUBLIC_CLIENT_ONLY = 7000218

_OF_PERSON = frozenset({"access_denied", "consent_required", "interaction_required", "login_required", "authorization_declined"})
_OF_ORGANISATION = frozenset(
    {50020, 50105, 53000, 53001, 53002, 53003, 53004, 53011, 90093, 90094, 90095, 135011, 530003, 530004, 530034, 530035}
)
"""Not assigned to the program, blocked by a policy of access, or only an administrator may consent."""

_CAUSES: Mapping[int, str] = {
    **dict.fromkeys(_OF_ORGANISATION, ENDED_BY_ORGANISATION),
    **dict.fromkeys((50133, 50173), ENDED_BY_CHANGE),
    **dict.fromkeys((50072, 50074, 50076, 50078, 50079, 50097, 50158, 70043, 70044), ENDED_BY_SIGN_IN),
    **dict.fromkeys((65001, 65004), ENDED_BY_REMOVAL),
    **dict.fromkeys((700081, 700082), ENDED_BY_DISUSE),
    **dict.fromkeys((50034, 50053, 50057, 90072), ENDED_WITH_THE_ACCOUNT),
}
_CAUSES_IN_GENERAL: Mapping[str, str] = {
    "basic_action": ENDED_BY_SIGN_IN,
    "additional_action": ENDED_BY_SIGN_IN,
    "user_password_expired": ENDED_BY_CHANGE,
    "consent_required": ENDED_BY_REMOVAL,
    "message_only": ENDED_BY_ORGANISATION,
}
"""By the kind of help that the error asks for, where its number says nothing."""

_NUMBER = re.compile(r"AADSTS(\d{4,9})\b")
_NUMBERED_WITHIN = 100
_MOST_NUMBERS = 10


def refusal_of(reply: Mapping[str, object], *, otherwise: Refusal) -> Refusal:
    """Why a link was not made, by the error in an answer or a reply; `otherwise` is what `invalid_grant` means by itself."""
    error, numbers = str(reply.get("error")), _numbers(reply)
    if numbers & _OF_ORGANISATION:
        return Refusal.BLOCKED
    if error in _OF_OURS or numbers & _OF_OURS_BY_NUMBER:
        return Refusal.CLIENT
    if error in _OF_PERSON:
        return Refusal.DECLINED
    return otherwise if error in ("invalid_grant", "expired_token", "bad_verification_code", "code_expired") else Refusal.PROVIDER


def shows_no_codes(reply: Mapping[str, object]) -> bool:
    """Whether an error says that the registration is not one of a public client."""
    return _PUBLIC_CLIENT_ONLY in _numbers(reply)


def ending_of(reply: Mapping[str, object]) -> ConnectorError:
    """What a refused renewal means, with its likely cause in words."""
    error, numbers = str(reply.get("error")), _numbers(reply)
    told = next((_CAUSES[number] for number in sorted(numbers) if number in _CAUSES), "")
    if error in _OF_OURS or (numbers & _OF_OURS_BY_NUMBER and not told):
        return ClientRefused(CLIENT_REFUSED)
    if error != "invalid_grant" and error not in _OF_PERSON:
        return TemporarilyUnavailable(SILENT)
    return NeedsReconnecting(told or _CAUSES_IN_GENERAL.get(str(reply.get("suberror")), ENDED))


def _numbers(reply: Mapping[str, object]) -> frozenset[int]:
    """The numbers of an error: from their own field, or from the beginning of its description."""
    listed = reply.get("error_codes")
    named = _NUMBER.findall(str(reply.get("error_description", ""))[:_NUMBERED_WITHIN])
    own = listed[:_MOST_NUMBERS] if isinstance(listed, list) else []
    return frozenset([*(each for each in own if isinstance(each, int)), *map(int, named)])
