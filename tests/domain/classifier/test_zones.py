"""Text zones: the writer's own words, and everything that is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.classifier.zones import MAX_TEXT, Zones, zones_of

OWN = "The pump runs again. I'll send you the curve on Monday."
QUOTED = "Does it run?\nAnd when do I get the curve?"

ABOVE_A_QUOTATION = {
    "gmail": "On Mon, 2 Mar 2026 at 10:20, Ida Holm <ida@holm.example> wrote:\n\n> Does it run?\n> And when do I get the curve?",
    "gmail, wrapped": "On Mon, 2 Mar 2026 at 10:20, Ida Magdalena Holm-Petersen <\nida@holm.example> wrote:\n\n> Does it run?",
    "gmail, wrapped before the verb": "On Mon, 2 Mar 2026 at 10:20, Ida Holm <ida@holm.example>\nwrote:\n\n> Does it run?",
    "gmail by date": "2026-03-02 10:20 GMT+01:00 Ida Holm <ida@holm.example>:\n\n> Does it run?",
    "apple, without marks": "On Mar 2, 2026, at 10:20 AM, Ida Holm <ida@holm.example> wrote:\n\nDoes it run?",
    "german": "Am Mo., 2. März 2026 um 10:20 Uhr schrieb Ida Holm <ida@holm.example>:\n\n> Läuft sie?",
    "french": "Le lun. 2 mars 2026 à 10:20, Ida Holm <ida@holm.example> a écrit :\n\n> Ça marche ?",
    "spanish": "El lun, 2 mar 2026 a las 10:20, Ida Holm (<ida@holm.example>) escribió:\n\n> ¿Funciona?",
    "italian": "Il giorno lun 2 mar 2026 alle ore 10:20 Ida Holm <ida@holm.example> ha scritto:\n\n> Funziona?",
    "dutch": "Op ma 2 mrt 2026 om 10:20 schreef Ida Holm <ida@holm.example>:\n\n> Loopt hij?",
    "portuguese": "Em seg., 2 de mar. de 2026 às 10:20, Ida Holm <ida@holm.example> escreveu:\n\n> Funciona?",
    "swedish": "Den mån 2 mars 2026 kl 10:20 skrev Ida Holm <ida@holm.example>:\n\n> Går den?",
    "polish": "W dniu 2.03.2026 o 10:20, Ida Holm pisze:\n\n> Działa?",
    "outlook": (
        "-----Original Message-----\nFrom: Ida Holm\nSent: Monday, March 2, 2026 10:20 AM\nTo: Per Lund\nSubject: Pump\n\nDoes it run?"
    ),
    "outlook, german": (
        "-----Ursprüngliche Nachricht-----\nVon: Ida Holm\nGesendet: Montag, 2. März 2026 10:20\nAn: Per Lund\nBetreff: Pumpe\n\nLäuft sie?"
    ),
    "outlook, ruled": (
        "________________________________\nFrom: Ida Holm <ida@holm.example>\nSent: Monday, March 2, 2026\n"
        "To: Per Lund\nSubject: Pump\n\nRuns?"
    ),
    "outlook, french": "De : Ida Holm <ida@holm.example>\nEnvoyé : lundi 2 mars 2026 10:20\nÀ : Per Lund\nObjet : Pompe\n\nÇa marche ?",
    "outlook, starred": "*From:* Ida Holm\n*Sent:* Monday\n*To:* Per Lund\n*Subject:* Pump\n\nDoes it run?",
    "notes": "Ida Holm@NORTH\n03/02/2000 10:20 AM\nTo: Per Lund/OSL/NORTH@NORTH\ncc: \nSubject: Pump\n\nDoes it run?",
    "notes, name above": (
        "Ida Holm\n03/02/2000 10:20 AM\nTo: Per Lund/OSL/NORTH@NORTH, Eva Dahl/OSL/NORTH@NORTH, \n"
        "Bo Ek/OSL/NORTH@NORTH\ncc: \nSubject: Pump\n\nRuns?"
    ),
}


class TestQuotations:
    @pytest.mark.parametrize("below", ABOVE_A_QUOTATION.values(), ids=ABOVE_A_QUOTATION.keys())
    def test_own_words_end_where_a_program_quotes(self, below: str) -> None:
        """What stands above a quotation is the writer's, whatever program quoted and in whatever language."""
        zones = zones_of(f"{OWN}\n\n{below}\n")

        assert zones.own == OWN
        assert zones.quoted == below

    def test_an_answer_between_quotations_stays(self) -> None:
        """Who answers below each question has written the answers, not the questions."""
        text = "On Monday 2 March, Ida Holm wrote:\n> Does it run?\nSince Friday.\n\n> And the curve?\nOn Monday."

        zones = zones_of(text)

        assert zones.own == "Since Friday.\n\nOn Monday."
        assert "curve" in zones.quoted

    def test_an_answer_under_the_quotation_stays(self) -> None:
        """Old hands answer below; the quotation above is cut, not the answer."""
        zones = zones_of(f"Ida Holm wrote:\n> {QUOTED.splitlines()[0]}\n\n{OWN}")

        assert zones.own == OWN

    def test_a_quoted_line_that_was_wrapped_is_quoted(self) -> None:
        """The rest of a long quoted line is not the writer's because a program broke it."""
        long = "> We measured the pump for six weeks and found that the lowest probe, which nobody"
        text = f"{long}\nbelieved at first, was right\n> all the time.\n\nAgreed."

        assert zones_of(text).own == "Agreed."

    def test_speaking_of_what_somebody_wrote_is_own(self) -> None:
        """A sentence with "wrote" is no attribution."""
        text = "As I wrote to you last week:\nthe pump is too small.\n\nPer"

        assert zones_of(text).own == text


