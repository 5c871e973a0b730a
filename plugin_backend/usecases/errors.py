"""What can go wrong in a use case, split by what the caller does about it. Messages are for people and hold no private text."""

from __future__ import annotations

from connectors.oauth import Refusal


class UseCaseError(Exception):
    """A use case cannot be carried out; the message says what to do."""


class Invalid(UseCaseError):
    """The input makes no sense as given."""


class NotLinked(UseCaseError):
    """An account was not linked; `reason` says why to programs, and is empty where the message alone does."""

    def __init__(self, sentence: str, reason: str = "") -> None:
        super().__init__(sentence)
        self.reason = reason

    @classmethod
    def because(cls, refusal: Refusal) -> NotLinked:
        """Not linked for one of the known reasons."""
        return cls(refusal.sentence, refusal.code)


class NobodysMailbox(UseCaseError):
    """Somebody was vouched for by a provider, and no ledger here belongs to their account there."""


class NotFound(UseCaseError):
    """There is no such thing in this owner's ledger."""


class UnknownPerson(NotFound):
    """Neither an address nor the id of a person."""


class UnknownEvent(NotFound):
    """No event of that id."""


class NoMeeting(NotFound):
    """No meeting lies ahead."""


class UnknownExchange(NotFound):
    """No exchange of that id."""


class UnknownAccount(NotFound):
    """No connected account of that id or address."""


class UnknownCorrection(NotFound):
    """No correction of that id."""
