"""Names: what a display name comes down to, and whether two are one person's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.names import display_name, is_one_name, may_be_one, name_key, spelled_name


class TestNameKey:
    @pytest.mark.parametrize(
        "name",
        [
            "Ingrid Karst",
            "Karst, Ingrid",
            "Dr. Karst, Ingrid M.",
            "'Karst, Ingrid'",
            "Ingrid Karst (SMS)",
            "Ingrid Karst in Teams",
            "Ingrid Karst (Google Docs)",
            "Ingrid Karst via LinkedIn",
            "Ingrid Karst | Guild",
            "INGRID KÁRST",
            "Prof. Dr. Ingrid Karst, PhD",
            "Ingrid M Karst/HAM/GUILD@GUILD",
        ],
    )
    def test_one_name_in_many_dresses(self, name: str) -> None:
        """Titles, order, case, accents and additions are no part of a name."""
        assert name_key(name) == "ingrid karst"

    @pytest.mark.parametrize(
        ("name", "key"),
        [("", ""), ("ingrid@karst.example", ""), ("山田 太郎", "山田 太郎"), ("Łoś, Tomasz", "tomasz los"), ("Anna", "anna")],
    )
    def test_others(self, name: str, key: str) -> None:
        """No name, other scripts, one word."""
        assert name_key(name) == key

    @given(st.text(max_size=500))
    def test_is_stable(self, name: str) -> None:
        """Nothing raises, and a key is the key of itself."""
        assert name_key(name_key(name)) == name_key(name)


class TestFullNames:
    @pytest.mark.parametrize(
        "name", ["Ingrid Karst", "Karst, Ingrid M.", "J. Paul Karst", "Ingrid van der Karst", "山田 太郎", "山田太郎", "김철수"]
    )
    def test_name_one_person(self, name: str) -> None:
        """Given name and surname; some scripts write them as one word."""
        assert display_name(name).identifies

    @pytest.mark.parametrize("name", ["", "Ingrid", "I. Karst", "Karst, I.", "I", "Ingrid & Otto Karst", "Ingrid and Otto Karst", "山"])
    def test_others_do_not(self, name: str) -> None:
        """A given name, an initial, a couple."""
        assert not display_name(name).identifies

    @pytest.mark.parametrize(
        ("address", "name"),
        [
            ("ingrid.karst@guild.example", "ingrid karst"),
            ("ingrid_m_karst@guild.example", "ingrid m karst"),
            ("ingrid.karst+guild@post.example", "ingrid karst"),
            ("ikarst@guild.example", ""),
            ("i.karst@guild.example", ""),
            ("ingrid.karst.2@guild.example", ""),
            ("a.b.c.d@guild.example", ""),
            ("no address", ""),
        ],
    )
    def test_may_be_spelled_by_an_address(self, address: str, name: str) -> None:
        """Words of letters between dots or underscores, and no others."""
        assert spelled_name(address) == name


class TestOneOrTwo:
    @pytest.mark.parametrize(
        ("name", "other", "may"),
        [
            ("Ingrid Karst", "Karst, Ingrid", True),
            ("Ingrid M. Karst", "Ingrid Karst", True),
            ("Ingrid Karst", "Ingrid Karst Jr.", True),
            ("Ingrid M. Karst", "Ingrid P. Karst", False),
            ("Otto Karst Sr.", "Otto Karst, Jr.", False),
            ("Karst II, Otto", "Karst III, Otto", False),
            ("Sr. Otto Karst", "Otto Karst Jr.", True),
            ("Ingrid Karst", "Inga Karst", False),
            ("Ingrid", "Ingrid", False),
        ],
    )
    def test_names_may_be_one_person_s(self, name: str, other: str, may: bool) -> None:
        """Unless an initial or a generation tells them apart; "Sr." before a name is a title."""
        assert may_be_one(name, other) is may
        assert may_be_one(other, name) is may

    @pytest.mark.parametrize(
        "names",
        [
            ("Ingrid Karst", "Karst, Ingrid M."),
            ("Ingrid Karst", "Ingrid", "I. Karst", ""),
            ("Ingrid Karst", "Ingrid Novak"),
            ("Phil Karst", "Phillip Karst"),
            ("Ingrid Karst (E-mail)", "Ingrid Karst (Home)", "Ingrid Karst (Legal)"),
        ],
    )
    def test_names_of_one(self, names: tuple[str, ...]) -> None:
        """Short names, another surname, a given name cut short, and which address it is, leave no doubt."""
        assert is_one_name(names)

    @pytest.mark.parametrize(
        "names",
        [
            (),
            ("Ingrid", "I. Karst"),
            ("Ingrid Karst", "Otto Karst"),
            ("Ingrid Karst", "Ingrid & Otto Karst"),
            ("Ingrid M. Karst", "Ingrid Karst", "Ingrid P. Karst"),
            ("Otto Karst", "Otto Karst Jr."),
            ("Ingrid Karst (Legal)", "Ingrid Karst (Trading)"),
        ],
    )
    def test_names_of_several(self, names: tuple[str, ...]) -> None:
        """Any doubt is one: no full name, another given name, a couple, a son, another department."""
        assert not is_one_name(names)

    @given(st.lists(st.text(max_size=300), max_size=4), st.text(max_size=300), st.text(max_size=300))
    def test_any_text_is_judged(self, names: list[str], name: str, other: str) -> None:
        """Nothing raises; no order matters."""
        assert may_be_one(name, other) is may_be_one(other, name)
        assert is_one_name(names) is is_one_name(names[::-1])
        assert spelled_name(name) == "" or display_name(spelled_name(name)).identifies
