"""A cheap guess at the language of a few words: enough to tell which rules to trust, not more."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class Language(StrEnum):
    """The languages that have rules, and all others."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    OTHER = ""


_STOP_WORDS: dict[Language, frozenset[str]] = {
    Language.ENGLISH: frozenset(
        """the and of to is that it for you was with are this be have not but from they we i'll your at if will can there all would
        my me our what
        do has been i'm don't please thanks thank yes hi dear or an which when attached i've it's let let's know any could should
        here how who out
        then of by good great fine see""".split()
    ),
    Language.GERMAN: frozenset(
        """der die und das ist nicht ich sie ein eine wir mit für auf den dem des zu von im es auch sich aber noch ihr ihnen ihre
        ihren ihrem wie hat haben
        sind bei nach oder wenn dass kann habe danke bitte gern gerne anbei liebe lieber hallo guten grüße heute morgen seit uns mir
        mich dir dich aus zum
        zur wird werden kommt schon nur jetzt alles dann war vom kein keine""".split()
    ),
    Language.FRENCH: frozenset(
        """le la les et des une est vous nous je pas que qui dans pour sur avec votre vos ce cette du au aux ne sommes mais merci
        bonjour ou sont être avoir
        ont fait plus bien c'est j'ai n'est d'un d'une l'équipe ci-joint voici notre nos mon ma mes très madame monsieur cordialement
        il elle on y en""".split()
    ),
    Language.SPANISH: frozenset(
        """el la los las y de que en es un una por con para su se del al lo como más pero sus le ya o este sí porque esta entre
        cuando muy sin sobre también me
        hasta hay donde desde todo nos gracias hola usted te tu ti mi mis está son fue ha han he adjunto favor no aquí van buenos
        días señor señora""".split()
    ),
}
_WORDS_READ = 200


def language_of(words: Sequence[str]) -> Language:
    """The likeliest language of lower-case words; English where plain ASCII words tell nothing."""
    read = set(words[:_WORDS_READ])
    counts = {language: len(read & stops) for language, stops in _STOP_WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    if counts[best] == 0:
        return Language.ENGLISH if all(map(str.isascii, read)) else Language.OTHER
    return best
