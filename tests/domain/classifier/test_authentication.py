"""Authentication-Results: what proves a sender, in the words of the servers that write it, and what only looks like a proof."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.classifier.authentication import is_authentic
from tests.factories import make_exchange

HOST = "mail.slack.com"
QUOTED = 'mx.example; spf=pass (domain of "{0}"@evil.example designates 203.0.113.9) smtp.mailfrom="{0}"@evil.example'
BARE = "mx.example; spf=pass (domain of {0}@evil.example designates 203.0.113.9) smtp.mailfrom={0}@evil.example"
PIECES = st.sampled_from(
    [" ", *"( ) @ x dkim=pass dmarc=pass spf=pass header.d=slack.com header.from=slack.com smtp.mailfrom=a@slack.com".split()]
)


def proves(*values: str, host: str = HOST) -> bool:
    """Whether a mail with these Authentication-Results, the topmost first, is from the host."""
    return is_authentic(make_exchange(headers=tuple(("authentication-results", value) for value in values)), host)


class TestProof:
    @pytest.mark.parametrize(
        "value",
        [
            "mx.example; dmarc=pass header.from=slack.com",
            "mx.example; dmarc=pass header.from=mail.slack.com",
            "mx.example; dkim=pass header.d=slack.com",
            "mx.example; dkim=pass header.i=@slack.com",
            "mx.example; spf=pass smtp.mailfrom=bounce@email.slack.com",
            "mx.example; spf=pass smtp.mail=bounce@slack.com",
            "MX.Example; DKIM=Pass Header.D=Slack.COM.",
            "mx.example; dkim=pass (2048-bit key) reason=\"ok\" header.d=slack.com header.b=\"a/b=\"",
            "mx.example; dkim=fail header.d=slack.com; dkim=pass header.d=slack.com",
            "mx.example; dmarc=none header.from=slack.com; dkim=pass header.d=slack.com",
            "mx.example; dmarc=pass(p=REJECT (sp=NONE))header.from=slack.com",
            "mx.example; dkim=pass header.d = slack.com header.s=a",
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=slack.com;dmarc=pass action=none header.from=slack.com;compauth=pass",
        ],
    )
    def test_a_method_that_passes_for_the_organisation(self, value: str) -> None:
        """DMARC, DKIM or SPF, in whatever form servers write them, for the organisation of the host."""
        assert proves(value)

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "mx.example",
            "mx.example; none",
            "mx.example; dkim=none; spf=none",
            "mx.example; dkim=neutral header.d=slack.com; spf=softfail smtp.mailfrom=slack.com",
            "mx.example; dkim=pass header.d=evil.example",
            "mx.example; dkim=pass",
            "mx.example; spf=pass smtp.helo=mail.slack.com",
            "mx.example; auth=pass smtp.auth=slack.com",
            "mx.example; iprev=pass policy.iprev=192.0.2.1; arc=pass header.d=slack.com",
            "mx.example; dkim=passed header.d=slack.com",
            "mx.example; dkim=pass header.d=slack.com.evil.example",
            "mx.example; dkim=pass header.d=notslack.com",
        ],
    )
    def test_nothing_less(self, value: str) -> None:
        """No result, no pass, another domain or another method prove nothing."""
        assert not proves(value)

    @pytest.mark.parametrize(
        "value",
        [
            "mx.example; dkim=pass header.d=slack.com; dmarc=fail header.from=slack.com",
            "mx.example; dkim=pass header.d=slack.com; dmarc=pass header.from=evil.example",
            "mx.example; dmarc=pass header.from=slack.com; dmarc=fail header.from=slack.com",
            "dkim=pass header.d=slack.com;compauth=fail reason=001",
            "mx.example; dkim=pass header.d=slack.com header.d=evil.example",
            "mx.example; dkim=pass header.d=slack.com; dmarc=fail for this sender",
            "mx.example; dkim=pass header.d=slack.com; dmarc=pass who knows",
        ],
    )
    def test_a_word_against_it_counts_more(self, value: str) -> None:
        """DMARC's failure, its word about another From, Microsoft's sum, or a second domain undo any pass."""
        assert not proves(value)

    def test_only_the_topmost_field(self) -> None:
        """What stands below the first field may come from the sender, also where the first says nothing."""
        good = "mx.example; dmarc=pass header.from=slack.com"

        assert proves(good, "mx.example; dmarc=fail header.from=slack.com")
        assert not proves("mx.example; dmarc=fail header.from=slack.com", good)
        assert not proves("mx.example; none", good)

    def test_no_host(self) -> None:
        """A mail without a sender is from nowhere."""
        assert not proves("mx.example; dkim=pass header.d=", host="")


class TestEchoes:
    @pytest.mark.parametrize(
        "local",
        [
            "x) smtp.mailfrom=a@slack.com (",
            "x; dkim=pass header.d=slack.com; y",
            "x) ; dmarc=pass header.from=slack.com (",
            'x\\") smtp.mailfrom=a@slack.com (\\"',
            "x) smtp.mailfrom=slack.com",
            "(((((",
            ")",
            '"',
            "\\",
        ],
    )
    def test_the_senders_own_words_prove_nothing(self, local: str) -> None:
        """A server echoes the sender's address; however it is worded, it is no result (RFC 8601, 7.1)."""
        assert not proves(QUOTED.format(local))

    @given(st.lists(st.one_of(PIECES, st.sampled_from(['"', "\\", ";"])), max_size=14).map("".join))
    def test_whatever_the_sender_calls_himself(self, local: str) -> None:
        """No address, echoed in a comment and a property as servers quote it, makes a proof of the pass that it got for its own host."""
        assert not proves(QUOTED.format(local.replace("\\", "\\\\").replace('"', '\\"')))

    @given(st.lists(PIECES, max_size=14).map("".join))
    def test_a_server_that_does_not_quote(self, local: str) -> None:
        """Nor where a server leaves out the quotation marks: what breaks out of the comment breaks the property too."""
        assert not proves(BARE.format(local))

    def test_a_field_that_was_cut(self) -> None:
        """Connectors keep 2,000 characters: a domain that ends there may go on, and its result is not read."""
        end = "; dkim=pass header.d=slack.com"
        filled = "mx.example; x=" + "y" * (2_000 - len("mx.example; x=") - len(end)) + end

        assert len(filled) == 2_000
        assert not proves(filled)
        assert proves(filled[:10] + filled[11:])

    @pytest.mark.parametrize("sign", ["(", ")", '"', '"\\', ";", "dkim=pass header.d=", "\\", "a"])
    def test_ends_soon(self, sign: str) -> None:
        """A megabyte of anything is judged at once."""
        started = perf_counter()

        assert not proves(f"mx.example; {sign * 1_000_000}")
        assert perf_counter() - started < 0.5
