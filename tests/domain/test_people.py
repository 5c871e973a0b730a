"""People: what an address says by its form, what a name comes down to, and when two addresses are one person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.people import (
    AddressKind,
    AliasEvidence,
    Owner,
    is_colleague,
    is_free_mail,
    kind_of,
    registrable_domain,
    same_person,
)

OWNER = Owner(
    addresses=frozenset({"olga@mill.example", "olga.mill@gmail.com"}),
    colleague_domains=frozenset({"saw.example"}),
    colleague_addresses=frozenset({"helper@free.example"}),
)


class TestKind:
    @pytest.mark.parametrize(
        "address",
        [
            "jane.doe@house.example",
            "jane+news@gmail.com",
            "k..allen@house.example",
            "anna.list@house.example",
            "peter.bot@house.example",
            "123456789@qq.com",
            "75677.1107@net.example",
            "8775550100.4891940@pager.example",
            "ana.sales@x.example",
            "norman.mailer@x.example",
            "john.billing@x.example",
            "jtalbert@x.example",
            "anna@news.example",
            "hello@jane.example",
            "14155550100.15305550134.k7qzbw2x9v@txt.voice.google.com",
            "5305550134@vtext.com",
        ],
    )
    def test_person(self, address: str) -> None:
        """People have dots, tags, numbers and surnames that mean something else."""
        assert kind_of(address, owner=OWNER) is AddressKind.PERSON

    @pytest.mark.parametrize(
        "address",
        [
            "support@x.example",
            "info@x.example",
            "kontakt@x.example",
            "einkauf@x.example",
            "presse@x.example",
            "jobs@x.example",
            "sales-emea@x.example",
            "ventas@x.example",
            "comptabilite@x.example",
            "clientrelations@x.example",
            "community-relations@x.example",
            "airinfo@x.example",
            "memberservices@x.example",
            "team.north-plant@x.example",
            "hotline.it@x.example",
            "gas.desk@x.example",
            "chairman.mill@x.example",
        ],
    )
    def test_role(self, address: str) -> None:
        """An office in several languages."""
        assert kind_of(address, owner=OWNER) is AddressKind.ROLE

    @pytest.mark.parametrize(
        "address",
        [
            "noreply@x.example",
            "no-reply@x.example",
            "do.not.reply@x.example",
            "anna-noreply@x.example",
            "mailer-daemon@x.example",
            "bounce-17-joe=example.com@x.example",
            "bounces+2-ab@x.example",
            "reply+a9f3@reply.github.com",
            "notifications@github.com",
            "newsletter@x.example",
            "smiths-request@x.example",
            "402698.86477310.2@1.shop.example",
            "42.9060.f5-lt3r_gcf12admuj8ksrr.1@shop.example",
            "r-3-728387-2275130-2-6465-us2-d48f8bd2@mail.example",
            "farealert@x.example",
            "sweetdeals@x.example",
            "fine.shoes@newsletters.shop.example",
            "winnerannouncements@x.example",
            "no address",
        ],
    )
    def test_robot(self, address: str) -> None:
        """Machines, their bounces and their tokens."""
        assert kind_of(address, owner=OWNER) is AddressKind.ROBOT

    @pytest.mark.parametrize(
        "address",
        [
            "smiths@lists.example.org",
            "smiths@list2.example.org",
            "smiths@googlegroups.com",
            "kernel-list@x.example",
            "dl-sales@x.example",
            "building.dl-it@x.example",
            "all.worldwide@x.example",
            "market-participants@x.example",
        ],
    )
    def test_list(self, address: str) -> None:
        """Lists by host, by last word, by first word."""
        assert kind_of(address, owner=OWNER) is AddressKind.LIST

    @pytest.mark.parametrize(
        "address",
        ["c_188@resource.calendar.google.com", "x@group.calendar.google.com", "room-3.04@x.example", "besprechungsraum-2@x.example"],
    )
    def test_room(self, address: str) -> None:
        """Rooms and shared calendars."""
        assert kind_of(address, owner=OWNER) is AddressKind.ROOM

    def test_owner(self) -> None:
        """The owner's address is theirs, whatever it looks like."""
        assert kind_of("noreply@mill.example", owner=Owner(addresses=frozenset({"noreply@mill.example"}))) is AddressKind.OWNER

    def test_a_name_may_tell_the_machine(self) -> None:
        """A mail system that writes under a person's form of address."""
        assert kind_of("mail.system@x.example", name="Mail Delivery Subsystem", owner=OWNER) is AddressKind.ROBOT

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("Office of the Chairman", AddressKind.ROLE),
            ("Mill Help Desk", AddressKind.ROLE),
            ("Outlook-Migration-Team", AddressKind.ROLE),
            ("Northern-Plant, Team", AddressKind.LIST),
            ("DL-IT New Building", AddressKind.LIST),
            ("All Mill Employees", AddressKind.LIST),
            ("Conf. Room 3.04", AddressKind.ROOM),
            ("Mill General Announcements", AddressKind.ROBOT),
            ("Mill News", AddressKind.ROBOT),
            ("Mill.com", AddressKind.ROBOT),
            ("Do Not Reply", AddressKind.ROBOT),
            ("Team", AddressKind.ROLE),
            ("Pavel Smith", AddressKind.PERSON),
            ("Smith, Pavel", AddressKind.PERSON),
            ("Confer, Mark", AddressKind.PERSON),
            ("Pavel at Mill Support", AddressKind.PERSON),
            ("Pavel from the Mill Team", AddressKind.PERSON),
            ("Pavel Smith | Mill Support", AddressKind.PERSON),
            ("Smith Ironworks Inc", AddressKind.PERSON),
            ("forge.com", AddressKind.PERSON),
            ("", AddressKind.PERSON),
        ],
    )
    def test_a_name_may_tell(self, name: str, kind: AddressKind) -> None:
        """Offices, lists, rooms, machines and the site of an address by name; who says where they work is a person, and so is a firm."""
        assert kind_of("p.quist@mill.com", name=name, owner=OWNER) is kind

    def test_a_free_mailbox_is_not_its_site(self) -> None:
        """A name that only repeats the provider says nothing."""
        assert kind_of("wonder@yahoo.com", name="yahoo.com", owner=OWNER) is AddressKind.PERSON

    @given(st.text(max_size=300), st.text(max_size=300))
    def test_never_raises(self, address: str, name: str) -> None:
        """Any text is something."""
        assert kind_of(address, name=name, owner=OWNER) in AddressKind


