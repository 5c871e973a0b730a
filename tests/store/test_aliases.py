"""Aliases: which traces make two addresses one person, which are left by somebody else, and what the owner is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from msgspec import structs

from connectors.exchange import Role
from plugin_backend.domain.ledger import CorrectionKind, LedgerEntry, Seat
from plugin_backend.domain.people import AddressKind
from tests.factories import START, make_correction, make_entry
from tests.store.ledgers import Ledger

OLD, NEW, OTHER = "pavel@forge.example", "p.smith@post.example", "pavel@tower.example"
LIST, COLLEAGUE = "smiths@guild.example", "rosa@forge.example"
NAMES = {OLD: "Pavel Smith", NEW: "Smith, Pavel"}
NAMESAKE = {**NAMES, OTHER: "Pavel Smith"}


def day(number: float) -> datetime:
    return START + timedelta(days=number)


ASKED = make_entry(id="asked", to=(OLD,), topic="bellows", at=day(0))
ANSWERED = make_entry(id="answered", by=NEW, answers_id="asked", at=day(1))
ANSWERED_BY_SUBJECT = make_entry(id="answered", by=NEW, answers=True, topic="bellows", at=day(1))
PROMPT = make_entry(id="prompt", by=COLLEAGUE, answers=True, topic="bellows", at=day(1))
LETTER = make_entry(id="letter", to=(NEW,), at=day(2))


def with_reply_to(entry: LedgerEntry, address: str) -> LedgerEntry:
    return structs.replace(entry, seats=(*entry.seats, Seat(address=address, role=Role.REPLY_TO)))


def is_one(ledger: Ledger, one: str = OLD, other: str = NEW) -> bool:
    """Whether two addresses are one person's."""
    return ledger.person(one).id == ledger.person(other).id


def say(ledger: Ledger, kind: CorrectionKind, *about: str, number: int = 1, exchange: str = "") -> None:
    word = make_correction(kind, id=f"c{number}", addresses=about, exchange=exchange, at=START + timedelta(minutes=number))
    ledger.write(lambda store: store.add_correction(word))


class TestAnswersBySubject:
    """Mail that names no other by id answers the owner's newest mail on its topic."""

    @pytest.mark.parametrize(
        "order", list(permutations((ASKED, ANSWERED_BY_SUBJECT, LETTER))), ids=lambda order: "-".join(each.id for each in order)
    )
    def test_shows_another_address(self, ledger: Ledger, order: tuple[LedgerEntry, ...]) -> None:
        """An old archive without In-Reply-To tells as much, in any order."""
        for entry in order:
            ledger.record(entry, names=NAMES)

        assert is_one(ledger)

    @pytest.mark.parametrize(
        ("page", "names"),
        [
            ((ASKED, make_entry(id="answered", by=NEW, topic="bellows", at=day(1)), LETTER), NAMES),
            ((ASKED, make_entry(id="answered", by=NEW, answers=True, topic="tongs", at=day(1)), LETTER), NAMES),
            ((ASKED, make_entry(id="answered", by=NEW, answers=True, topic="bellows", at=day(15)), LETTER, PROMPT), NAMES),
            ((ASKED, make_entry(id="answered", by=NEW, to=("owner", OLD), answers=True, topic="bellows", at=day(1)), LETTER), NAMES),
            ((ASKED, ANSWERED_BY_SUBJECT, LETTER, make_entry(id="newer", to=(COLLEAGUE,), topic="bellows", at=day(0.5))), NAMES),
            ((ASKED, ANSWERED_BY_SUBJECT, LETTER, make_entry(id="before", to=(NEW,), topic="bellows", at=day(-40))), NAMES),
            ((ASKED, ANSWERED_BY_SUBJECT, LETTER, make_entry(id="c", by=COLLEAGUE, to=("owner", NEW), topic="bellows", at=day(0))), NAMES),
            (
                (
                    ASKED,
                    make_entry(id="answered", by="pavel.s@forge.example", answers=True, topic="bellows", at=day(1)),
                    make_entry(id="letter", to=("pavel.s@forge.example",), at=day(2)),
                ),
                {OLD: "Pavel Smith", "pavel.s@forge.example": "Pavel Smith"},
            ),
        ],
        ids=[
            "no reply prefix",
            "another subject",
            "after two weeks",
            "goes to the old address",
            "answers a newer mail to somebody else",
            "wrote to on that subject before",
            "was copied on that subject",
            "a namesake in the same house",
        ],
    )
    def test_shows_nothing_where_it_may_answer_something_else(
        self, ledger: Ledger, page: tuple[LedgerEntry, ...], names: Mapping[str, str]
    ) -> None:
        """Whoever may have come to the subject by another way is not taken for the one who was written to."""
        ledger.record(*page, names=names)

        new = page[1].sender
        assert not is_one(ledger, OLD, new)
        assert ledger.asked_about(OLD) == (new,)

    def test_follows_what_goes(self, ledger: Ledger) -> None:
        """When the newest mail on the topic is dropped, the answer is to the one before it."""
        newer = make_entry(id="newer", to=(COLLEAGUE,), topic="bellows", at=day(0.5))
        ledger.record(ASKED, newer, ANSWERED_BY_SUBJECT, LETTER, names=NAMES)
        apart = is_one(ledger)

        ledger.record(deletions=("newer",))

        assert not apart
        assert is_one(ledger)


