"""The audit trail in a real file: 1,300 different tamperings, and each of them is found."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from service import chain
from service.adapters.database import DatabaseRecords
from service.records import AuditDraft, AuditEntry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.service.conftest import TestClock

ENTRIES = 12
ROUNDS = 100
TEXTS = (
    *("actor", "action", "object_kind", "object_id", "before_hash"),
    *("after_hash", "reason", "request_id", "previous", "hash"),
)


def test_entries_say_who_did_what_to_what(records: DatabaseRecords, clock: TestClock) -> None:
    _write(records)
    with records.read() as unit:
        entries = unit.audit.entries()
        assert unit.audit.verify() == ()
        assert unit.audit.head() is not None
        about_d3 = unit.audit.entries(where={"object_kind": "deliverable", "object_id": "d3"})
        assert [entry.seq for entry in about_d3] == [4]
        assert [entry.seq for entry in unit.audit.entries(after=10, limit=1)] == [11]
    first = entries[0]
    assert (first.seq, first.at, first.actor, first.request_id) == (1, clock.at, "p0", "req-0")
    assert first.previous == chain.GENESIS
    assert first.after == {"n": 0, "name": "报告"}
    assert first.after_hash == chain.digest(first.after)
    assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]


def test_what_was_appended_is_seen_before_the_commit(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        unit.audit.append(AuditDraft(action="a", object_kind="o", object_id="1"), actor="p")
        assert [entry.seq for entry in unit.audit.entries()] == [1]
        unit.audit.append(AuditDraft(action="b", object_kind="o", object_id="1"), actor="p")
    with records.read() as unit:
        assert [entry.action for entry in unit.audit.entries()] == ["a", "b"]
        assert unit.audit.verify() == ()


def _change_text(raw: sqlite3.Connection, chance: random.Random) -> None:
    column, seq = chance.choice(TEXTS), chance.randint(1, ENTRIES)
    (old,) = raw.execute(f"SELECT {column} FROM audit WHERE seq = ?", (seq,)).fetchone()  # noqa: S608 - our own column names
    mutants = [(old or "") + "x", (old or "y")[:-1] + "z", "", chance.randbytes(8).hex()]
    new = chance.choice([text for text in mutants if text != old])
    raw.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (new, seq))  # noqa: S608 - our own column names


def _empty_a_field(raw: sqlite3.Connection, chance: random.Random) -> None:
    column = chance.choice(["after_hash", "after", "reason", "request_id"])
    seq = chance.randint(1, ENTRIES)
    raw.execute(f"UPDATE audit SET {column} = NULL WHERE seq = ?", (seq,))  # noqa: S608 - our own column names


def _change_time(raw: sqlite3.Connection, chance: random.Random) -> None:
    times = ["2026-06-01T08:00:00.000001", "yesterday", "2026-06-01T08:00:00", "", "1"]
    seq = chance.randint(1, ENTRIES)
    raw.execute("UPDATE audit SET at = ? WHERE seq = ?", (chance.choice(times), seq))


def _change_state(raw: sqlite3.Connection, chance: random.Random) -> None:
    states = ['{"n": 99}', "{", "null", "[]", '"x"', '{"n": NaN}', "{}", '{"n": 1e400}']
    seq = chance.randint(1, ENTRIES)
    raw.execute("UPDATE audit SET after = ? WHERE seq = ?", (chance.choice(states), seq))


def _write_rubbish(raw: sqlite3.Connection, chance: random.Random) -> None:
    column, seq = chance.choice([*TEXTS, "at", "after"]), chance.randint(1, ENTRIES)
    rubbish = b"\xff" + chance.randbytes(4)
    raw.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (rubbish, seq))  # noqa: S608 - our own column names


def _delete_some(raw: sqlite3.Connection, chance: random.Random) -> None:
    chosen = chance.sample(range(1, ENTRIES + 1), chance.randint(1, ENTRIES))
    raw.executemany("DELETE FROM audit WHERE seq = ?", [(seq,) for seq in chosen])


def _cut_the_end(raw: sqlite3.Connection, chance: random.Random) -> None:
    raw.execute("DELETE FROM audit WHERE seq > ?", (chance.randint(0, ENTRIES - 1),))


def _cut_the_beginning(raw: sqlite3.Connection, chance: random.Random) -> None:
    cut = chance.randint(1, ENTRIES - 1)
    raw.execute("DELETE FROM audit WHERE seq <= ?", (cut,))
    if chance.random() < 0.5:
        raw.execute("UPDATE audit SET seq = seq - ?", (cut,))


def _swap(raw: sqlite3.Connection, chance: random.Random) -> None:
    one, other = chance.sample(range(1, ENTRIES + 1), 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        raw.execute("UPDATE audit SET seq = ? WHERE seq = ?", (new, old))


def _insert_a_copy(raw: sqlite3.Connection, chance: random.Random) -> None:
    seq = chance.randint(1, ENTRIES)
    columns = "at, " + ", ".join([*TEXTS, "after"])
    place = chance.choice([-5, 0, ENTRIES + 1, ENTRIES + 9])
    raw.execute(
        f"INSERT INTO audit (seq, {columns}) SELECT ?, {columns} FROM audit WHERE seq = ?",  # noqa: S608 - our own column names
        (place, seq),
    )


def _insert_between(raw: sqlite3.Connection, chance: random.Random) -> None:
    seq = chance.randint(1, ENTRIES)
    raw.execute("UPDATE audit SET seq = -seq WHERE seq >= ?", (seq,))
    raw.execute("UPDATE audit SET seq = 1 - seq WHERE seq < 0")
    columns = "at, " + ", ".join([*TEXTS, "after"])
    raw.execute(
        f"INSERT INTO audit (seq, {columns}) SELECT ?, {columns} FROM audit WHERE seq = ?",  # noqa: S608 - our own column names
        (seq, seq + 1),
    )


def _forge_consistently(raw: sqlite3.Connection, chance: random.Random) -> None:
    """Rewrite an entry and give it the right hash, as one who knows the method would."""
    seq = chance.randint(1, ENTRIES)
    raw.row_factory = sqlite3.Row
    row = dict(raw.execute("SELECT * FROM audit WHERE seq = ?", (seq,)).fetchone())
    entry = _entry(row)
    forged = replace(entry, reason=chance.randbytes(4).hex())
    raw.execute(
        "UPDATE audit SET reason = ?, hash = ? WHERE seq = ?",
        (forged.reason, chain.entry_hash(forged), seq),
    )


def _change_the_head(raw: sqlite3.Connection, chance: random.Random) -> None:
    number = chance.choice([0, 1, ENTRIES - 1, ENTRIES + 1])
    raw.execute(
        chance.choice(
            [
                "DELETE FROM audit_head",
                f"UPDATE audit_head SET seq = {number}",  # noqa: S608 - a number of ours
                "UPDATE audit_head SET hash = hex(randomblob(32))",
            ]
        )
    )


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(_change_text, id="a text changed"),
        pytest.param(_empty_a_field, id="a field emptied"),
        pytest.param(_change_time, id="a time changed"),
        pytest.param(_change_state, id="a state changed"),
        pytest.param(_write_rubbish, id="bytes that are no text"),
        pytest.param(_delete_some, id="entries deleted"),
        pytest.param(_cut_the_end, id="the end cut off"),
        pytest.param(_cut_the_beginning, id="the beginning cut off"),
        pytest.param(_swap, id="two entries swapped"),
        pytest.param(_insert_a_copy, id="a copy put in front or behind"),
        pytest.param(_insert_between, id="a copy put between"),
        pytest.param(_forge_consistently, id="rewritten with its right hash"),
        pytest.param(_change_the_head, id="the head changed"),
    ],
)
def test_every_tampering_is_found(
    sqlite_template: Path, tmp_path: Path, tamper: Callable[..., None]
) -> None:
    honest = tmp_path / "honest.db"
    shutil.copyfile(sqlite_template, honest)
    _close(_write(DatabaseRecords(f"sqlite:///{honest}")))
    unseen = []
    for seed in range(ROUNDS):
        copy = tmp_path / f"copy-{seed}.db"
        shutil.copyfile(honest, copy)
        with closing(sqlite3.connect(copy)) as raw, raw:
            raw.execute("PRAGMA synchronous = OFF")
            tamper(raw, random.Random(seed))  # noqa: S311 - a seeded choice of tamperings
        if not _breaks(f"sqlite:///{copy}"):
            unseen.append(seed)
    assert unseen == []
    assert _breaks(f"sqlite:///{honest}") == ()


def _breaks(url: str) -> tuple[chain.Break, ...]:
    records = DatabaseRecords(url)
    with records.read() as unit:
        breaks = unit.audit.verify()
    records.close()
    return breaks


def _write(records: DatabaseRecords) -> DatabaseRecords:
    for number in range(ENTRIES):
        with records.begin() as unit:
            draft = AuditDraft(
                action="deliverables.upload",
                object_kind="deliverable",
                object_id=f"d{number}",
                before={"n": None},
                after={"n": number, "name": "报告"},
                reason=f"因为 {number}",
            )
            unit.audit.append(draft, actor=f"p{number}", request_id=f"req-{number}")
    return records


def _close(records: DatabaseRecords) -> None:
    records.close()


def _entry(row: dict[str, Any]) -> AuditEntry:
    at = datetime.fromisoformat(row.pop("at") + "+00:00")
    return AuditEntry(**row | {"at": at, "after": json.loads(row["after"])})