class TestOrganisations:
    @pytest.mark.parametrize(
        ("address", "domain"),
        [
            ("a@mail.house.co.uk", "house.co.uk"),
            ("a@house.example", "house.example"),
            ("a@x.y.house.example", "house.example"),
            ("a@joe.github.io", "joe.github.io"),
            ("a@co.uk", "co.uk"),
            ("nothing", "nothing"),
            ("", ""),
        ],
    )
    def test_registrable_domain(self, address: str, domain: str) -> None:
        """The Public Suffix List decides; a suffix stays what it is."""
        assert registrable_domain(address) == domain

    def test_free_mail(self) -> None:
        """Anybody's domains, under any national ending."""
        assert all(is_free_mail(domain) for domain in ("gmail.com", "yahoo.co.uk", "mail.gmx.net", "web.de", "qq.com"))
        assert not any(is_free_mail(domain) for domain in ("house.example", "gmail-mail.example", ""))

    def test_colleagues(self) -> None:
        """Same organisation or the owner's word; a shared free-mail domain is no organisation."""
        assert is_colleague("tim@mill.example", OWNER)
        assert is_colleague("tim@north.mill.example", OWNER)
        assert is_colleague("tim@saw.example", OWNER)
        assert is_colleague("helper@free.example", OWNER)
        assert not is_colleague("tim@gmail.com", OWNER)
        assert not is_colleague("tim@forge.example", OWNER)


class TestSamePerson:
    @pytest.mark.parametrize(
        ("equal", "theirs", "owners", "same"),
        [
            (True, ("m1",), ("m2",), True),
            (True, ("m1",), (), False),
            (True, (), ("m2",), False),
            (False, ("m1",), ("m2",), False),
            (True, (), (), False),
        ],
    )
    def test_needs_both_sides_and_the_name(self, equal: bool, theirs: tuple[str, ...], owners: tuple[str, ...], same: bool) -> None:
        """The same name alone is a question to the owner."""
        assert same_person(AliasEvidence(one_name=equal, person_side=theirs, owner_side=owners)) is same
