"""Text messages that came as mail: the words on the telephone, without what the gateway put around them."""

from __future__ import annotations

from plugin_backend.domain.classifier.tables import marks

_MOST_LINES = 400
_MARKS = marks("text_message_marks.toml")


def words_of_text_message(body: str) -> str:
    """The body up to the gateway's footer."""
    words: list[str] = []
    for line in body.split("\n", _MOST_LINES)[:_MOST_LINES]:
        lowered = line.strip().lower()
        if lowered.startswith(_MARKS["after"]):
            break
        if words or (lowered and not lowered.startswith(_MARKS["before"])):
            words.append(line)
    return "\n".join(words).strip()
