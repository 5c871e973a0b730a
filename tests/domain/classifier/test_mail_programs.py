"""Own words in the mails of each program, in each language, with and without the marks that the program sets."""

from __future__ import annotations

import pytest

from plugin_backend.domain.classifier.zones import zones_of
from tests.domain.classifier.mail_programs import HTML_SHAPES, LANGUAGES, PLAIN_SHAPES, Shape, Words, unmarked

in_each_language = pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES.keys())
as_html = pytest.mark.parametrize("shape", HTML_SHAPES.values(), ids=HTML_SHAPES.keys())
as_text = pytest.mark.parametrize("shape", PLAIN_SHAPES.values(), ids=PLAIN_SHAPES.keys())


def own_of(text: str, html: str = "") -> str:
    return " ".join(zones_of(text, html).own.split())


@in_each_language
class TestMailPrograms:
    @as_html
    def test_own_words_of_html_are_exact(self, words: Words, shape: Shape) -> None:
        """What the writer wrote and nothing else, whichever program sent it."""
        zones = zones_of("", shape(words))

        assert " ".join(zones.own.split()) == words["own"]
        assert words["theirs"] in " ".join(f"{zones.quoted} {zones.forwarded}".split())

    @as_html
    def test_own_words_do_not_hang_on_the_marks(self, words: Words, shape: Shape) -> None:
        """A gateway that strips classes and ids takes the marks away; the announcement in words is left."""
        own = own_of("", unmarked(shape(words)))

        assert own == words["own"]

    @as_text
    def test_own_words_of_plain_text_are_exact(self, words: Words, shape: Shape) -> None:
        """The plain text that programs send beside their HTML, or instead of it."""
        own = own_of(shape(words))

        assert own == words["own"]