class TestWhoElseMayHaveAnswered:
    """A trace speaks only where nobody else can have left it."""

    @pytest.mark.parametrize(
        "asked",
        [
            make_entry(id="asked", to=(OLD, LIST), at=day(0)),
            make_entry(id="asked", to=(OLD,), cc=("office@forge.example",), at=day(0)),
            make_entry(id="asked", to=(OLD, OTHER), at=day(0)),
        ],
        ids=["a list", "an office", "a namesake"],
    )
    def test_not_what_went_to_others(self, ledger: Ledger, asked: LedgerEntry) -> None:
        """Behind a list or an office many read, and of two namesakes nobody knows which."""
        kinds = {LIST: AddressKind.LIST, "office@forge.example": AddressKind.ROLE}

        ledger.record(asked, ANSWERED, LETTER, names=NAMESAKE, kinds=kinds)

        assert not is_one(ledger)
        assert NEW in ledger.asked_about(OLD)

    def test_a_list_may_show_later(self, ledger: Ledger) -> None:
        """What turns out to be a list parts whom an answer to it had joined."""
        ledger.record(make_entry(id="asked", to=(OLD, LIST), at=day(0)), ANSWERED, LETTER, names=NAMES)
        joined = is_one(ledger)

        ledger.record(make_entry(id="post", by=LIST, at=day(5)), kinds={LIST: AddressKind.LIST})

        assert joined
        assert not is_one(ledger)

    def test_a_namesake_may_show_later(self, ledger: Ledger) -> None:
        """Somebody else who was written to turns out to bear the name."""
        ledger.record(make_entry(id="asked", to=(OLD, OTHER), at=day(0)), ANSWERED, LETTER, names=NAMES)
        joined = is_one(ledger)

        ledger.record(make_entry(id="later", by=OTHER, at=day(9)), names=NAMESAKE)

        assert joined
        assert not is_one(ledger)

    def test_a_mail_under_a_stolen_id_takes_no_answers_along(self, ledger: Ledger) -> None:
        """An earlier mail that claims the id of the owner's parts them; once it is gone, all is as before."""
        stolen = make_entry(id="asked", by="x@thief.example", at=day(-1))
        ledger.record(ASKED, ANSWERED, LETTER, names=NAMES)
        before = ledger.lines()

        ledger.record(stolen)
        apart = not is_one(ledger)
        ledger.record(ASKED, ANSWERED, LETTER, names=NAMES, reset=True, complete=True)

        assert apart
        assert is_one(ledger)
        assert ledger.lines() == before


