"""What the owner has said herself, and drafts that she has not sent: one for every verdict and most of its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from plugin_backend.demo.cast import (
    BEATRIZ,
    CATARINA,
    CHIARA,
    DANIEL,
    EMILE,
    FRIEDRICH,
    HARUTO,
    ISABELLE,
    JORIS,
    JUN,
    KAREL,
    LERATO,
    LUCIA,
    MATTEO,
    MOANA,
    PRIYA,
    RUTH,
    RUTHS_PARTNER,
    SAMUEL,
    SIGRID,
    SIIRI,
    SUPPORT,
    TOBIAS,
    TOMAS,
    YUSUF,
)
from plugin_backend.domain.advice import Draft, Verdict
from plugin_backend.domain.ledger import Correction, CorrectionKind
from plugin_backend.domain.readings import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A draft to try, and what will be said of it."""

    title: str
    draft: Draft
    verdict: Verdict | None


def corrections(now: datetime) -> tuple[Correction, ...]:
    """The owner's own word: a husband, a friend, an evening that no calendar knows, and a warning she does not want."""
    return (
        Correction(
            id="demo-husband",
            kind=CorrectionKind.STAGE,
            at=now - timedelta(days=60),
            addresses=(DANIEL.address,),
            value=str(Stage.INTIMACY),
            note="My husband.",
        ),
        Correction(
            id="demo-shepherd",
            kind=CorrectionKind.STAGE,
            at=now - timedelta(days=120),
            addresses=(SIGRID.address,),
            value=str(Stage.FRIENDSHIP),
            note="We sheared together.",
        ),
        Correction(
            id="demo-evening",
            kind=CorrectionKind.MET,
            at=now - timedelta(days=50),
            addresses=(ISABELLE.address,),
            on=now - timedelta(days=51),
            note="After the festival in Québec.",
        ),
        Correction(
            id="demo-cafe",
            kind=CorrectionKind.SNOOZE,
            at=now - timedelta(days=2),
            addresses=(KAREL.address,),
            until=now + timedelta(days=45),
            note="I go there every week.",
        ),
    )


EXAMPLES: tuple[Example, ...] = (
    Example(
        title="A fourth mail to somebody who never answered",
        draft=Draft(
            to=(BEATRIZ.address,),
            subject="Quieter nights on the ward, once more",
            text="Dear Ms Fontes,\n\nI am in Porto next week and would love to show you our panels.\n\nElin Sandberg",
        ),
        verdict=Verdict.WARN,
    ),
    Example(
        title="An answer to a question of a stranger",
        draft=Draft(
            to=(TOBIAS.address,),
            subject="AW: Übungsräume zu laut",
            text="Sehr geehrter Herr Kern,\n\nFilz an der Tür bringt vier Dezibel, eine Dichtung am Boden noch einmal sechs. "
            "Darf ich Sie anrufen?\n\nElin Sandberg",
            in_reply_to="ubungsraume-zu-laut-1@musikschule-illertal.example",
        ),
        verdict=Verdict.ALLOW,
    ),
    Example(
        title="Taking up an introduction",
        draft=Draft(
            to=(LUCIA.address,),
            subject="Your reading room that hums",
            text="Dear Lucía,\n\nCatarina says that your reading room hums. At which hour does it begin?\n\nElin",
        ),
        verdict=Verdict.ALLOW,
    ),
    Example(
        title="The next step in a pilot",
        draft=Draft(
            to=(CATARINA.address,),
            subject="Re: Upper corridor",
            text="Dear Catarina,\n\nthe two pages for the council are attached.\n\nElin",
            has_attachment=True,
        ),
        verdict=Verdict.ALLOW,
    ),
    Example(
        title="One more parcel notice, on a plateau",
        draft=Draft(to=(LERATO.address,), subject="Next pick-up", text="Hi Lerato, the next pick-up is on Monday at 10.\n\nElin"),
        verdict=Verdict.ALLOW,
    ),
    Example(
        title="After a few silent months",
        draft=Draft(
            to=(MATTEO.address,),
            subject="The other four chairs",
            text="Dear Matteo,\n\nare the other four chairs finished? The reading room opens soon.\n\nElin",
        ),
        verdict=Verdict.NUDGE,
    ),
    Example(
        title="After years",
        draft=Draft(
            to=(FRIEDRICH.address,),
            subject="Neue Preisliste",
            text="Lieber Herr Aumann,\n\ndarf ich Ihnen unsere neue Preisliste schicken?\n\nElin Sandberg",
        ),
        verdict=Verdict.NUDGE,
    ),
    Example(
        title="A presentation to all, right after a good meeting",
        draft=Draft(
            to=(
                RUTH.address,
                RUTHS_PARTNER.address,
                YUSUF.address,
                CHIARA.address,
                JUN.address,
                SAMUEL.address,
                MOANA.address,
                JORIS.address,
                SIIRI.address,
                TOMAS.address,
            ),
            subject="Quietroom: our new presentation",
            text="Dear customers and partners,\n\nplease find attached our new presentation (36 pages) with all "
            "references.\n\nYour Quietroom team",
            has_attachment=True,
        ),
        verdict=Verdict.NUDGE,
    ),
    Example(
        title="A first mail to a new colleague",
        draft=Draft(
            to=(PRIYA.address,), subject="The felt archive", text="Hello Priya,\n\ncould you sort the felt archive by weight?\n\nElin"
        ),
        verdict=Verdict.NUDGE,
    ),
    Example(
        title="To somebody who said no",
        draft=Draft(
            to=(EMILE.address,),
            subject="Nouvelles mesures",
            text="Bonjour Monsieur,\n\nnous avons de nouvelles mesures dans douze restaurants. Puis-je vous les montrer ?\n\nElin Sandberg",
        ),
        verdict=Verdict.WARN,
    ),
    Example(
        title="Ahead of a first meeting",
        draft=Draft(
            to=(HARUTO.address,),
            subject="Our brochure for next week",
            text="Dear Mr Ishikawa,\n\nbefore we speak, here is our brochure.\n\nElin Sandberg",
            has_attachment=True,
        ),
        verdict=Verdict.WARN,
    ),
    Example(
        title="To somebody about whom she wants no warning",
        draft=Draft(to=(KAREL.address,), subject="Thursday", text="Dear Mr Dvořák,\n\nI bring the drawing on Thursday.\n\nElin Sandberg"),
        verdict=Verdict.ALLOW,
    ),
    Example(
        title="To nobody in particular",
        draft=Draft(to=(SUPPORT.address,), subject="Ticket 8812", text="Hello,\n\nthe microphone is missing in the box.\n\nElin Sandberg"),
        verdict=None,
    ),
)
