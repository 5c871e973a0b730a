"""`classify`: what the corpus says of every odd mail and event, and that nothing on earth makes it raise."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from connectors.exchange import Attachment, Exchange, Kind, Participant, Response, Role
from plugin_backend.domain.classifier import classify, classify_all
from plugin_backend.domain.classifier.evidence import evidence_in
from plugin_backend.domain.classifier.phrases import sentences_of
from plugin_backend.domain.tags import Channel, Substance, Tags
from tests.domain.classifier.corpus import CORPUS, exchange_of, said_of, told_in
from tests.factories import OWNER, make_exchange


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus(path: Path) -> None:
    """Every file of the corpus is tagged as it says."""
    told = told_in(path)
    expected = dict(told["expect"])
    has, has_not = set(expected.pop("has", ())), set(expected.pop("has_not", ()))

    exchange = exchange_of(told)
    tags = classify(exchange, OWNER)

    assert {key: said_of(exchange, tags, key) for key in expected} == expected, told["why"]
    carried = {tag.substance.value for tag in tags.substances}
    assert has <= carried, told["why"]
    assert not has_not & carried, told["why"]


def test_every_channel_is_in_the_corpus() -> None:
    """No channel goes without an example."""
    shown = {told_in(path)["expect"].get("channel") for path in CORPUS}

    assert {channel.value for channel in Channel} - shown == set()


class TestTogether:
    def test_many_are_tagged_as_each_by_itself(self) -> None:
        """Whatever stands beside a message on a page, its tags are its own: the whole corpus, forth and back."""
        exchanges = [exchange_of(told_in(path)) for path in CORPUS]
        alone = tuple(classify(each, OWNER) for each in exchanges)

        assert classify_all(exchanges, OWNER) == alone
        assert classify_all(exchanges[::-1], OWNER) == alone[::-1]

    def test_none_are_none(self) -> None:
        """An empty page has no tags."""
        assert classify_all((), OWNER) == ()

    def test_no_words_stay_behind(self) -> None:
        """What was read of somebody's words is forgotten with the page."""
        classify_all([make_exchange()], OWNER)

        assert sentences_of.cache_info().currsize == 0
        assert evidence_in.cache_info().currsize == 0


class TestWords:
    def test_only_words_of_a_text_message_count(self) -> None:
        """The gateway's footer is none of the person's words."""
        told = next(told_in(path) for path in CORPUS if path.stem == "sms_through_google")

        tags = classify(exchange_of(told), OWNER)

        assert tags.own_words == len("hi olga its lena, is the gate ready? should i come by".split())

    def test_addressed_among_the_copied(self) -> None:
        """Who stands in Cc and is addressed by name is named with their address."""
        told = {
            "from": "Pavel Smith <pavel@forge.example>",
            "to": ["Olga Mill <olga@mill.example>"],
            "cc": ["Tina Guild <tina@guild.example>", "Hans Hammer <hans@forge.example>"],
            "subject": "Gate",
            "text": "Dear Olga, dear Tina,\n\nwill you both come on Friday?\n\nPavel",
        }

        tags = classify(exchange_of(told), OWNER)

        assert tags.addressed == {"tina@guild.example"}

    def test_introduction_names_the_presented(self) -> None:
        """An introduction tells whom it presents; the owner is not among them."""
        told = {
            "from": "Pavel Smith <pavel@forge.example>",
            "to": ["Olga Mill <olga@mill.example>", "Tina Guild <tina@guild.example>"],
            "subject": "Introduction: Olga, Tina",
            "text": "Olga, meet Tina, who runs the guild. Tina, this is Olga.\nI would like to introduce you to each other.\n\nPavel",
        }

        tags = classify(exchange_of(told), OWNER)

        assert tags.has(Substance.INTRODUCTION)
        assert tags.introduces == {"tina@guild.example"}

    def test_evidence_is_short(self) -> None:
        """No tag keeps more than 200 characters of anybody's words."""
        long = make_exchange(text="I will send you the drawings of the gate by Friday, " * 2_000)

        tags = classify(long, OWNER)

        assert all(len(tag.words) <= 200 for tag in tags.substances)