class TestReplyTo:
    """A Reply-To tells of its writer's other address, unless it may be forged."""

    def test_the_owner_need_not_write_to_both(self, ledger: Ledger) -> None:
        """One mail to where answers shall go is the owner's side."""
        told = with_reply_to(make_entry(id="told", by=OLD, at=day(0)), NEW)

        ledger.record(told, LETTER, names=NAMES)

        assert is_one(ledger)

    def test_not_to_the_old_one_only(self, ledger: Ledger) -> None:
        """A mail to the address it was written from shows nothing of the other."""
        told = with_reply_to(make_entry(id="told", by=OLD, at=day(0)), NEW)

        ledger.record(told, ASKED, names=NAMES)

        assert not is_one(ledger)

    @pytest.mark.parametrize(
        "mail",
        [make_entry(id="told", by=OLD, at=day(0), doubtful=True), make_entry(id="told", by=OLD, at=day(0), list_post=True)],
        ids=["failed authentication", "came through a list"],
    )
    def test_not_of_a_mail_that_may_lie(self, ledger: Ledger, mail: LedgerEntry) -> None:
        """Such a mail has the Reply-To of somebody else."""
        told = with_reply_to(mail, NEW)

        ledger.record(told, ASKED, LETTER, names=NAMES)

        assert not is_one(ledger)


class TestTheOwnersSide:
    """The owner has written to the new address, by hand and under the name."""

    @pytest.mark.parametrize(
        ("letter", "name"),
        [
            (make_entry(id="letter", to=(NEW,), carries=("automated",), at=day(2)), "Pavel Smith"),
            (make_entry(id="letter", by=NEW, at=day(2)), "Pavel Smith"),
            (LETTER, "Pavel's assistant"),
            (LETTER, ""),
        ],
        ids=["an automatic answer", "a mail from there", "under another name", "under no name"],
    )
    def test_not_otherwise(self, ledger: Ledger, letter: LedgerEntry, name: str) -> None:
        """Nothing else shows that the owner knows them there."""
        ledger.record(ASKED, ANSWERED, names=NAMES)

        ledger.record(letter, names={NEW: name})

        assert not is_one(ledger)


class TestNames:
    """Names that tell two people apart, or several that use one address."""

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("Pavel A. Smith", "Pavel B. Smith"),
            ("Pavel Smith", "Pavel Smith Jr."),
            ("Smith Sr., Pavel", "Smith Jr., Pavel"),
            ("Smith, Pavel (Legal)", "Smith, Pavel (Trading)"),
            ("Pavel & Rosa Smith", "Pavel & Rosa Smith"),
            ("Pavel", "Pavel"),
            ("P. Smith", "P. Smith"),
            ("Pavel Smith", "Pasha Smith"),
            ("Pavel Smith", "Rosa Novak"),
        ],
    )
    def test_leave_two(self, ledger: Ledger, old: str, new: str) -> None:
        """Other initials, a son, another department, a couple, a first name, an initial, a nickname, an assistant."""
        ledger.record(ASKED, ANSWERED, LETTER, names={OLD: old, NEW: new})

        assert not is_one(ledger)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("Pavel Smith", "SMITH, PAVEL"),
            ("Pavel Smith", "Dr. Pavel B. Smith"),
            ("Pavel Smith (E-mail)", "Pavel Smith (E-mail 2)"),
            ("Pavel Smith/HOU/FORGE@FORGE", "Pavel Smith (p.smith@post.example)"),
            ("山田太郎", "山田太郎"),
        ],
    )
    def test_do_not_mind_dress(self, ledger: Ledger, old: str, new: str) -> None:
        """Order, case, titles, an initial more, and which address it is, are nothing to tell people apart by."""
        ledger.record(ASKED, ANSWERED, LETTER, names={OLD: old, NEW: new})

        assert is_one(ledger)

    def test_an_address_that_several_use_is_nobody_s(self, ledger: Ledger) -> None:
        """A family's mailbox does not become one of its members, whoever writes most; what is dropped counts no more."""
        ledger.record(ASKED, ANSWERED, LETTER, names=NAMES)
        joined = is_one(ledger)

        ledger.record(make_entry(id="rosa", by=NEW, at=day(7)), names={NEW: "Rosa Smith"})
        shared = is_one(ledger)
        ledger.record(deletions=("rosa",))

        assert (joined, shared, is_one(ledger)) == (True, False, True)

    def test_a_full_name_seen_once_is_not_the_usual_one(self, ledger: Ledger) -> None:
        """Who is called by the given name at both addresses may be two, though one of them has a surname."""
        ledger.record(make_entry(id="once", by=OLD, at=day(-9)), names={OLD: "Pavel Smith"})

        ledger.record(ASKED, ANSWERED, LETTER, make_entry(id="again", by=OLD, at=day(-8)), names={OLD: "Pavel", NEW: "Pavel"})

        assert not is_one(ledger)

    def test_an_office_under_a_person_s_name_is_an_office(self, ledger: Ledger) -> None:
        """What several read is nobody's second address, whatever its display name."""
        kinds = {"office@forge.example": AddressKind.ROLE}
        answered = make_entry(id="answered", by="office@forge.example", answers_id="asked", human=False, at=day(1))

        ledger.record(ASKED, answered, names={OLD: "Pavel Smith", "office@forge.example": "Pavel Smith"}, kinds=kinds)
        ledger.record(make_entry(id="letter", to=("office@forge.example",), at=day(2)), names={"office@forge.example": "Pavel Smith"})

        assert ledger.read(lambda store: store.person_by_address("office@forge.example")) is None
        assert ledger.person(OLD).addresses == (OLD,)
        assert ledger.asked_about(OLD) == ()

    def test_an_address_may_spell_a_name(self, ledger: Ledger) -> None:
        """An address that nobody ever gave a name has the one it spells: for merging and asking, not for crediting a notice."""
        spelled = "pavel.smith@forge.example"
        notice = make_entry(id="n", by="no-reply@social.example", notice=True, human=False, credited="name:pavel smith", at=day(3))
        ledger.record(make_entry(id="asked", to=(spelled,), at=day(0)), notice, kinds={"no-reply@social.example": AddressKind.ROBOT})
        alone = [entry.id for entry in ledger.read(lambda store: tuple(store.entries_with(store.persons_at([spelled])[spelled].id)))]

        ledger.record(make_entry(id="hello", by=NEW, at=day(0.5)), names=NAMES)
        asked = ledger.asked_about(spelled)
        ledger.record(ANSWERED, LETTER, names=NAMES)

        assert alone == ["asked"]
        assert asked == (NEW,)
        assert is_one(ledger, spelled, NEW)


