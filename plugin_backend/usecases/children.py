"""Child processes of a use case: started clean, spoken to through pipes, ended with the block that started them or with their parent."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

if sys.platform != "win32":
    from multiprocessing import forkserver

ALLOCATIONS_PER_COLLECTION = 100_000
"""How many objects more than were freed make the garbage collector look at the young ones (Python's own default is 700)."""

LARGE = 2_000_000
"""Bytes of a file from which on reading it takes so long that processes of its own are worth it."""

# Nothing is inherited but what a child is given: no open database, no thread's lock.
if sys.platform == "win32":
    _CONTEXT = multiprocessing.get_context("spawn")
else:
    _CONTEXT = multiprocessing.get_context("forkserver")


def is_large(source: Path, above: int = LARGE) -> bool:
    """Whether a source is worth processes of its own: a folder, or a file of more than so many bytes."""
    return source.is_dir() or source.stat().st_size > above


def get_ready(*modules: str) -> None:
    """Start the process that children come from, and have it load modules meanwhile; children then begin with these loaded.

    Worth it before this process loads much itself. Without it the first child starts that process, and each loads what it needs.
    """
    if sys.platform != "win32":
        _CONTEXT.set_forkserver_preload(list(modules))
        forkserver.ensure_running()


def duplex_pipe() -> tuple[Connection, Connection]:
    """The two ends of a connection, one for each of two children."""
    return _CONTEXT.Pipe()


@contextmanager
def child(work: Callable[..., None], *given: Any) -> Iterator[Connection]:
    """Run `work(*given, connection)` in a child process, and give the other end of the connection.

    The child ends with the block. It also ends when this process is killed: its connection breaks, and the `BrokenPipeError` or
    `EOFError` that it gets is the end of its work. Connections among the given ones belong to the child from here on.
    """
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_run, args=(work, *given, theirs), daemon=True)
    process.start()
    for connection in (theirs, *given):
        if isinstance(connection, Connection):
            connection.close()
    try:
        yield ours
    finally:
        ours.close()
        process.terminate()
        process.join()


class Inbox:
    """What comes through a connection, taken off it as soon as it comes, while this process is busy with something else.

    A connection holds less than a page: whoever sends one would wait until it is asked for. How much may be under way is for the two
    ends to agree on.
    """

    def __init__(self, connection: Connection) -> None:
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        Thread(target=_take, args=(connection, self._waiting), daemon=True).start()

    def is_empty(self) -> bool:
        """Whether nothing has come that was not taken."""
        return self._waiting.empty()

    def take(self) -> Any:
        """The next thing, as soon as it is there.

        Raises:
            EOFError: the other end is closed.
        """
        packed = self._waiting.get()
        if packed is None:
            self._waiting.put(None)
            raise EOFError
        return ForkingPickler.loads(packed)


def _take(connection: Connection, waiting: SimpleQueue[bytes | None]) -> None:
    with suppress(EOFError, OSError):
        while True:
            waiting.put(connection.recv_bytes())
    waiting.put(None)


def collect_seldom() -> None:
    """Make the garbage collector of this process fit bulk work: tables that live as long as it does, and rows that hold no cycles."""
    gc.freeze()
    gc.set_threshold(ALLOCATIONS_PER_COLLECTION)


def _run(work: Callable[..., None], *given: Any) -> None:
    # Ctrl-C reaches the whole process group; the parent decides what it means and ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()
    with suppress(BrokenPipeError, EOFError):
        work(*given)
