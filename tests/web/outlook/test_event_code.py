"""The word before Send, in a runtime without window and document: completed exactly once, within two seconds, and open on every failure."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.outlook.tools import FILES, HERE, run_events, tool

MESSAGE, CHANGED, APPOINTMENT = "onMessageSendHandler", "onMessageRecipientsChangedHandler", "onAppointmentSendHandler"
COLD = "beatriz@hospital.example"
WHOLE_MS, LONGEST_DIALOG, LONGEST_NOTICE, LONGEST_LABEL = 2000, 500, 150, 20
COULD_NOT = "could not check"


def recipient(address: str = COLD, verdict: str | None = "warn", *, reason: str = "No recognition yet.", way: str = "") -> dict[str, Any]:
    alternatives = [{"kind": "introduction", "sentence": way}] if way else []
    return {"address": address, "verdict": verdict, "reasons": [reason], "alternatives": alternatives}


def answer(verdict: str | None, *recipients: dict[str, Any], broadcast: str = "", checked: bool = True) -> dict[str, Any]:
    """What the service answers, as a server of the scenario."""
    return {"body": json.dumps({"verdict": verdict, "recipients": recipients, "broadcast": broadcast, "checked": checked})}


WARN = answer("warn", recipient(way="Ask Catarina Melo to introduce you."), recipient("maya@known.example", "allow"))
NUDGE = answer("nudge", recipient("leif@felt.example", "nudge", reason="It has been quiet between you."))
ALLOW = answer("allow", recipient("maya@known.example", "allow"))


def scene(handler: str | list[str] = MESSAGE, **other: Any) -> dict[str, Any]:
    """A scenario: a new mail to somebody who would be warned about, unless it is said otherwise."""
    return {"handler": handler, "to": [COLD], "subject": "Our offer", "sets": 15, "server": WARN} | other


def run(handler: str | list[str] = MESSAGE, **other: Any) -> dict[str, Any]:
    (happened,) = run_events([scene(handler, **other)])
    return happened


def only(happened: dict[str, Any]) -> dict[str, Any]:
    """How the one event was completed; there is exactly one completion, in time."""
    (completed,) = happened["completed"]
    assert completed["at"] <= WHOLE_MS
    assert happened["uncaught"] == []
    options: dict[str, Any] = completed["options"]
    return options


def test_the_code_is_what_classic_outlook_can_run() -> None:
    """ES2016, no conditional expression, no document, no storage, no import."""
    linted = tool("eslint", "bin/eslint.js", "--max-warnings", "0", "-c", HERE / "eslint.config.mjs", FILES / "launchevent.js")

    assert (linted.returncode, linted.stdout + linted.stderr) == (0, "")


def test_a_warning_asks_before_sending() -> None:
    """Who first and what next, a way round, and a button that opens the pane; it can always be passed over."""
    options = only(run())

    assert options["allowEvent"] is False
    assert options["errorMessage"] == f"{COLD}: No recognition yet. A better way: Ask Catarina Melo to introduce you."
    assert options["errorMessageMarkdown"].split("\n\n")[0] == f"{COLD}: No recognition yet."
    assert (options["cancelLabel"], options["commandId"]) == ("Show me why", "acquaintCompose")
    assert len(options["cancelLabel"]) <= LONGEST_LABEL


LESS = {"allow": ALLOW, "nudge": NUDGE, "nobody": answer(None), "many": answer("allow", broadcast="It goes to many.")}


@pytest.mark.parametrize("server", LESS.values(), ids=LESS.keys())
def test_nothing_less_than_a_warning_asks(server: dict[str, Any]) -> None:
    """A nudge is said while one writes, not in the way of Send."""
    happened = run(server=server)

    assert only(happened) == {"allowEvent": True}
    assert happened["notices"] == {}


def test_a_message_to_nobody_asks_nothing() -> None:
    """Outlook itself says that somebody is missing; the service is not asked."""
    happened = run(to=[])

    assert only(happened) == {"allowEvent": True}
    assert happened["requests"] == []


def test_what_is_sent_to_the_service() -> None:
    """Who, the subject and which message it answers; no text. By a whole address, with the token of this API."""
    happened = run(to=[COLD], cc=["c@x.example"], bcc=["b@x.example"], inReplyTo="<id@x.example>", composeType="reply")
    (request,) = happened["requests"]

    assert request["url"] == "https://acquaint.invalid/api/v1/check"
    assert request["headers"]["Authorization"] == "Bearer office-token"
    assert request["body"] == {"to": [COLD], "cc": ["c@x.example", "b@x.example"], "subject": "Our offer", "in_reply_to": "<id@x.example>"}


def test_a_forward_answers_nothing() -> None:
    """Outlook names the message a forward came from; it is no answer to it."""
    (request,) = run(inReplyTo="<id@x.example>", composeType="forward")["requests"]

    assert request["body"]["in_reply_to"] == ""


FAILURES: dict[str, dict[str, Any]] = {
    "refused": {"server": {"refused": True}},
    "no network at all": {"server": {"throws": True}},
    "hanging": {"server": {"hangs": True}},
    "slow 1.3 s": {"server": WARN | {"after": 1300}},
    "slow 4.9 s": {"server": WARN | {"after": 4900}},
    "slow 6 s": {"server": WARN | {"after": 6000}},
    "400": {"server": WARN | {"status": 400}},
    "401": {"server": WARN | {"status": 401}},
    "403": {"server": WARN | {"status": 403}},
    "404": {"server": WARN | {"status": 404}},
    "429": {"server": WARN | {"status": 429}},
    "500": {"server": WARN | {"status": 500}},
    "503": {"server": WARN | {"status": 503}},
    "bad JSON": {"server": {"body": '{"verdict": "warn", '}},
    "a page instead of JSON": {"server": {"body": "<!doctype html><title>Sign in to the network</title>"}},
    "nothing": {"server": {"body": ""}},
    "null": {"server": {"body": "null"}},
    "a list": {"server": {"body": "[]"}},
    "no recipients": {"server": {"body": '{"verdict": "warn", "checked": true}'}},
    "recipients that are none": {"server": {"body": '{"verdict": "warn", "checked": true, "recipients": [null, 7]}'}},
    "10 MB": {"server": {"size": 10_485_760}},
    "10 MB, announced": {"server": WARN | {"length": 10_485_760}},
    "not checked by the service": {"server": answer("warn", recipient(), checked=False)},
    "not signed in": {"signIn": "nowhere"},
    "signing in refused": {"signIn": "refused"},
    "signing in hangs": {"signIn": "hangs"},
    "Outlook hangs": {"outlook": "hangs"},
    "Outlook fails": {"outlook": "fails"},
    "Outlook shows nothing": {"outlook": "has no item"},
}


@pytest.fixture(scope="module")
def failed() -> dict[tuple[str, str], dict[str, Any]]:
    """What happens at each failure in each of the handlers."""
    tried = [(handler, name) for handler in (MESSAGE, CHANGED, APPOINTMENT) for name in FAILURES]
    happened = run_events([scene(handler, **FAILURES[name]) for handler, name in tried])
    return dict(zip(tried, happened, strict=True))


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_lets_the_message_go(failed: dict[tuple[str, str], dict[str, Any]], failure: str) -> None:
    """Completed exactly once, within two seconds, allowed, and with a quiet word that nothing was checked."""
    happened = failed[MESSAGE, failure]

    assert only(happened) == {"allowEvent": True}
    if failure != "Outlook shows nothing":
        notice = happened["notices"]["acquaint"]
        assert notice["type"] == "informationalMessage"
        assert COULD_NOT in notice["message"] or "did not check" in notice["message"]
        assert len(notice["message"]) <= LONGEST_NOTICE


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("handler", [CHANGED, APPOINTMENT])
def test_every_failure_completes_the_other_events(failed: dict[tuple[str, str], dict[str, Any]], handler: str, failure: str) -> None:
    """Exactly once, in time; an invitation goes out."""
    options = only(failed[handler, failure])

    assert options == ({"allowEvent": True} if handler == APPOINTMENT else None)


def test_a_slow_answer_in_time_is_taken() -> None:
    """1.1 seconds are slow, and no reason to keep silent."""
    happened = run(server=WARN | {"after": 1100})

    assert only(happened)["allowEvent"] is False


@pytest.mark.parametrize("sets", [11, 12, 13, None], ids=["1.11", "1.12", "1.13", "no sets at all"])
def test_older_outlook_is_asked_for_nothing_it_lacks(sets: int | None) -> None:
    """Before 1.14 there is no label and no button, before 1.15 no Markdown; the plain question is always there."""
    asked = scene(sets=sets)
    if sets is None:
        del asked["sets"]

    (happened,) = run_events([asked])

    assert set(only(happened)) == {"allowEvent", "errorMessage"}


def test_outlook_with_labels_and_without_markdown() -> None:
    """1.14, as classic Outlook and Outlook for Mac have it."""
    assert set(only(run(sets=14))) == {"allowEvent", "errorMessage", "cancelLabel", "commandId"}


def test_without_timers_it_still_answers() -> None:
    """Whether the bare runtime of classic Outlook has timers is not established: nothing but the time limit may need them."""
    happened = run(timers=False)

    assert only(happened)["allowEvent"] is False


def test_without_memory_it_asks_each_time() -> None:
    """Before 1.11 nothing can be kept with the open item."""
    assert only(run(memory=False))["allowEvent"] is False


def test_what_was_found_while_writing_holds_at_send() -> None:
    """The service is asked once for one draft, also when it is gone by the time Send is pressed."""
    happened = run([CHANGED, MESSAGE])

    assert len(happened["requests"]) == 1
    assert [completed["options"] and completed["options"]["allowEvent"] for completed in happened["completed"]] == [None, False]


def test_an_old_verdict_does_not_hold() -> None:
    """A draft may lie for days: after an hour the service is asked anew."""
    happened = run([CHANGED, MESSAGE], later=3_600_001)

    assert len(happened["requests"]) == 2


@pytest.mark.parametrize(
    ("server", "said"), [(WARN, "No recognition yet."), (NUDGE, "It has been quiet between you.")], ids=["warn", "nudge"]
)
def test_a_notice_while_writing(server: dict[str, Any], said: str) -> None:
    """Who and why, with a button that opens the pane."""
    notice = run(CHANGED, server=server)["notices"]["acquaint"]

    assert notice["type"] == "insightMessage"
    assert said in notice["message"]
    assert [action["commandId"] for action in notice["actions"]] == ["acquaintCompose"]


def test_a_notice_where_outlook_has_no_buttons_in_it() -> None:
    """A plain one takes its place."""
    notice = run(CHANGED, insight=False)["notices"]["acquaint"]

    assert notice["type"] == "informationalMessage"
    assert "No recognition yet." in notice["message"]


def test_no_notice_where_nothing_speaks_against_it() -> None:
    """And one that is there goes away."""
    assert run(CHANGED, server=ALLOW)["notices"] == {}


def test_an_invitation_to_many_is_asked_about() -> None:
    """By what sign it speaks to many, and what to do instead."""
    options = only(run(APPOINTMENT, server=answer("nudge", broadcast="It goes to 14 recipients of 11 organisations at once.")))

    assert options["allowEvent"] is False
    assert options["errorMessage"].startswith("It goes to 14 recipients of 11 organisations at once. A meeting is for conversation")
    assert options["commandId"] == "acquaintOrganize"


def test_an_invitation_to_a_stranger_is_not_asked_about() -> None:
    """To invite somebody is to want to talk with them: that is no mail before recognition."""
    assert only(run(APPOINTMENT)) == {"allowEvent": True}


HOSTILE = (
    "**bold** [click](https://evil.example) <b>x</b> `code` # head ~~no~~ | a | b |",
    "\u202egnp.exe \u2066\u2067hidden\u2069 \u200f\u200e end",
    "line\nbreak\r\n\r\n# heading\n- item\u2028\u2029end",
    "javascript://evil.example/%0aalert(1) www.evil.example HTTPS://EVIL.EXAMPLE",
    "\u0000\u0007\u001b[31mred\u001b[0m \ufeff\u200b",
    "x" * 5_000,
    "\U0001f600" * 400,
    "שלום ‮ עולם",
    "&lt;script&gt; &#42;&#42;x&#42;&#42; !![img](x)",
    "\\*\\*escaped\\*\\* \\\\",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_stay_words(hostile: str) -> None:
    """In the dialog and in the notice: within their length, no live Markdown, no link, no line of its own, nothing that turns the text."""
    first, second = recipient(f"{hostile}@x.example", reason=hostile, way=hostile), recipient("b@x.example", reason=hostile)
    server = answer("warn", first, second, recipient())
    dialog = only(run(server=server))
    notice = run(CHANGED, server=server)["notices"]["acquaint"]["message"]

    assert len(dialog["errorMessage"]) <= LONGEST_DIALOG
    assert len(notice) <= LONGEST_NOTICE
    for text in (dialog["errorMessage"], notice, dialog.get("errorMessageMarkdown", "")):
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200e\u200f\u2028\u2029\u0000\u001b\r")
        assert text.count("\u2068") == text.count("\u2069")
        assert "://" not in text
        assert "www." not in text.lower()
        text.encode("utf-16")
    marked = dialog.get("errorMessageMarkdown", "").replace("\\\\", "")
    for live in "*`[<#~|":
        assert marked.count(live) == marked.count(f"\\{live}")


MUTANTS = {
    "no time limit for the whole": ("setTimeout(act, WHOLE_MS)", "void act"),
    "a time limit that is too long": ("const WHOLE_MS = 2000", "const WHOLE_MS = 5000"),
    "no guard against completing twice": ("if (done) {", "if (false) {"),
    "failures that are let fall": (".catch(letGo)", ""),
    "answers of any length": ("body.length > LONGEST_ANSWER", "false"),
    "closed on failure": ("if (completed({ allowEvent: true }))", "if (completed({ allowEvent: false }))"),
}


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_these_tests_can_fail(mutant: tuple[str, str]) -> None:
    """With one of its guards taken out, the code does something that no failure may do."""
    tried = [FAILURES[name] for name in ("hanging", "signing in hangs", "10 MB", "500", "bad JSON", "slow 1.3 s")]
    tried.append({"server": {"body": ALLOW["body"] + " " * 600_000}})

    wrong = 0
    for happened in run_events([scene(mutate=[list(mutant)], **scenario) for scenario in tried]):
        right = [completed["options"] for completed in happened["completed"]] == [{"allowEvent": True}]
        in_time = all(completed["at"] <= WHOLE_MS for completed in happened["completed"])
        checked = "acquaint" in happened["notices"]
        wrong += not (right and in_time and checked and happened["uncaught"] == [])

    assert wrong > 0