class TestTheOwnersWord:
    """What the owner ignores, and whom they keep apart."""

    @pytest.mark.parametrize("ignored", ["asked", "answered", "letter"])
    def test_an_ignored_exchange_speaks_for_nothing(self, ledger: Ledger, ignored: str) -> None:
        """Each of the three is needed; taking the word back brings them together again."""
        ledger.record(ASKED, ANSWERED, LETTER, names=NAMES)

        say(ledger, CorrectionKind.IGNORE_EXCHANGE, exchange=ignored)
        parted = is_one(ledger)
        ledger.write(lambda store: store.undo_correction("c1"))

        assert not parted
        assert is_one(ledger)

    @pytest.mark.parametrize("dropped", ["asked", "answered", "letter"])
    def test_a_dropped_exchange_speaks_for_nothing(self, ledger: Ledger, dropped: str) -> None:
        """A merge goes with any of the mails that it leans on."""
        ledger.record(ASKED, ANSWERED, LETTER, make_entry(id="x", to=(OLD, NEW), carries=("bulk",), at=day(4)), names=NAMES)

        ledger.record(deletions=(dropped,))

        assert not is_one(ledger)

    CHAIN: tuple[LedgerEntry, ...] = (
        ASKED,
        ANSWERED,
        LETTER,
        make_entry(id="answered-again", by=OTHER, answers_id="letter", at=day(3)),
        make_entry(id="letter-again", to=(OTHER,), at=day(4)),
    )

    def test_traces_make_chains(self, ledger: Ledger) -> None:
        """Old to new, new to newest: one person."""
        ledger.record(*self.CHAIN, names=NAMESAKE)

        assert set(ledger.person(OLD).addresses) == {OLD, NEW, OTHER}

    def test_a_chain_between_two_whom_the_owner_keeps_apart_joins_nobody(self, ledger: Ledger) -> None:
        """The one in the middle belongs to one of them, and no trace says to which; the owner's word does."""
        ledger.record(*self.CHAIN, names=NAMESAKE)

        say(ledger, CorrectionKind.DIFFERENT_PERSON, OLD, OTHER, number=1)
        alone = [ledger.person(each).addresses for each in (OLD, NEW, OTHER)]
        say(ledger, CorrectionKind.SAME_PERSON, NEW, OTHER, number=2)

        assert alone == [(OLD,), (NEW,), (OTHER,)]
        assert set(ledger.person(NEW).addresses) == {NEW, OTHER}
        assert ledger.person(OLD).addresses == (OLD,)

    def test_of_words_that_cannot_all_hold_the_last_ones_do(self, ledger: Ledger) -> None:
        """Keeping apart stands; of two ways to one person the later is taken."""
        ledger.record(make_entry(id="a", to=(OLD, NEW, OTHER)))

        say(ledger, CorrectionKind.DIFFERENT_PERSON, OLD, OTHER, number=1)
        say(ledger, CorrectionKind.SAME_PERSON, OLD, NEW, number=2)
        say(ledger, CorrectionKind.SAME_PERSON, NEW, OTHER, number=3)

        assert is_one(ledger, NEW, OTHER)
        assert not is_one(ledger, OLD, NEW)


