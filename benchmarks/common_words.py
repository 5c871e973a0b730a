"""Make the table of common English words: ``python -m benchmarks.common_words --data PATH``.

A word is common if people of many mailboxes wrote it, mostly in lower case: names and codes stay rare. The words alone are kept, no text.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import mailbox
import re
import tempfile
from pathlib import Path

from plugin_backend.domain.classifier.zones import zones_of

WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
TARGET = Path(__file__).parent.parent / "plugin_backend" / "domain" / "classifier" / "data" / "common_words_english.txt"
LEAST_MAILBOXES = 8
LOWER_SHARE = 0.4
MAILS_READ = 1200


def words_of(box: Path) -> tuple[set[str], collections.Counter[str], collections.Counter[str]]:
    lower: collections.Counter[str] = collections.Counter()
    total: collections.Counter[str] = collections.Counter()
    with gzip.open(box) as packed, tempfile.NamedTemporaryFile() as plain:
        plain.write(packed.read())
        plain.flush()
        for at, message in enumerate(mailbox.mbox(plain.name, create=False)):
            if at >= MAILS_READ:
                break
            payload = message.get_payload(decode=True)
            if not isinstance(payload, bytes):
                continue
            for word in WORD.findall(zones_of(payload.decode("utf-8", "replace")).own):
                total[word.lower()] += 1
                lower[word.lower()] += int(word.islower())
    return set(total), lower, total


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    given = arguments.parse_args()
    boxes: collections.Counter[str] = collections.Counter()
    lower: collections.Counter[str] = collections.Counter()
    total: collections.Counter[str] = collections.Counter()
    for box in sorted((given.data / "enron" / "dev").glob("*.mbox.gz")):
        seen, its_lower, its_total = words_of(box)
        boxes.update(seen)
        lower.update(its_lower)
        total.update(its_total)
    often = (word for word, count in boxes.items() if count >= LEAST_MAILBOXES and len(word) > 2)
    common = sorted(word for word in often if lower[word] >= total[word] * LOWER_SHARE)
    TARGET.write_text("\n".join(common) + "\n", encoding="utf-8")
    print(len(common), "words")


if __name__ == "__main__":
    main()
