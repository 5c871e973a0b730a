"""Check a draft: what the ledger says of each recipient before anything is sent. The draft is never stored."""

from __future__ import annotations

import re

from flask import render_template, request
from pydantic import ValidationError

from plugin_backend.usecases.errors import Invalid, UseCaseError
from plugin_backend.usecases.views import DraftInput, DraftVerdictView
from plugin_backend.web.checking import verdict_on
from plugin_backend.web.pages.blueprint import pages
from plugin_backend.web.site import this_site

BETWEEN_ADDRESSES = re.compile(r"[\s<>,;:\"()\[\]]+")
"""What may stand around an address in a recipient line, with a name or without."""

LONGEST_LINE = 60_000


@pages.get("/check")
def draft() -> str:
    return render_template("check.html", draft=_Form.of_query(), verdict=None, refused="")


@pages.post("/check")
def check() -> tuple[str, int]:
    """The whole page with the verdict: what a browser without JavaScript shows."""
    form = _Form.of_form()
    try:
        return render_template("check.html", draft=form, verdict=form.verdict(), refused=""), 200
    except UseCaseError as error:
        return render_template("check.html", draft=form, verdict=None, refused=str(error)), 422


@pages.post("/check/verdict")
def live_verdict() -> tuple[str, int]:
    """Only the verdict, while the draft is being written."""
    try:
        return render_template("_verdict.html", verdict=_Form.of_form().verdict(), refused=""), 200
    except UseCaseError as error:
        return render_template("_verdict.html", verdict=None, refused=str(error)), 422


class _Form:
    """A draft as it was typed."""

    def __init__(self, *, to: str, cc: str = "", subject: str = "", text: str = "", in_reply_to: str = "") -> None:
        self.to, self.cc, self.subject, self.text, self.in_reply_to = to, cc, subject, text, in_reply_to

    @classmethod
    def of_query(cls) -> _Form:
        """Empty, but for the recipient that a person's page names."""
        return cls(to=request.args.get("to", "")[:1_000])

    @classmethod
    def of_form(cls) -> _Form:
        return cls(**{name: request.form.get(name, "") for name in ("to", "cc", "subject", "text", "in_reply_to")})

    def verdict(self) -> DraftVerdictView:
        """What the ledger says of it.

        Raises:
            Invalid: it cannot be read as a draft.
        """
        return verdict_on(self._input(), as_of=this_site().now())

    def _input(self) -> DraftInput:
        try:
            return DraftInput(
                to=_addresses(self.to), cc=_addresses(self.cc), subject=self.subject, text=self.text, in_reply_to=self.in_reply_to.strip()
            )
        except ValidationError:
            raise Invalid("The subject or the text is too long to be checked.") from None


def _addresses(line: str) -> tuple[str, ...]:
    if len(line) > LONGEST_LINE:
        raise Invalid("These are too many recipients to be checked.")
    return tuple(part.lower() for part in BETWEEN_ADDRESSES.split(line) if _is_address(part))


def _is_address(part: str) -> bool:
    mailbox, at, host = part.partition("@")
    return bool(mailbox and at and host) and "@" not in host