class TestQuestions:
    """What the owner is asked."""

    @pytest.mark.parametrize(
        ("old", "new", "asked"),
        [
            ("Pavel Smith", "Smith, Pavel", True),
            ("Pavel A. Smith", "Pavel Smith", True),
            ("Pavel Smith", "Pavel Smith Jr.", True),
            ("Pavel Smith (Legal)", "Pavel Smith (Trading)", True),
            ("Pavel A. Smith", "Pavel B. Smith", False),
            ("Pavel Smith Sr.", "Pavel Smith Jr.", False),
            ("Pavel", "Pavel", False),
            ("P. Smith", "P. Smith", False),
            ("Pavel & Rosa Smith", "Pavel & Rosa Smith", False),
            ("Pavel Smith", "Pasha Smith", False),
            ("", "", False),
        ],
    )
    def test_a_full_name_in_common_is_one(self, ledger: Ledger, old: str, new: str, asked: bool) -> None:
        """Unless the names tell two apart, or are no full names."""
        ledger.record(make_entry(id="a", by=OLD), make_entry(id="b", by=NEW), names={OLD: old, NEW: new})

        assert ledger.asked_about(OLD) == ((NEW,) if asked else ())
        assert ledger.asked_about(NEW) == ((OLD,) if asked else ())

    def test_nobody_asks_about_mailings(self, ledger: Ledger) -> None:
        """A house that writes its mailings from ever new addresses is no riddle."""
        mailings = [make_entry(id=f"m{number}", by=f"shop.{number}@mail.example", carries=("bulk",)) for number in range(3)]

        ledger.record(*mailings, names={mail.sender: "Fine Shoes Inc" for mail in mailings})

        assert ledger.asked_about("shop.0@mail.example") == ()

    def test_there_are_few(self, ledger: Ledger) -> None:
        """Of a name that hundreds bear only some are shown."""
        namesakes = [make_entry(id=f"m{number}", by=f"pavel{number}@post.example") for number in range(60)]

        ledger.record(*namesakes, names={mail.sender: "Pavel Smith" for mail in namesakes})

        assert len(ledger.asked_about("pavel0@post.example")) == 20


def test_names_do_not_hang_on_pages(fresh_ledger: Callable[[], Ledger]) -> None:
    """Two who use one address are seen to be two, whether their mails come on one page or on several."""
    names = ("Ann Smith", "Bob Smith", "Ann Smith", "Bob Smith", "Bob Smith")
    mails = [make_entry(id=f"m{number}", by=OLD, at=day(number)) for number in range(len(names))]

    def name_of(entry: LedgerEntry) -> dict[str, str]:
        return {OLD: names[int(entry.id[1:])]}

    at_once, one_by_one = fresh_ledger(), fresh_ledger()
    at_once.record(*mails, names_of=name_of)
    for mail in reversed(mails):
        one_by_one.record(mail, names_of=name_of)

    assert at_once.person(OLD).names == ("Bob Smith", "Ann Smith") == one_by_one.person(OLD).names
    assert at_once.lines() == one_by_one.lines()
