"""A clock of computing time around one item, so that a stalling one costs itself and nothing else."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stalled(Exception):
    """The item took longer than its deadline."""


def _stall(_signal: int, _frame: FrameType | None) -> None:
    raise Stalled


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise `Stalled` when the process computes longer than `seconds` within the block.

    Only computing counts: a machine that sleeps, a process that is suspended or waits for its turn loses no item.
    This is the last line: the limits on what is read are what keeps an item short. The signal reaches only the main thread of
    a process that has SIGPROF; elsewhere the block runs without a clock. An outer deadline goes on counting afterwards.
    """
    if not hasattr(signal, "SIGPROF") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _stall)
    left, _ = signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, left)
        signal.signal(signal.SIGPROF, before if before is not None else signal.SIG_DFL)
