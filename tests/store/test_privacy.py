"""What is kept of the text of exchanges, and that nobody reads it without the key, nor at another place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import text

from plugin_backend.domain.ledger import CorrectionKind, Tier
from plugin_backend.store.connecting import open_engines
from plugin_backend.store.crypto import KeyRing, new_key
from plugin_backend.store.database import Database
from plugin_backend.store.errors import WrongKey
from plugin_backend.store.rows import ProjectionRow
from tests.factories import OWNER_ADDRESS, PERSON_ADDRESS, START, make_correction, make_entry, make_event
from tests.store.ledgers import Ledger

SUBJECT, WORDS, PLACE, NOTE = "Zanzibar bellows", "quinquereme of Nineveh", "Xanadu lane", "yonder ghost"
CANARIES = tuple(each.encode() for each in (SUBJECT, WORDS, PLACE, NOTE))


def with_tier(database: Database, tier: Tier) -> Ledger:
    """A ledger of one mail and one event full of words, a correction, a projection and a brief."""
    ledger = Ledger(database, database.create_owner([OWNER_ADDRESS], tier=tier))
    mail = make_entry(id="a", subject=SUBJECT, carries=("request",), words=WORDS)
    ledger.record(mail, make_event(id="e", subject=SUBJECT, location=PLACE))
    person = ledger.person(PERSON_ADDRESS)
    with database.write(ledger.owner_id) as store:
        store.add_correction(make_correction(CorrectionKind.MET, note=NOTE))
        store.settle()
        store.put_projections(
            [
                ProjectionRow(
                    person_id=person.id,
                    rules_version=1,
                    computed_at=START,
                    valid_until=None,
                    stage="encounter",
                    highest="encounter",
                    standing="active",
                    last_at=START,
                    because=f"About {SUBJECT}",
                    relationship={"words": WORDS},
                )
            ]
        )
        store.remember_brief("e", person.id, {"words": WORDS}, START)
    return ledger


def bytes_on_disk(url: str) -> bytes:
    """Everything the database has written, its log and journal included."""
    file = Path(url.removeprefix("sqlite:///"))
    return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


def text_kept(ledger: Ledger) -> tuple[str, str, str]:
    with ledger.database.read(ledger.owner_id) as store:
        mail, event = store.entry("a"), store.entry("e")
    assert mail is not None
    assert event is not None
    return mail.subject, mail.substances[0].words, event.location


def test_no_private_word_is_on_disk(template: tuple[Path, KeyRing], tmp_path: Path) -> None:
    """Subjects, words, places, notes, readings and briefs are nowhere in the bytes of the database."""
    url = f"sqlite:///{tmp_path / 'acquaint.db'}"
    (tmp_path / "acquaint.db").write_bytes(template[0].read_bytes())
    database = Database.open(url, keyring=template[1])
    ledger = with_tier(database, Tier.SPANS)

    assert text_kept(ledger) == (SUBJECT, WORDS, PLACE)
    found = [canary for canary in CANARIES if canary in bytes_on_disk(url)]
    present = PERSON_ADDRESS.encode() in bytes_on_disk(url)
    database.close()

    assert found == []
    assert present, "the search has to be able to find something"


@pytest.mark.parametrize(
    ("tier", "kept"),
    [(Tier.METADATA, ("", "", "")), (Tier.SUBJECTS, (SUBJECT, "", PLACE)), (Tier.SPANS, (SUBJECT, WORDS, PLACE))],
)
def test_a_tier_keeps_what_it_promises(database: Database, tier: Tier, kept: tuple[str, str, str]) -> None:
    """Whatever is handed in, only what the tier allows is stored."""
    assert text_kept(with_tier(database, tier)) == kept


@pytest.mark.parametrize(("tier", "kept"), [(Tier.METADATA, ("", "", "")), (Tier.SUBJECTS, (SUBJECT, "", PLACE))])
def test_a_lower_tier_forgets_at_once(database: Database, tier: Tier, kept: tuple[str, str, str]) -> None:
    """Lowering the tier takes the text out of everything stored; readings and briefs that repeat it go as well."""
    ledger = with_tier(database, Tier.SPANS)
    person = ledger.person(PERSON_ADDRESS)

    ledger.write(lambda store: store.set_tier(tier))

    assert text_kept(ledger) == kept
    assert ledger.read(lambda store: store.projections([person.id])) == {}
    assert ledger.read(lambda store: store.brief_seen("e", person.id)) is None
    assert ledger.read(lambda store: store.stale_people(1, START, 9)) == (person.id,)


def test_no_value_opens_at_another_place(url: str, database: Database) -> None:
    """Swapped between rows, columns or owners, every sealed value is refused."""
    ledger = with_tier(database, Tier.SPANS)
    stranger = Ledger(database, database.create_owner([OWNER_ADDRESS]))
    stranger.record(make_entry(id="a", subject="of another owner"))
    engines = open_engines(url)
    binary = sqlalchemy.LargeBinary()
    put = text("UPDATE exchange SET sealed = :sealed WHERE id = :id").bindparams(sqlalchemy.bindparam("sealed", type_=binary))
    with engines.read.begin() as connection:
        rows = connection.execute(text("SELECT id, owner_id, external_id, sealed FROM exchange ORDER BY id")).all()
        because, relationship = connection.execute(text("SELECT sealed_because, sealed_relationship FROM projection")).one()
    assert len(rows) == 3

    for one, other in ((rows[0], rows[1]), (rows[0], rows[2])):
        with engines.write.begin() as connection:
            connection.execute(put, [{"id": one.id, "sealed": other.sealed}, {"id": other.id, "sealed": one.sealed}])
        for row in (one, other):
            with pytest.raises(WrongKey), database.read(row.owner_id) as store:
                store.entry(row.external_id)
        with engines.write.begin() as connection:
            connection.execute(put, [{"id": row.id, "sealed": row.sealed} for row in (one, other)])
    with engines.write.begin() as connection:
        connection.execute(text("UPDATE projection SET sealed_because = :b, sealed_relationship = :r"), {"b": relationship, "r": because})
    with pytest.raises(WrongKey):
        ledger.read(lambda store: store.people_page())
    engines.dispose()


def test_keys_can_be_changed_while_the_ledger_lives(url: str, database: Database, keyring: KeyRing) -> None:
    """After sealing anew the old key is needed no more, and nothing reads otherwise than before; blind tokens stay."""
    ledger = with_tier(database, Tier.SPANS)
    before, token = ledger.fingerprint(), ledger.read(lambda store: store.blind("bellows"))
    rotated = keyring.rotated(new_key())
    both = Database.open(url, keyring=rotated)

    changed = both.reencrypt(batch=1)
    again = both.reencrypt()
    both.close()

    newest = Database.open(url, keyring=rotated.without_old())
    renewed = Ledger(newest, ledger.owner_id)
    assert changed == 8
    assert again == 0
    assert renewed.fingerprint() == before
    assert renewed.read(lambda store: store.blind("bellows")) == token
    assert renewed.read(lambda store: store.people_page())[0][0][1].because == f"About {SUBJECT}"
    assert renewed.read(lambda store: store.corrections())[0].note == NOTE
    newest.close()
    with pytest.raises(WrongKey):
        Database.open(url, keyring=keyring)


def test_a_mail_that_changes_its_id_keeps_its_subject(database: Database) -> None:
    """What is sealed is bound to the id, and bound anew when the id is given to an earlier mail."""
    ledger = Ledger(database, database.create_owner([OWNER_ADDRESS]))
    ledger.record(make_entry(id="a", at=START + timedelta(days=1), subject="later"))
    ledger.record(make_entry(id="a", at=START, subject="earlier"))

    assert sorted(entry.subject for entry in ledger.read(lambda store: tuple(store.iter_exchanges()))) == ["earlier", "later"]
