"""Learn the rates that stand in where an owner's own mailbox has too few mails: ``python -m benchmarks.reply_rates --data PATH [--write]``.

PATH holds `enron/`. The rates are additive in what had gone before a mail and in its company; intervals draw whole owners. The same data
give the same file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.readers.enron import mailboxes, units
from benchmarks.readers.openings_before import Sort, sorted_units
from benchmarks.readers.rates import rates_with_intervals
from plugin_backend.domain.openings import Before, Company
from plugin_backend.domain.reply_estimate import Rate

TARGET = Path(__file__).parent.parent / "plugin_backend" / "domain" / "data" / "reply_rates.toml"
HEAD = """# How many mails were answered within two weeks, by what had gone between the two people before and by the company of the mail.
# Learnt by `python -m benchmarks.reply_rates` from {mails} mails of {owners} mailboxes of the public Enron record (1999-2002): mails with a
# new subject to at most five people, strict outcome. Low and high are an interval of 95 %, drawn over whole mailboxes. `mails` is how
# many there were of a sort; rare sorts borrow from those that share one of their two sides. What the names mean: domain/openings.py.
"""


def written(rates: Mapping[Sort, Rate], *, mails: int, owners: int) -> Iterator[str]:
    """The table as it stands in its file."""
    yield HEAD.format(mails=mails, owners=owners)
    for before in Before:
        for company in Company:
            rate = rates[before, company]
            yield f"\n[{before.value}.{company.value}]\nrate = {rate.rate:.4f}\nlow = {rate.low:.4f}\nhigh = {rate.high:.4f}\n"
            yield f"mails = {rate.mails}\n"


def main() -> None:
    """Learn, print, and write where asked to."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--write", action="store_true", help="write the table into the package")
    given = arguments.parse_args()
    every = [unit for unit in units(given.data) if unit.opens]
    boxes = mailboxes(given.data, sorted({unit.owner for unit in every}), lambda told: print(told, file=sys.stderr))
    cases = sorted_units(every, boxes)
    text = "".join(written(rates_with_intervals(cases), mails=len(cases), owners=len(boxes)))
    print(text)
    if given.write:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
