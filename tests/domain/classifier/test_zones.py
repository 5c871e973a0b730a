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
    "gmail, of 2013": "2013/3/2 Ida Holm <ida@holm.example>\n\n> Does it run?",
    "portuguese of portugal": "Ida Holm <ida@holm.example> escreveu (segunda, 2/03/2026 à(s) 10:20):\n\n> Funciona?",
    "norwegian": "man. 2. mars 2026 kl. 10:20 skrev Ida Holm <ida@holm.example>:\n\n> Går den?",
    "finnish": "ma 2. maalisk. 2026 klo 10.20 Ida Holm (ida@holm.example) kirjoitti:\n\n> Käykö se?",
    "czech": "po 2. 3. 2026 v 10:20 odesílatel Ida Holm <ida@holm.example> napsal:\n\n> Běží?",
    "hungarian": "Ida Holm <ida@holm.example> ezt írta (időpont: 2026. márc. 2., H, 10:20):\n\n> Megy?",
    "romanian": "În lun., 2 mar. 2026 la 10:20, Ida Holm <ida@holm.example> a scris:\n\n> Merge?",
    "turkish": "Ida Holm <ida@holm.example>, 2 Mar 2026 Pzt, 10:20 tarihinde şunu yazdı:\n\n> Çalışıyor mu?",
    "russian": "пн, 2 мар. 2026 г. в 10:20, Ida Holm <ida@holm.example>:\n\n> Работает?",
    "ukrainian": "пн, 2 бер. 2026 р. о 10:20 Ida Holm <ida@holm.example> пише:\n\n> Працює?",
    "greek": "Στις Δευ 2 Μαρ 2026 στις 10:20 π.μ., ο χρήστης Ida Holm <ida@holm.example> έγραψε:\n\n> Λειτουργεί;",
    "japanese": "2026年3月2日(月) 10:20 Ida Holm <ida@holm.example>:\n\n> 動きますか。",
    "chinese": "Ida Holm <ida@holm.example> 于2026年3月2日周一 10:20写道：\n\n> 能用吗？",
    "korean": "2026년 3월 2일 (월) 오전 10:20, Ida Holm <ida@holm.example>님이 작성:\n\n> 작동합니까?",
    "broken behind its date": "On Mar 2, 2026,\nat 10:20,\nIda Holm <ida@holm.example> wrote:\n\n> Does it run?",
    "broken before its bracket": "On Mon, 2 Mar 2026 at 10:20, Ida Holm\n\n<\nida@holm.example\n> wrote:\n\nDoes it run?",
    "groupwise": '>>> "Holm, Ida" <ida@holm.example> 03/02/26 10:20AM >>>\nPer:\n\nDoes it run?',
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
    "outlook, japanese": (
        "差出人: Ida Holm <ida@holm.example>\n送信日時: 2026年3月2日 10:20\n宛先: Per Lund <per@lund.example>\n件名: ポンプ\n\n動きますか。"
    ),
    "la poste": "====\nMessage du : 02/03/2026 10:20\nDe : Ida Holm <ida@holm.example>\nA : per@lund.example\nSujet : Pompe\n\nÇa marche ?",
    "notes": "Ida Holm@NORTH\n03/02/2000 10:20 AM\nTo: Per Lund/OSL/NORTH@NORTH\ncc: \nSubject: Pump\n\nDoes it run?",
    "notes, name above": (
        "Ida Holm\n03/02/2000 10:20 AM\nTo: Per Lund/OSL/NORTH@NORTH, Eva Dahl/OSL/NORTH@NORTH, \n"
        "Bo Ek/OSL/NORTH@NORTH\ncc: \nSubject: Pump\n\nRuns?"
    ),
    "notes, date broken": (
        '"Ida Magdalena Holm-Petersen" <ida@holm.example> on 03/02/2000 \n10:20:30 AM\nTo: <per@lund.example>\ncc: \nSubject: Pump\n\nRuns?'
    ),
    "notes, spaced": "ida@holm.example on 03/02/2000 10:20:30 AM\n\n\n\nTo: <per@lund.example>\ncc: \nSubject: Pump\n\nRuns?",
    "notes, sent by": (
        "Ida Holm\n\tSent by: Eva Dahl\n\t03/02/2000 10:20 AM\n\t\t \n\t\t To: Per Lund/OSL@NORTH\n\t\t cc: \n\t\t Subject: Pump\n\nRuns?"
    ),
}
LONG = "> We measured the pump for six weeks and found that the lowest of its probes, which nobody"
"""A quoted line that an archive broke at the first space behind a column."""


