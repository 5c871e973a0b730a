"""The owner's word as every surface of the web gives it."""

from __future__ import annotations

from plugin_backend.domain.moments import asked_moment
from plugin_backend.usecases.correct_ledger import correct
from plugin_backend.usecases.errors import Invalid
from plugin_backend.usecases.views import CorrectionInput, CorrectionView
from plugin_backend.web.identity import owner_id
from plugin_backend.web.site import this_site


def record(word: CorrectionInput) -> CorrectionView:
    """Record the owner's word.

    Raises:
        UseCaseError: the word makes no sense as given, or names a date that no ledger can hold.
    """
    for moment in (word.on, word.until):
        if moment is not None:
            try:
                asked_moment(moment)
            except ValueError as error:
                raise Invalid(f"This date cannot be used: {error}.") from None
    return correct(this_site().database, owner_id(), word, now=this_site().now())
