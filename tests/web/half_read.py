"""An account that is linked and half read, with something of everything that a stream can say."""

from __future__ import annotations

from datetime import timedelta

from connectors.exchange import Pending
from plugin_backend.store.database import Database
from tests.web.conftest import NOW

ISSUER = "https://accounts.google.example"
ADDRESS = "elin@violins.example"


def connect(database: Database, owner: int, *, subject: str = "1") -> int:
    """An account that is linked, with a mailbox half read, a calendar with an item that failed, and one that is up to date."""
    with database.write(owner) as store:
        account = store.ensure_account("google", f"{ISSUER}/{subject}").id
        store.put_link(
            account,
            provider="google",
            issuer=ISSUER,
            subject=subject,
            address=ADDRESS,
            scopes=frozenset({"https://www.googleapis.com/auth/gmail.readonly"}),
            tokens=b"{}",
            access_ends_at=NOW,
            now=NOW,
        )
        mail = store.ensure_stream(account, "mail", label="Mail").id
        store.record_page(mail, entries=(), names=(), kinds={}, cursor="1", reset=True)
        store.note_progress(mail, done=1_200, total=20_000, ends_at=NOW + timedelta(hours=1))
        for name, label in (("calendar:a", "Violins"), ("calendar:b", "<b>Team</b>")):
            stream = store.ensure_stream(account, name, label=label).id
            store.record_page(stream, entries=(), names=(), kinds={}, cursor="1", reset=True, complete=True)
            store.note_success(stream, NOW)
        for _ in range(5):
            store.put_pending(stream, [Pending(item="ev1", reason="Google answers 500")], now=NOW)
    return account