class TestQuotations:
    @pytest.mark.parametrize("below", ABOVE_A_QUOTATION.values(), ids=ABOVE_A_QUOTATION.keys())
    def test_own_words_end_where_a_program_quotes(self, below: str) -> None:
        """What stands above a quotation is the writer's, whatever program quoted and in whatever language."""
        zones = zones_of(f"{OWN}\n\n{below}\n")

        assert zones.own == OWN
        assert zones.quoted == below.strip()

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

    @pytest.mark.parametrize(
        "quotation",
        [
            f"{LONG}\nbelieved at first, was right\n> all the time.",
            f"{LONG}\nbelieved at first, was right all the time.",
            f"{LONG}\nbelieved at first, was right all the time, as Bo says. The others, which were dearer\nto buy, were not.\n>\n> Ida",
            ">>> >> Since we have the new probes, the readings of Monday to Friday.\nThe\n>>> >> old ones were wrong.",
            "> > > > We have a new probe, and today it is\nas good as\n> > the old one.",
            ">> >> > We have just put up the new probe, and the readings of today are\nthe same\n>> >> > as before.",
        ],
        ids=["inside", "at the end", "over several lines", "a word behind a full stop", "quoted often", "two words"],
    )
    def test_a_quoted_line_that_was_broken_is_quoted(self, quotation: str) -> None:
        """The rest of a long quoted line is not the writer's because a program broke it off."""
        assert zones_of(f"{quotation}\n\nAgreed.").own == "Agreed."

    @pytest.mark.parametrize(
        "question",
        [
            "> Can you say by Friday whether the third of the probes that you sent us in March was the right one?",
            "> And the curve for the second pump, when will we have it? It is late.",
            "> Does it run?",
        ],
    )
    def test_an_answer_right_below_a_quoted_line_is_own(self, question: str) -> None:
        """Who answers without a blank line between has answered all the same."""
        assert zones_of(f"{question}\nYes, since Friday.\n> And the other?\nNot yet.").own == "Yes, since Friday.\nNot yet."

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
            "Per Lund\n\nNorthern Pumps AS, Bergen\n\nTel. +47 22 00 00 00",
            "Per Lund\nper@lund.example\nNorthernPumps.com",
            "PL  3-1587.",
            "Von meinem Mobilgerät gesendet\n\nGet Outlook for Android",
            "Sent from my phone, please excuse typos.",
        ],
    )
    def test_a_signature_is_no_own_word(self, signature: str) -> None:
        """Name, office, firm and number, and what a device adds, are zoned off."""
        zones = zones_of(f"{OWN}\n\n{signature}\n")

        assert zones.own == OWN
        assert zones.signature == signature

    def test_figures_above_a_signature_are_own(self) -> None:
        """How to dial in is what the writer wanted to say, though it reads like a signature."""
        text = f"{OWN}\nDIAL IN: (555) 555-0123\nPASSCODE: PUMP\nLEADER: Ida Holm"

        assert zones_of(f"{text}\n\n\nPer Lund\nNorthern Pumps, Bergen\nTel. +47 22 00 00 00").own == text

    @pytest.mark.parametrize("signature", ["-- \nPer Lund\nNorthern Pumps", "--\nBest regards\nPer"])
    def test_a_signature_below_the_quotation_is_no_answer(self, signature: str) -> None:
        """Some programs put it under what they quote."""
        zones = zones_of(f"{OWN}\n\nIda Holm wrote:\n> Does it run?\n\n{signature}\n")

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
            "Disclaimer:\n\nThis e-mail is confidential and may be privileged.",
            "ᐧ",
        ],
    )
    def test_a_disclaimer_or_a_footer_is_no_own_word(self, footer: str) -> None:
        """What a firm or a list appends to every mail is zoned off."""
        zones = zones_of(f"{OWN}\n\n{footer}\n")

        assert zones.own == OWN
        assert zones.disclaimer == footer

    def test_names_of_files_below_a_quotation_are_no_answer(self) -> None:
        """Exports list there what was attached."""
        files = " - Curve.doc\n - Curve 2.xls"

        assert zones_of(f"{OWN}\n\n-----Original Message-----\n> From: Ida Holm\n>\n> Runs?\n\n{files}").own == OWN
        assert zones_of(f"{OWN}\n\nPer Lund\nNorthern Pumps, Bergen\n\n{files}").own.split("\n")[-2:] == files.split("\n")

    def test_a_signature_above_names_of_files_is_one(self) -> None:
        """What was attached is listed below it."""
        assert zones_of(f"{OWN}\n\nPer Lund\nNorthern Pumps, Bergen\n\n - Curve.doc").signature == "Per Lund\nNorthern Pumps, Bergen"

    def test_a_sentence_about_what_was_sent_is_own(self) -> None:
        """It begins as the line of a device does, and is none."""
        text = f"{OWN}\n\nSent from the works at Bergen, it should be there on Friday."

        assert zones_of(text).own == text

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
            '<BLOCKQUOTE style="PADDING-LEFT: 5px; BORDER-LEFT: #000000 2px solid">Does it run?</BLOCKQUOTE>',
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

    def test_an_answer_below_a_quoted_reply_stays(self) -> None:
        """The boundary of another program within a quotation cuts the quotation only."""
        quoted = '<p>Runs?</p><div id="appendonsend"></div><div id="divRplyFwdMsg"><b>From:</b> Bo</div><p>Pump</p>'

        assert zones_of("", f'<blockquote type="cite">{quoted}</blockquote><p>{OWN}</p>').own == OWN

    def test_answers_within_the_element_that_quotes_stay(self) -> None:
        """Gmail wraps quotations and the answers between them in one element."""
        html = (
            '<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">On Mon, 2 Mar 2026, Ida wrote:</div>'
            '<blockquote class="gmail_quote">Runs?</blockquote><div>Since Friday.</div>'
            '<blockquote class="gmail_quote">Curve?</blockquote><div>Monday.</div></div>'
        )

        assert zones_of("", html).own.split() == ["Since", "Friday.", "Monday."]

    @pytest.mark.parametrize(
        "element",
        ['div class="gmail_signature"', 'div id="Signature"', 'div id="ms-outlook-mobile-signature"', 'div class="moz-signature"'],
    )
    def test_what_is_marked_as_a_signature_is_no_own_word(self, element: str) -> None:
        """It is left out however it reads, unless the whole message was written into it."""
        signature = f"<{element}><div>Pumps for every sea.</div><div>Ask us anything.</div></div>"

        assert zones_of("", f"<div>{OWN}</div>{signature}").own == OWN
        assert zones_of("", signature).own == "Pumps for every sea.\nAsk us anything."

    def test_a_forward_without_a_word_has_a_signature_only(self) -> None:
        """Nothing was written, though the program signed."""
        signature = '<span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Pumps for every sea.</div>'
        forward = '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Ida</div>Runs?</div>'

        zones = zones_of("", f"<div>\n{signature}</div>\n{forward}")

        assert zones.own == ""
        assert zones.signature == "--\nPumps for every sea."

    def test_words_above_a_forward_in_its_own_element_stay(self) -> None:
        """Thunderbird marks what it forwards by an element that one can write into."""
        html = f'<div class="moz-forward-container"><p>{OWN}</p>-------- Предыдущее --------<p>Runs?</p></div>'

        zones = zones_of("", html)

        assert zones.own == OWN
        assert "Runs?" in zones.forwarded

    def test_a_line_drawn_by_outlook_is_a_boundary_in_any_language(self) -> None:
        """It stands above a header block; without one it is only a line."""
        ruled = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">{}</div><p>Gengur hún?</p>'

        assert zones_of("", f"<p>{OWN}</p>{ruled.format('Frá: Ida Holm<br>Efni: Dæla')}").own == OWN
        assert "Gengur hún?" in zones_of("", f"<p>{OWN}</p>{ruled.format('Ida')}").own

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