class TestForwards:
    @pytest.mark.parametrize(
        "below",
        [
            "---------- Forwarded message ---------\nFrom: Ida Holm <ida@holm.example>\nSubject: Pump\n\nDoes it run?",
            (
                "---------------------- Forwarded by Per Lund/OSL/NORTH on 03/02/2000 10:20 AM "
                "---------------------------\n\nIda Holm\n\nDoes it run?"
            ),
            "----- Forwarded by Per Lund/Northern Pumps on 03/02/2000 10:20 AM \n-----\n\nDoes it run?",
            "Begin forwarded message:\n\nFrom: Ida Holm\nSubject: Pump\n\nDoes it run?",
            "-------- Weitergeleitete Nachricht --------\nBetreff: Pumpe\nVon: Ida Holm\n\nLäuft sie?",
        ],
    )
    def test_a_forward_keeps_the_words_above(self, below: str) -> None:
        """Own is what the forwarder wrote; the rest is forwarded."""
        zones = zones_of(f"Per, can you answer her?\n\n{below}")

        assert zones.own == "Per, can you answer her?"
        assert zones.forwarded == below
        assert zones.quoted == ""

    def test_a_bare_forward_has_no_own_words(self) -> None:
        """Nothing above, nothing own."""
        assert zones_of("\n\n---------- Forwarded message ---------\nFrom: Ida\n\nDoes it run?").own == ""


class TestTail:
    @pytest.mark.parametrize(
        "signature",
        [
            "-- \nPer Lund\nNorthern Pumps",
            "Per Lund\nHead of Service\nNorthern Pumps AS\nTel. +47 22 00 00 00",
            "Per Lund\nNorthern Pumps, Bergen",
            "Sent from my iPhone",
            "Von meinem iPhone gesendet",
            "Envoyé de mon téléphone",
            "Per Lund\n12 Harbour Street\nAberdeen\n(555) 555-0123",
        ],
    )
    def test_a_signature_is_no_own_word(self, signature: str) -> None:
        """Name, office, firm and number, and what a device adds, are zoned off."""
        zones = zones_of(f"{OWN}\n\n{signature}\n")

        assert zones.own == OWN
        assert zones.signature == signature

    def test_a_first_name_under_the_closing_stays(self) -> None:
        """Closing and first name are how the writer ends; they are own words."""
        text = f"Hi Ida,\n\n{OWN}\n\nBest regards\nPer"

        assert zones_of(text).own == text

    @pytest.mark.parametrize(
        "footer",
        [
            "This message is intended only for the intended recipient. If you have received this message in error, delete it.",
            "To unsubscribe from this list, write to pumps-leave@lists.example",
            "Ce message et ses pièces jointes sont confidentiels.",
            "You received this message because you are subscribed to the group Pumps.",
        ],
    )
    def test_a_disclaimer_or_a_footer_is_no_own_word(self, footer: str) -> None:
        """What a firm or a list appends to every mail is zoned off."""
        zones = zones_of(f"{OWN}\n\n{footer}\n")

        assert zones.own == OWN
        assert zones.disclaimer == footer

    def test_a_short_answer_is_not_taken_for_a_signature(self) -> None:
        """A message that is a name or a number only is what its writer wanted to say."""
        assert zones_of("Hotel Norge").own == "Hotel Norge"
        assert zones_of("+47 22 00 00 00").own == "+47 22 00 00 00"


