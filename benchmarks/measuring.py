"""Run a command as a user would and measure it from outside: wall time, processor time and the memory of its whole process tree."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

STOPS_WITHIN = 10.0
"""Seconds that a program has to end in."""

SAMPLE_EVERY = 0.25
"""Seconds between two looks at the memory. Each costs the processes some milliseconds: ten a second made runs 3 % slower."""

_PR_SET_CHILD_SUBREAPER = 36
"""linux/prctl.h"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one command took."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    """The highest sum over the process tree, pages that processes share counted once (proportional set size)."""
    peak_resident: int
    """The same with shared pages counted for each process: what adding up a process list gives."""
    exit_code: int
    output: str

    @property
    def ok(self) -> bool:
        return self.exit_code == 0


def measure(command: Sequence[str], *, env: Mapping[str, str], log: Path) -> Measured:
    """Run a command to its end in a process group of its own, with nothing of earlier ones left to be written to the disk."""
    os.sync()
    _adopt_orphans()
    with log.open("wb") as sink:
        began = time.perf_counter()
        child = start(command, env, sink)
        done = threading.Event()
        peaks = [0, 0]
        watcher = threading.Thread(target=_watch, args=(child.pid, done, peaks))
        watcher.start()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        done.set()
        watcher.join()
    cpu_seconds = usage.ru_utime + usage.ru_stime + sum(_reaped(group=child.pid))
    # ru_maxrss (KiB) is exact for the largest process of the tree, where a short run was over before it was looked at.
    shared, resident = peaks
    return Measured(
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        peak_bytes=shared or usage.ru_maxrss * 1024,
        peak_resident=max(resident, usage.ru_maxrss * 1024),
        exit_code=child.returncode,
        output=log.read_text(errors="replace"),
    )


def _adopt_orphans() -> None:
    """Make this process the parent of those whose own has ended, so that their processor time can be asked for (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reaped(group: int) -> Iterator[float]:
    """Wait for what is left of a process group; the processor seconds that each took."""
    with suppress(ChildProcessError):
        while True:
            _, _, usage = os.wait4(-group, 0)
            yield usage.ru_utime + usage.ru_stime


def run_and_kill(command: Sequence[str], *, env: Mapping[str, str], after: float, log: Path) -> bool:
    """Run a command and kill -9 its whole process group after so many seconds; False where it had ended by itself."""
    with log.open("ab") as sink:
        child = start(command, env, sink)
        try:
            child.wait(timeout=after)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return True
    return False


def start(command: Sequence[str], env: Mapping[str, str], sink: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, with nothing to read and its output in a file."""
    return subprocess.Popen(
        command, env=dict(env), stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
    )


def stop(child: subprocess.Popen[bytes]) -> None:
    """End a program that was started so, with its process group: asked first, killed where it takes too long."""
    os.killpg(child.pid, signal.SIGTERM)
    try:
        child.wait(timeout=STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        print(f"a program did not stop within {STOPS_WITHIN:.0f} s and was killed", file=sys.stderr)


def _watch(root: int, done: threading.Event, peaks: list[int]) -> None:
    while not done.wait(SAMPLE_EVERY):
        taken = [memory_of(process) for process in process_tree(root)]
        peaks[:] = (max(peak, sum(each.get(name, 0) for each in taken)) for peak, name in zip(peaks, ("Pss", "Rss"), strict=True))


def process_tree(root: int) -> tuple[int, ...]:
    """A process and all its descendants, now."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(FileNotFoundError, ProcessLookupError):
                # The command's name may hold spaces and brackets; the parent is counted from behind it.
                fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting.extend(children.get(process, ()))
    return tuple(found)


def memory_of(process: int) -> dict[str, int]:
    """The kernel's own sums over the memory of a process, in bytes; nothing for one that has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return {}
    return {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}


def folder_bytes(folder: Path) -> int:
    """The size of all files under a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
