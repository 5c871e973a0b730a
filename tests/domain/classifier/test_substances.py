"""Substances of human messages: what their own words carry, and which words show it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.classifier.envelopes import names_a_file
from plugin_backend.domain.classifier.features import Envelope
from plugin_backend.domain.classifier.substances import substances_of
from plugin_backend.domain.tags import CARRYING, Substance, SubstanceTag


def tags_of(
    own: str, *, subject: str = "Pump house", is_reply: bool = False, is_forward: bool = False, has_attachment: bool = False, to: int = 1
) -> tuple[SubstanceTag, ...]:
    envelope = Envelope(
        subject=subject, to=to, is_forward=is_forward, has_attachment=has_attachment or names_a_file(own), is_reply=is_reply
    )
    return substances_of(own, envelope)


def found_in(own: str, *, is_reply: bool = False, is_forward: bool = False, has_attachment: bool = False) -> set[Substance]:
    return {tag.substance for tag in tags_of(own, is_reply=is_reply, is_forward=is_forward, has_attachment=has_attachment)}


class TestRequests:
    @pytest.mark.parametrize(
        "own",
        [
            "Hi Ida,\n\ncould you send me the drawing of the valve?\n\nPer",
            "Which seal would you take for hot water?",
            "Please check section 4 of the contract and tell me what you think.",
            "Liebe Frau Holm,\n\nkönnten Sie mir die Zeichnung des Ventils schicken?\n\nMit freundlichen Grüßen\nPer Lund",
            "Bonjour,\n\npourriez-vous nous envoyer le plan de la vanne ?\n\nCordialement",
            "Hola Ida:\n\n¿puedes mandarme el plano de la válvula?\n\nUn saludo",
        ],
    )
    def test_a_question_that_wants_an_answer_is_a_request(self, own: str) -> None:
        """Asked in four languages."""
        assert Substance.REQUEST in found_in(own)

    @pytest.mark.parametrize(
        "own",
        [
            "At what time and at which station does your train arrive on Thursday?",
            "Then the shuttle leaves at 13:00 from the west exit, bus stop 4. The entrance is door C.",
            "Is there a train back after 18:00?",
            "Yes: 18:15, 19:00 and 20:30, always door C.",
            "Can we start at 10:15 instead?",
            "10:15 is fine.",
            "Level 1, bridge, stop 6. OK.",
            "Um wie viel Uhr kommt Ihr Zug am Donnerstag an?",
            "À quelle heure arrive votre train jeudi ?",
            "¿A qué hora llega tu tren el jueves?",
        ],
    )
    def test_times_and_places_carry_nothing(self, own: str) -> None:
        """Trains, doors and hours are logistics, asked or told, and no more."""
        found = found_in(own, is_reply=True)

        assert Substance.LOGISTICS in found
        assert not found & CARRYING


class TestActs:
    @pytest.mark.parametrize(
        "own",
        [
            "I'll send you the figures by Friday.",
            "We will prepare the second draft next week and I'll call the client.",
            "Ich schicke Ihnen die Zahlen bis Freitag.",
            "Je vous enverrai les chiffres avant vendredi.",
            "Te enviaré las cifras antes del viernes.",
        ],
    )
    def test_a_promise_is_a_commitment(self, own: str) -> None:
        """What somebody says they will do."""
        assert Substance.COMMITMENT in found_in(own, is_reply=True)

    @pytest.mark.parametrize(
        "own",
        [
            "Price attached.\n\nPer",
            "As promised: the sheet, two pages.",
            "Anbei der Bericht.",
            "Vous trouverez ci-joint le rapport.",
            "Adjunto el informe.",
        ],
    )
    def test_what_is_handed_over_is_a_delivery(self, own: str) -> None:
        """A file or a thing that was asked for or promised."""
        assert Substance.DELIVERY in found_in(own, is_reply=True, has_attachment=True)

    def test_an_answer_that_is_only_a_file_is_a_delivery(self) -> None:
        """No words, a file, in answer to somebody."""
        assert found_in("", is_reply=True, has_attachment=True) == {Substance.DELIVERY}

    @pytest.mark.parametrize(
        "own",
        [
            "I propose a second run with the basket turned by 90 degrees. Let us decide after that.",
            "Ich schlage vor, dass wir die Pumpe eine Woche lang abschalten.",
            "Je propose de commencer par la vanne nord, puis de mesurer.",
            "De acuerdo: 24 % desde esta noche.",
        ],
    )
    def test_a_proposal_or_a_decision_is_joint_work(self, own: str) -> None:
        """Plans for something shared."""
        assert Substance.JOINT_WORK in found_in(own, is_reply=True)

    @pytest.mark.parametrize(
        "own",
        [
            "My mother is in hospital since Sunday. I'm so afraid.",
            "Mein Vater ist im April gestorben. Wie geht es Ihnen?",
            "Ma fille est née hier, joyeux anniversaire à elle !",
            "Mi hija se casa en junio, la boda es en Cádiz.",
        ],
    )
    def test_life_beyond_work_is_personal(self, own: str) -> None:
        """Family, health, feelings."""
        assert Substance.PERSONAL in found_in(own)

    def test_presenting_two_people_is_an_introduction(self) -> None:
        """Three ways of saying so."""
        for own in ("Ida, I'd like to introduce you to Bo.", "Ich möchte euch einander vorstellen.", "Os pongo en contacto."):
            assert Substance.INTRODUCTION in found_in(own)


class TestRefusals:
    @pytest.mark.parametrize(
        "own",
        [
            "Thank you, but we are not interested.",
            "Please remove me from your list and do not contact me again.",
            "Unsubscribe.",
            "Vielen Dank, aber wir haben kein Interesse.",
            "Bitte schreiben Sie mir nicht mehr.\n\nI. Holm",
            "Merci de votre message mais nous ne sommes pas intéressés.",
            "Por favor, elimine mi dirección de su lista y no me envíen más publicidad.",
        ],
    )
    def test_a_refusal_is_a_refusal_alone(self, own: str) -> None:
        """Asking to be left alone is no request, and the thanks before it no courtesy."""
        assert found_in(own, is_reply=True) == {Substance.REFUSAL}


class TestCourtesy:
    @pytest.mark.parametrize(
        "own",
        [
            "Thanks, Per!\n\nIda",
            "How kind. Thank you!\n\nI. Holm",
            "ok great thx!!",
            "Thank you for the photo, it looks green.",
            "Nice issue, thank you!",
            "Wunderbar, ich freue mich auf das Heft. Schönes Wochenende!",
            "Merci beaucoup, bonne journée !",
            "Muchas gracias, buen fin de semana.",
        ],
    )
    def test_thanks_and_no_more_is_courtesy(self, own: str) -> None:
        """Thanks carry nothing."""
        assert found_in(own, is_reply=True) == {Substance.COURTESY}

    def test_courtesy_is_not_named_beside_substance(self) -> None:
        """Who thanks and promises has promised."""
        found = found_in("Thank you. The board meets on Monday, I'll tell you what they say.", is_reply=True)

        assert Substance.COMMITMENT in found
        assert Substance.COURTESY not in found

    def test_a_bare_forward_is_trivia(self) -> None:
        """With no word or with three letters."""
        assert found_in("", is_forward=True) == {Substance.TRIVIA}
        assert found_in("FYI", is_forward=True) == {Substance.TRIVIA}

    def test_asking_for_contact_details_is_an_update_request(self) -> None:
        """It keeps nothing alive, so it is no request."""
        assert found_in("Please update your contact details with one click.") == {Substance.UPDATE_REQUEST}


class TestEvidence:
    def test_a_tag_shows_the_sentence_that_carries_it(self) -> None:
        """The reader sees the words, and which rule took them so."""
        tags = tags_of("Hi Ida,\n\nthe pump is in place. I'll send you the curve by Friday.\n\nPer", is_reply=True)

        promise = next(tag for tag in tags if tag.substance is Substance.COMMITMENT)
        assert promise.words == "I'll send you the curve by Friday."
        assert promise.rule == "en_promises"

    @given(st.text(), st.booleans(), st.booleans(), st.booleans())
    def test_any_words_have_a_substance(self, own: str, is_reply: bool, is_forward: bool, has_attachment: bool) -> None:
        """At least one tag, none of a machine's, confidence a probability, evidence short and the writer's."""
        tags = tags_of(own, is_reply=is_reply, is_forward=is_forward, has_attachment=has_attachment)

        assert tags
        assert not {tag.substance for tag in tags} & {Substance.AUTOMATED, Substance.BULK}
        assert all(0 <= tag.confidence <= 1 for tag in tags)
        assert all(len(tag.words) <= 200 for tag in tags)
        said = " ".join(own.split())
        assert all(tag.words.removesuffix("…") in said for tag in tags)