class TestHtml:
    @pytest.mark.parametrize(
        "below",
        [
            '<div class="gmail_quote"><div class="gmail_attr">x</div><blockquote class="gmail_quote">Does it run?</blockquote></div>',
            '<blockquote type="cite">Does it run?</blockquote>',
            '<div id="appendonsend"></div><div>Does it run?</div>',
            '<div id="divRplyFwdMsg"><b>From:</b> Ida</div><div>Does it run?</div>',
            '<div class="OutlookMessageHeader">From: Ida</div><p>Does it run?</p>',
            '<div class="yahoo_quoted"><div>Does it run?</div></div>',
            '<div class="moz-cite-prefix">I:</div><blockquote cite="mid:1">Does it run?</blockquote>',
            '<hr id="stopSpelling">Date: today<br>From: Ida<br><br>Does it run?',
        ],
    )
    def test_marks_of_programs_end_the_own_words(self, below: str) -> None:
        """The mark-up says what is quoted."""
        zones = zones_of("", f"<html><body><div>{OWN}</div>{below}</body></html>")

        assert zones.own == OWN
        assert "Does it run?" in zones.quoted

    def test_words_between_two_quotations_stay(self) -> None:
        """An answer between two marked quotations is own."""
        html = '<blockquote type="cite">Runs?</blockquote><p>Since Friday.</p><blockquote type="cite">Curve?</blockquote><p>Monday.</p>'

        assert zones_of("", html).own.split() == ["Since", "Friday.", "Monday."]

    def test_an_indented_paragraph_is_own(self) -> None:
        """A bare blockquote is how people indent."""
        assert "the second" in zones_of("", "<p>Two points: the first,</p><blockquote>and the second.</blockquote>").own

    def test_styles_and_scripts_are_not_read(self) -> None:
        """Nobody wrote them."""
        zones = zones_of("", "<html><head><style>p {color: red}</style></head><body><script>x()</script><p>Hi <b>Ida</b></p></body></html>")

        assert zones.body == "Hi Ida"

    def test_plain_text_is_preferred_where_it_says_something(self) -> None:
        """HTML is read when the plain part is empty or only says that it is there."""
        assert zones_of("Plain.", "<p>Rich.</p>").own == "Plain."
        assert zones_of(" \n", "<p>Rich.</p>").own == "Rich."
        assert zones_of("Your mail program does not support HTML.", "<p>Rich.</p>").own == "Rich."


def parts(zones: Zones) -> list[str]:
    return [zones.own, zones.quoted, zones.forwarded, zones.signature, zones.disclaimer]


MAIL_LINES = st.sampled_from(
    """
    > x;>> y;On Mon, 2 Mar 2026, A <a@b.example> wrote:;-----Original Message-----;From: a@b.example;To: c;Subject: z;-- ;Per;Best regards
    Thanks,;Sent from my phone;________________;I'll send it.;To unsubscribe, click;03/02/2000 10:20 AM;wrote:;:;-;a, b;
    """.replace("\n", ";").split(";")
)


class TestPromises:
    @given(st.text())
    def test_any_text_is_zoned(self, text: str) -> None:
        """No text makes it fail, as plain text or as HTML."""
        zones_of(text)
        zones_of("", text)

    @given(st.lists(MAIL_LINES, max_size=40))
    def test_every_line_is_in_one_zone_and_none_is_invented(self, lines: list[str]) -> None:
        """The zones are made of the lines of the body, each once."""
        zones = zones_of("\n".join(lines))

        found = sorted(line.strip() for part in parts(zones) for line in part.split("\n") if line.strip())
        assert sorted(line.strip() for line in lines if line.strip()) == found

    @pytest.mark.parametrize(
        "bomb",
        ["> " * 99_999, ":\n" * 99_999, "-" * 99_999, "On " * 60_000 + "wrote:", "<div>" * 60_000, "<b><i>" * 50_000, "<!--" * 50_000],
    )
    def test_hostile_text_is_zoned_as_well(self, bomb: str) -> None:
        """What stalls other scanners passes here."""
        zones_of(bomb)
        zones_of("", bomb)

    def test_what_is_behind_the_limit_is_not_read(self) -> None:
        """A mail of any size costs no more than the limit."""
        assert len(zones_of("word " * MAX_TEXT).body) <= MAX_TEXT
