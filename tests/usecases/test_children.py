"""Child processes: what is sent to one is taken at once."""

from __future__ import annotations

import pytest

from plugin_backend.usecases.children import Inbox, duplex_pipe

A_PAGE = "x" * 2_000_000
"""More than a connection holds."""


def test_a_sender_need_not_wait() -> None:
    """Two pages can be sent before the first is asked for, and come in their order."""
    ours, theirs = duplex_pipe()
    pages = Inbox(theirs)
    ours.send("the first page")

    first = pages.take()
    ours.send(A_PAGE)
    ours.send("the last page")

    assert first == "the first page"
    assert pages.take() == A_PAGE
    assert pages.take() == "the last page"
    ours.close()


def test_an_end_is_told() -> None:
    """What was sent before the other end closed is still given."""
    ours, theirs = duplex_pipe()
    ours.send("the only page")
    ours.close()

    pages = Inbox(theirs)

    assert pages.take() == "the only page"
    with pytest.raises(EOFError):
        pages.take()
