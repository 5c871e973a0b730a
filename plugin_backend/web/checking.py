"""The check of a draft as every surface asks for it: it advises and never stands in the way."""

from __future__ import annotations

from datetime import datetime

from plugin_backend.usecases.check_draft import check_draft
from plugin_backend.usecases.errors import UseCaseError
from plugin_backend.usecases.views import DraftInput, DraftVerdictView
from plugin_backend.web.errors import note_failure
from plugin_backend.web.identity import owner_id
from plugin_backend.web.site import this_site

COULD_NOT = "This draft could not be checked. Nothing keeps you from sending it."


def verdict_on(draft: DraftInput, *, as_of: datetime) -> DraftVerdictView:
    """The verdict on a draft; when the check itself fails it is allow, and says so (product rules, section 5).

    Raises:
        UseCaseError: the draft makes no sense as given.
    """
    try:
        return check_draft(this_site().database, owner_id(), draft, as_of=as_of)
    except UseCaseError:
        raise
    # Whatever fails here, the mail has to go out: this is an outermost edge, as the error handler is.
    except Exception as error:
        note_failure(error)
        return DraftVerdictView(verdict="allow", recipients=(), as_of=as_of, checked=False, note=COULD_NOT)
