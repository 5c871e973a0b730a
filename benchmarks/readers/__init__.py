"""Relationship readers side by side: ours, and what others have published, each written by us from its public description.

A reader takes an owner's history with one person up to a moment and gives a number: the more, the closer. None of the others has stages,
so that they are compared by the order they put people in, and by whether their own words amount to a warning.
"""

from benchmarks.readers import acquaint_stage, count_only, dotalign, last_contact, pingcrm, pingcrm_points
from benchmarks.readers.history import Reader

OURS: Reader = acquaint_stage.READER
RIVALS: tuple[Reader, ...] = (dotalign.READER, pingcrm.READER, pingcrm_points.READER, last_contact.READER, count_only.READER)
READERS: tuple[Reader, ...] = (OURS, *RIVALS)

__all__ = ["OURS", "READERS", "RIVALS", "Reader"]
