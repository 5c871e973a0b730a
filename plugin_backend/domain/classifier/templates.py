"""Phrases with holes, such as "{name} sent you a message": matched in linear time, without regular expressions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from string import Formatter


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A phrase with named holes; ``{name}`` must be filled, any other hole may be empty. Case does not count."""

    literals: tuple[str, ...]
    holes: tuple[str, ...]

    def fits(self, text: str) -> bool:
        """Whether the whole text fits."""
        return self.match(text) is not None

    def match(self, text: str) -> str | None:
        """What stands in ``{name}`` (an empty string where the phrase has no such hole), or None where the text does not fit."""
        lowered = text.lower()
        if len(lowered) != len(text):
            text = lowered
        if not self.holes:
            return "" if lowered == self.literals[0] else None
        if not lowered.startswith(self.literals[0]):
            return None
        place, name = len(self.literals[0]), ""
        for index, hole in enumerate(self.holes):
            literal = self.literals[index + 1]
            is_last = index == len(self.holes) - 1
            if is_last:
                end = len(lowered) - len(literal) if lowered.endswith(literal) else -1
            else:
                end = lowered.find(literal, place + (hole == "name"))
            if end < place:
                return None
            if hole == "name":
                name = text[place:end].strip()
                if not name:
                    return None
            place = end + len(literal)
        return name


@lru_cache(4_096)
def template(phrase: str) -> Template:
    """Read a phrase of the data tables."""
    literals, holes, open_hole = [""], [], False
    for literal, hole, _, _ in Formatter().parse(phrase):
        if open_hole:
            literals.append("")
        literals[-1] += literal.lower()
        open_hole = hole is not None
        if hole is not None:
            holes.append(hole)
    if open_hole:
        literals.append("")
    return Template(literals=tuple(literals), holes=tuple(holes))