PROSE = st.sampled_from(
    """
    Dear Ida,|The pump runs again.|On Monday we start at 10:30.|He wrote to me: it is late.|See below:|- the curve|1. the probe|
    Where from: Bergen|Does it run?|Am I late? No.|To be sure, I asked Bo.|I'll send it|Thanks|Per|> 30 bar is too much|
    """.replace("\n    ", "").split("|")
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

    @given(st.lists(PROSE, min_size=1, max_size=12), st.sampled_from(sorted(ABOVE_A_QUOTATION.values())))
    def test_no_quotation_takes_words_above_it(self, lines: list[str], below: str) -> None:
        """Whatever somebody writes, what is quoted below a blank line begins at its announcement."""
        text = "\n".join(lines)

        assert zones_of(f"{text}\n\n{below}\n").own == zones_of(text).own

    @pytest.mark.parametrize(
        "bomb",
        [
            "> " * 99_999,
            f"{LONG}\n" + ("b" * 81 + "\n") * 2_000,
            "> wrote:\n\n" * 20_000,
            " - a.doc\n" * 20_000,
            ":\n" * 99_999,
            "-" * 99_999,
            "On " * 60_000 + "wrote:",
            "<div>" * 60_000,
            "<b><i>" * 50_000,
            "<!--" * 50_000,
        ],
    )
    def test_hostile_text_is_zoned_as_well(self, bomb: str) -> None:
        """What stalls other scanners passes here."""
        zones_of(bomb)
        zones_of("", bomb)

    def test_what_is_behind_the_limit_is_not_read(self) -> None:
        """A mail of any size costs no more than the limit."""
        assert len(zones_of("word " * MAX_TEXT).body) <= MAX_TEXT