class TestDoubt:
    @pytest.mark.parametrize(
        ("results", "elsewhere", "doubtful"),
        [
            ("mx.mill.example; dmarc=fail header.from=forge.example", True, True),
            ("mx.mill.example; spf=pass smtp.mailfrom=thief.example", True, True),
            ("mx.mill.example; dmarc=pass header.from=forge.example", True, False),
            ("", True, False),
            ("mx.mill.example; dmarc=fail header.from=forge.example", False, False),
        ],
        ids=["failed", "proves another house", "passed", "nobody looked", "answers go back to it"],
    )
    def test_falls_on_mail_that_leads_answers_elsewhere_unproven(self, results: str, elsewhere: bool, doubtful: bool) -> None:
        """A Reply-To is believed of no mail that the receiving server did not find to be from where it says."""
        mail = make_exchange(headers=(("authentication-results", results),) if results else ())
        if elsewhere:
            mail = structs.replace(mail, participants=(*mail.participants, Participant(address="pavel@thief.example", role=Role.REPLY_TO)))

        assert classify(mail, OWNER).doubtful is doubtful


SOUP = st.text(max_size=200)
NAMES = st.sampled_from(
    """authentication-results auto-submitted precedence list-id list-post list-unsubscribe return-path content-class content-type sender
    x-mailer x-auto-response-suppress feedback-id user-agent x-github-reason x-voicemessageduration mime-version""".split()
)
ADDRESSES = st.one_of(
    SOUP,
    st.sampled_from(
        [
            "olga@mill.example",
            "noreply@email.teams.microsoft.com",
            "notification@slack.com",
            "x@txt.voice.google.com",
            "@",
            "a@",
            "@a",
            "bounce+x=y@z.example",
            "a@" + "b." * 200,
        ]
    ),
)
PARTICIPANTS = st.builds(
    Participant, address=ADDRESSES, role=st.sampled_from(Role), name=SOUP, response=st.sampled_from(Response), resource=st.booleans()
)
EXCHANGES = st.builds(
    Exchange,
    kind=st.sampled_from(Kind),
    external_id=SOUP,
    at=st.just(datetime(2026, 5, 4, tzinfo=UTC)),
    participants=st.lists(PARTICIPANTS, max_size=6).map(tuple),
    subject=SOUP,
    text=SOUP,
    html=SOUP,
    headers=st.lists(st.tuples(st.one_of(NAMES, SOUP), SOUP), max_size=12).map(tuple),
    in_reply_to=SOUP,
    attachments=st.lists(st.builds(Attachment, name=SOUP, media_type=SOUP), max_size=3).map(tuple),
    message_class=SOUP,
    calendar_method=st.sampled_from(["", "REQUEST", "odd"]),
    location=SOUP,
    conference_url=SOUP,
    guests_hidden=st.booleans(),
    event_type=st.sampled_from(["", "default", "focusTime"]),
)


HOSTILE = ["(" * 50_000, "[" * 50_000, "re: " * 20_000, "a@" * 30_000, "<" * 50_000, "\ud800" * 1_000, "\0" * 1_000, "=?" * 20_000]


class TestNothingRaises:
    @given(EXCHANGES)
    def test_any_header_soup(self, exchange: Exchange) -> None:
        """Whatever headers, texts and participants say, there are tags, and a machine's mail is nobody's."""
        tags = classify(exchange, OWNER)

        assert isinstance(tags, Tags)
        assert not (tags.human and (tags.notice or tags.calendar_traffic or tags.has(Substance.AUTOMATED) or tags.has(Substance.BULK)))

    @given(st.lists(EXCHANGES, max_size=4))
    def test_any_soups_on_one_page(self, exchanges: list[Exchange]) -> None:
        """Together they have the tags that each has by itself."""
        assert classify_all(exchanges, OWNER) == tuple(classify(each, OWNER) for each in exchanges)

    @pytest.mark.parametrize("hostile", HOSTILE)
    def test_hostile_text_everywhere(self, hostile: str) -> None:
        """Long runs of what patterns trip over are read like anything else."""
        exchange = structs.replace(
            make_exchange(),
            subject=hostile,
            text=hostile,
            html=hostile,
            headers=(("authentication-results", hostile), ("x-mailer", hostile), ("sender", hostile), ("list-id", hostile)),
            participants=(Participant(address="noreply@email.teams.microsoft.com", role=Role.SENDER, name=hostile),),
            location=hostile,
        )

        for kind in Kind:
            assert isinstance(classify(structs.replace(exchange, kind=kind), OWNER), Tags)
