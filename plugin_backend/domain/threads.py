"""What belongs together: the threads and the topics of the exchanges between two people.

A **thread** is what answers tie together: In-Reply-To and References, or, where mail has none of them, a reply prefix on the same
subject. A **topic** is one thread, or threads with the same subject, of the same series, or opening with the same terms where those are
rare between the two people.
Both are found for a whole ledger at once, in one pass each, so that the order of arrival does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from connectors.exchange import Kind
from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.domain.policy import RARE_TERM_THREADS, SHARED_TERMS, TERMS_OF_A_THREAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Strands:
    """The thread and the topic of every entry, as numbers, in the order of the entries."""

    threads: tuple[int, ...]
    topics: tuple[int, ...]


class _Groups:
    """Disjoint groups of the numbers below a size; the smallest number names its group."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, member: int) -> int:
        parent = self._parent
        root = member
        while parent[root] != root:
            root = parent[root]
        while parent[member] != root:
            parent[member], member = root, parent[member]
        return root

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first

    def names(self) -> tuple[int, ...]:
        return tuple(self.find(member) for member in range(len(self._parent)))


def strands_of(entries: Sequence[LedgerEntry]) -> Strands:
    """The threads and topics of the entries of one person, given oldest first."""
    threads = _threads(entries)
    return Strands(threads=threads, topics=_topics(entries, threads))


def _threads(entries: Sequence[LedgerEntry]) -> tuple[int, ...]:
    groups = _Groups(len(entries))
    by_id: dict[str, int] = {}
    by_subject: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if entry.kind is Kind.EVENT:
            continue
        _join(groups, by_id, number, entry.id)
        found = entry.in_reply_to in by_id
        if found:
            groups.join(number, by_id[entry.in_reply_to])
        else:
            # The mail it answers is not here. Others may answer the same one, so that its ancestors are named as well.
            ancestors = dict.fromkeys(each for each in (entry.in_reply_to, *reversed(entry.references)) if each)
            found = any(each in by_id for each in ancestors)
            for each in ancestors:
                _join(groups, by_id, number, each)
        if not found and entry.answers and entry.topic in by_subject:
            groups.join(number, by_subject[entry.topic])
        if entry.topic:
            by_subject[entry.topic] = number
    return groups.names()


def _join(groups: _Groups, known: dict[str, int], number: int, key: str) -> None:
    if key in known:
        groups.join(number, known[key])
    else:
        known[key] = number


def _topics(entries: Sequence[LedgerEntry], threads: tuple[int, ...]) -> tuple[int, ...]:
    groups = _Groups(len(entries))
    by_subject: dict[str, int] = {}
    by_series: dict[str, int] = {}
    for number, entry in enumerate(entries):
        groups.join(number, threads[number])
        if entry.topic:
            _join(groups, by_subject, number, entry.topic)
        if entry.series:
            _join(groups, by_series, number, entry.series)
    for one, other in _sharing_rare_terms(entries, groups.names()):
        groups.join(one, other)
    return groups.names()


def _sharing_rare_terms(entries: Sequence[LedgerEntry], strands: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """The strands that are about the same: much of what they opened with is rare between the two people, and common to both strands.

    One common term is enough where a strand has few. In a long correspondence any two strands share some rare word by chance, and by
    chains of such chances all of it would be one topic.
    """
    opened_with: dict[int, dict[str, None]] = {}
    for strand, entry in zip(strands, entries, strict=True):
        terms = opened_with.setdefault(strand, {})
        for term in entry.terms[: TERMS_OF_A_THREAD - len(terms)]:
            terms[term] = None
    carriers: dict[str, list[int]] = {}
    for strand, terms in opened_with.items():
        for term in terms:
            carriers.setdefault(term, []).append(strand)
    shared: Counter[tuple[int, int]] = Counter()
    for found in carriers.values():
        if 1 < len(found) <= RARE_TERM_THREADS:
            shared.update(combinations(found, 2))
    for (one, other), count in shared.items():
        if count * SHARED_TERMS >= min(len(opened_with[one]), len(opened_with[other])):
            yield one, other
