"""What can go wrong in a use case, split by what the caller does about it. Messages are for people and hold no private text."""

from __future__ import annotations


class UseCaseError(Exception):
    """A use case cannot be carried out; the message says what to do."""


class Invalid(UseCaseError):
    """The input makes no sense as given."""


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


class UnknownCorrection(NotFound):
    """No correction of that id."""
