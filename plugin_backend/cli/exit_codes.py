"""The exit codes of the command line."""

from __future__ import annotations

GAVE_UP = 1
NOT_FOUND = 3
FALLS_SHORT = 4
INTERRUPTED = 130
EXIT_CODES = {
    0: "done",
    GAVE_UP: "it could not be done; the message says why and what to do",
    2: "the command was not understood",
    NOT_FOUND: "there is no such thing in the ledger",
    FALLS_SHORT: "evaluate: everything was measured, and a figure falls short of what it has to beat",
    INTERRUPTED: "stopped by Ctrl-C; nothing is lost",
}
