"""Facts and their subjects: windows are read by one indexed query, batches written in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.adapters.database.driver import Driver
from service.adapters.database.json_columns import read_json
from service.errors import StaleVersion
from service.rule_records import FactRow, Subject
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from service.adapters.database.scope import Scope
    from service.rule_records import NewFact

#: Any number that only we use: the seed of our keys among PostgreSQL's advisory locks.
LOCK_SEED = 5_127_934_418
_FACT = 'id, kind, subject, period, at, known_at, "values", hash, corrects'
_SUBJECT = "kind, subject, period, region, team, owner_id, known_at, due_at, due_by"
_ADD = f"INSERT INTO facts ({_FACT}) ROWS ON CONFLICT DO NOTHING"
_FACT_TYPES = ("text", "text", "text", "bigint", *("timestamptz",) * 2, "json", "text", "text")
_MEET = (
    f"INSERT INTO subjects ({_SUBJECT}) ROWS "
    "ON CONFLICT (kind, subject) DO UPDATE SET period = excluded.period, "
    "region = excluded.region, team = excluded.team, owner_id = excluded.owner_id, "
    "known_at = excluded.known_at, due_at = excluded.due_at, due_by = excluded.due_by"
)
_SUBJECT_TYPES = ("text", "text", "bigint", *("text",) * 3, *("timestamptz",) * 2, "text")
_ADVANCE = "UPDATE subjects SET period = ?, known_at = ? WHERE kind = ? AND subject = ?"
_ADVANCE_ALL = (
    "UPDATE subjects SET period = later.period, known_at = ? "
    "FROM unnest(?::text[], ?::bigint[]) AS later (subject, period) "
    "WHERE subjects.kind = ? AND subjects.subject = later.subject"
)


class TableFacts:
    """`ports.rule_records.Facts` over the tables ``facts`` and ``subjects``."""

    def __init__(self, scope: Scope) -> None:
        self._driver = Driver(scope)

    def lock(self, kind: str, subject: str | None) -> None:
        # In SQLite the whole transaction has been the only writer since it began.
        if not self._driver.on_postgresql:
            return
        lock = "pg_advisory_xact_lock"
        key = f"hashtextextended(?, {LOCK_SEED})"
        if subject is None:
            self._driver.run(f"SELECT {lock}({key})", (kind,))
            return
        self._driver.run(f"SELECT {lock}_shared({key})", (kind,))
        self._driver.run(f"SELECT {lock}({key})", (f"{kind}\x1f{subject}",))

    def subjects(self, kind: str, names: Collection[str] | None = None) -> dict[str, Subject]:
        sql, parameters = f"SELECT {_SUBJECT} FROM subjects WHERE kind = ?", (kind,)  # noqa: S608 - of names alone
        if names is not None:
            condition, parameter = self._driver.among("subject", names)
            sql, parameters = f"{sql} AND {condition}", (kind, parameter)  # type: ignore[assignment] # one parameter more
        return {row[1]: self._subject(row) for row in self._driver.run(sql, parameters)}

    def latest_of(self, kind: str, names: Collection[str]) -> dict[str, int]:
        condition, parameter = self._driver.among("subject", names)
        sql = f"SELECT subject, period FROM subjects WHERE kind = ? AND {condition}"  # noqa: S608 - of names alone
        return dict(self._driver.run(sql, (kind, parameter)).fetchall())

    def window(
        self, kind: str, names: Collection[str], periods: tuple[int, int]
    ) -> tuple[FactRow, ...]:
        return tuple(map(self._fact, self._within(_FACT, kind, names, periods)))

    def values_in(
        self, kind: str, names: Collection[str], periods: tuple[int, int]
    ) -> Iterator[tuple[str, int, datetime, dict[str, Any]]]:
        read = self._driver.read_moment
        found = self._within('subject, period, at, "values"', kind, names, periods)
        return ((row[0], row[1], read(row[2]), read_json(row[3])) for row in found)

    def _within(
        self, columns: str, kind: str, names: Collection[str], periods: tuple[int, int]
    ) -> Any:
        condition, parameter = self._driver.among("subject", names)
        sql = (
            f"SELECT {columns} FROM facts WHERE kind = ? AND {condition} "  # noqa: S608 - of names alone
            "AND period BETWEEN ? AND ? ORDER BY subject, period, known_at, id"
        )
        return self._driver.run(sql, (kind, parameter, *periods))

    def last_before(self, kind: str, subject: str, period: int) -> int | None:
        sql = "SELECT max(period) FROM facts WHERE kind = ? AND subject = ? AND period < ?"
        found: int | None = self._driver.run(sql, (kind, subject, period)).fetchone()[0]
        return found

    def latest(self, kind: str, subject: str, known_by: datetime) -> int | None:
        sql = "SELECT max(period) FROM facts WHERE kind = ? AND subject = ? AND known_at <= ?"
        given = (kind, subject, self._driver.moment(known_by))
        found: int | None = self._driver.run(sql, given).fetchone()[0]
        return found

    def get(self, fact_id: str) -> FactRow | None:
        found = self._driver.run(f"SELECT {_FACT} FROM facts WHERE id = ?", (fact_id,)).fetchone()  # noqa: S608 - of names alone
        return None if found is None else self._fact(found)

    def walk(self, *, after: str, limit: int) -> tuple[FactRow, ...]:
        sql = f"SELECT {_FACT} FROM facts WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 - of names alone
        return tuple(map(self._fact, self._driver.run(sql, (after, limit))))

    def add(self, facts: Sequence[FactRow | NewFact], texts: Sequence[str]) -> None:
        moment = self._driver.moment
        rows = [
            (
                fact.id,
                fact.kind,
                fact.subject,
                fact.period,
                moment(fact.at),
                moment(fact.known_at),
                text,
                fact.hash,
                fact.corrects,
            )
            for fact, text in zip(facts, texts, strict=True)
        ]
        if self._driver.insert(_ADD, _FACT_TYPES, rows) != len(rows):
            raise StaleVersion(
                Text(
                    zh="同一事实刚刚由他人提交。",
                    en="Somebody else has sent the same fact just now.",
                ),
                remedy=Text(zh="请原样重发。", en="Send it once more."),
            )

    def meet(self, subjects: Sequence[Subject]) -> None:
        rows = [
            (
                one.kind,
                one.subject,
                one.period,
                one.region,
                one.team,
                one.owner_id,
                self._driver.moment(one.known_at),
                self._driver.moment(one.due_at),
                one.due_by,
            )
            for one in subjects
        ]
        self._driver.insert(_MEET, _SUBJECT_TYPES, rows)

    def advance(self, kind: str, latest: Mapping[str, int], at: datetime) -> None:
        moment = self._driver.moment(at)
        if self._driver.on_postgresql and latest:
            given = (moment, list(latest), list(latest.values()), kind)
            self._driver.run(_ADVANCE_ALL, given)
            return
        self._driver.run_many(
            _ADVANCE, [(period, moment, kind, name) for name, period in latest.items()]
        )

    def due(self, at: datetime, *, limit: int) -> tuple[tuple[str, str], ...]:
        sql = (
            "SELECT kind, subject FROM (SELECT kind, subject, due_at FROM subjects "
            "WHERE due_at <= ? ORDER BY due_at, kind, subject LIMIT ?) AS earliest "
            "ORDER BY kind, due_at, subject"
        )
        found = self._driver.run(sql, (self._driver.moment(at), limit))
        return tuple((row[0], row[1]) for row in found)

    def unplanned(self, kind: str, version: str | None, *, limit: int) -> tuple[Subject, ...]:
        other = "due_by IS NOT NULL" if version is None else "(due_by IS NULL OR due_by <> ?)"
        sql = f"SELECT {_SUBJECT} FROM subjects WHERE kind = ? AND {other} LIMIT ?"  # noqa: S608 - of names alone
        given = (kind, limit) if version is None else (kind, version, limit)
        return tuple(map(self._subject, self._driver.run(sql, given)))

    def _fact(self, row: Any) -> FactRow:
        read = self._driver.read_moment
        return FactRow(
            id=row[0],
            kind=row[1],
            subject=row[2],
            period=row[3],
            at=read(row[4]),
            known_at=read(row[5]),
            values=read_json(row[6]),
            hash=row[7],
            corrects=row[8],
        )

    def _subject(self, row: Any) -> Subject:
        return Subject(
            kind=row[0],
            subject=row[1],
            period=row[2],
            region=row[3],
            team=row[4],
            owner_id=row[5],
            known_at=self._driver.read_moment(row[6]),
            due_at=self._driver.read_moment(row[7]),
            due_by=row[8],
        )
