"""What own words mention: names, rare terms, decisions, meetings, people presented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.classifier.mentions import (
    MOST_TERMS,
    addressed_names,
    decision_in,
    introduction_in,
    rare_terms,
    refers_to_meeting,
)


@pytest.mark.parametrize(
    ("own", "names"),
    [
        ("Dear Olivia, dear Lars,\n\nthe clause is fine.", ("Olivia", "Lars")),
        ("Hi Per and Ida,\n\nsee below.", ("Per", "Ida")),
        ("Lars, could you have a look?", ("Lars",)),
        ("Liebe Frau Dr. Holm,\n\nanbei der Bericht.", ("Holm",)),
        ("Bonjour Madame Lacaze,\n\nmerci.", ("Lacaze",)),
        ("Hola, Ida:\n\nadjunto el informe.", ("Ida",)),
        ("Hello all,\n\nnews.", ()),
        ("However, it rains.", ()),
    ],
)
def test_names_in_greeting_and_vocative(own: str, names: tuple[str, ...]) -> None:
    """Who is spoken to by name."""
    assert addressed_names(own) == names


@pytest.mark.parametrize(
    "own",
    [
        "Agreed.",
        "Let's go with B.",
        "Approved, please sign.",
        "Einverstanden, so machen wir es.",
        "D'accord pour jeudi.",
        "De acuerdo: 24 %.",
    ],
)
def test_a_decision_settles(own: str) -> None:
    """Said in four languages."""
    assert decision_in(own)


def test_a_question_or_a_refusal_decides_nothing() -> None:
    """Neither does what is only asked."""
    assert not decision_in("Which of the two shall it be?")
    assert not decision_in("We have decided not to buy. Please remove me from your list.")


@pytest.mark.parametrize(
    "own",
    [
        "It was good to meet you yesterday.",
        "Thank you for the visit on Tuesday.",
        "Nach Ihrem Besuch hatte ich eine Idee.",
        "Suite à notre réunion, voici le plan.",
        "Gracias por la reunión de ayer.",
    ],
)
def test_a_meeting_that_was_is_referred_to(own: str) -> None:
    """What is spoken of has taken place."""
    assert refers_to_meeting(own)


def test_a_meeting_to_come_is_not_one_that_was() -> None:
    """Looking forward is not looking back."""
    assert not refers_to_meeting("Shall we meet on Thursday at ten?")


def test_two_people_are_presented() -> None:
    """A presentation of oneself is not one of two others."""
    assert introduction_in("Ida, I would like to introduce you to Bo, who builds the valves.")
    assert not introduction_in("Let me introduce myself: I run the pump house.")


def test_rare_terms_are_what_tells_a_topic() -> None:
    """Codes and technical words, not names greeted and not common words."""
    terms = rare_terms(
        "Re: Fermenter NW-8 calibration",
        "Dear Olivia,\n\nthe hygrostat of the fermenter drifts again, could you have a look on Monday?\n\nBest regards\nPer",
    )

    assert "nw-8" in terms
    assert "hygrostat" in terms
    assert not {"olivia", "per", "could", "monday", "regards", "look"} & set(terms)


@given(st.text(), st.text())
def test_any_words_are_read(subject: str, own: str) -> None:
    """Nothing fails, and there are never more than twelve terms."""
    addressed_names(own)
    decision_in(own)
    refers_to_meeting(own, subject)
    introduction_in(own)

    assert len(rare_terms(subject, own)) <= MOST_TERMS
