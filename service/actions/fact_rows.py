"""One row that says it is a fact: read against its kind, or told what keeps it from being one.

1. The row has a subject, a period and values, and nothing else.
2. The subject is known: declared by the kind, or a region, person or customer of the house.
3. The period is one of the kind's, with its zone where it is a moment, and not in the future.
4. The values are what the kind declares: the leaf's encoder decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from rules import periods
from rules.errors import FactError
from rules.executors.plain import compile_plain
from rules.facts import Encoder, FactKind, FieldType, Period, told
from rules.names import LONGEST_NAME, normal
from service.actions.fact_hashes import values_text, writer_of
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.executors.glance import Plain

#: Clocks of senders may be ahead of ours by so much.
AHEAD = timedelta(minutes=5)
PARTS = ("subject", "period", "values")
_PARTS_ALONE = frozenset(PARTS)
EXAMPLES = {
    Period.NONE: "2026-01-15T09:00:00+08:00",
    Period.MOMENT: "2026-01-15T09:00:00+08:00",
    Period.DAY: "2026-01-15",
    Period.WEEK: "2026-W03",
    Period.MONTH: "2026-01",
}


class Candidate(NamedTuple):
    """A row that is a fact in itself; whether it fits those that are there is asked later.

    A batch has a thousand, and tuples are made sooner than dataclasses.
    """

    subject: str
    period: int
    at: datetime
    #: As JSON keeps them: times are text.
    values: dict[str, Any]
    #: They as JSON text.
    text: str


class Fault(Exception):
    """What keeps a row from being a fact: a word for programs, a place in the row, a reason."""

    def __init__(self, code: str, where: str | None, message: Text) -> None:
        super().__init__(message.en)
        self.code = code
        self.where = where
        self.message = message


#: The parts of a row whose cells do not fit the head of its table.
WRONG_WIDTH = frozenset({"cells", "count", "expected"})


class Knows(Protocol):
    def knows(self, kind: FactKind, subject: str) -> tuple[bool, tuple[str, ...]]:
        """Say whether there is such a subject, and name some that there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checks:
    """What is made once of a kind: how its values are checked."""

    kind: FactKind
    #: Fields that are computed here.
    derived: frozenset[str]
    times: frozenset[str]
    encoder: Encoder
    plain: Plain
    #: Writes values that are plainly right.
    write: Callable[[dict[str, Any]], str]


#: By the identity of the kind, which is kept beside it; rules that are exchanged bring new ones.
_CHECKS: dict[int, _Checks] = {}
_MOST_CHECKS = 512


def _checks(kind: FactKind) -> _Checks:
    found = _CHECKS.get(id(kind))
    if found is None or found.kind is not kind:
        sent = replace(kind, fields=tuple(one for one in kind.fields if one.derived is None))
        found = _Checks(
            kind=kind,
            derived=frozenset(one.name for one in kind.fields if one.derived is not None),
            times=times_of(kind),
            encoder=Encoder(sent, ()),
            plain=compile_plain(sent, ()),
            write=writer_of(sent),
        )
        if len(_CHECKS) >= _MOST_CHECKS:
            _CHECKS.clear()
        _CHECKS[id(kind)] = found
    return found


class RowReader:
    """Reads rows of one kind, at one time."""

    def __init__(self, kind: FactKind, whereabouts: Knows, now: datetime) -> None:
        self.kind = kind
        self._whereabouts = whereabouts
        self._latest = now + AHEAD
        self._checks = _checks(kind)
        self._times = self._checks.times
        self._periods: dict[str, tuple[int, datetime]] = {}

    def read(self, row: Mapping[str, Any]) -> Candidate:
        """Read one row as JSON has it. Raises Fault."""
        if row.keys() != _PARTS_ALONE:
            raise self._shapeless(row)
        values = row["values"]
        if not isinstance(values, dict) or not values:
            seen = _NOTHING if values == {} else values
            raise _fault("wrong-shape", "/values", seen, _VALUES)
        subject = self._subject(row["subject"])
        period, at = self._period(row["period"])
        text = self._check(values)
        return Candidate(subject, period, at, values, text)

    @cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset(self.kind.subjects)

    def _shapeless(self, row: Mapping[str, Any]) -> Fault:
        if set(row) == WRONG_WIDTH:
            count, heads = told(row["count"]), told(row["expected"])
            seen = Text(zh=f"{count.zh} 格", en=f"{count.en} cells")
            wanted = Text(zh=f" {heads.zh} 格，与表头一致", en=f"{heads.en}, as the head has")
            return _fault("wrong-shape", "/cells", seen, wanted)
        unknown = [name for name in row if name not in PARTS]
        if unknown:
            return _fault("wrong-shape", f"/{unknown[0]}"[:80], unknown[0], _PARTS)
        missing = next(part for part in PARTS if part not in row)
        return _fault("wrong-shape", f"/{missing}", _NOTHING, _PARTS)

    def _subject(self, given: Any) -> str:
        subject = normal(given) if isinstance(given, str) and len(given) <= LONGEST_NAME else ""
        if not subject or not subject.isprintable():
            raise _fault("wrong-shape", "/subject", given, _SUBJECT)
        if self._declared:
            known = subject in self._declared
            listed = self.kind.subjects
        else:
            known, listed = self._whereabouts.knows(self.kind, subject)
        if not known:
            word = self.kind.subject
            names = "、".join(listed[:10]), ", ".join(listed[:10])
            expected = Text(
                zh=f"已知的{word.zh}" + (f"（{names[0]}）" if listed else ""),
                en=f"a known {word.en}" + (f" ({names[1]})" if listed else ""),
            )
            raise _fault("unknown-subject", "/subject", subject, expected)
        return subject

    def _period(self, given: Any) -> tuple[int, datetime]:
        known = self._periods.get(given) if isinstance(given, str) else None
        if known is not None:
            return known
        kind, example = self.kind.period, EXAMPLES[self.kind.period]
        found = periods.read(kind, given) if isinstance(given, str) else None
        if found is None:
            naive = isinstance(given, str) and kind in _MOMENTS and _is_naive(given)
            said = Text(zh=f"如 {example}", en=f"one such as {example}")
            if naive:
                said = Text(zh=f"写明时区的时间，如 {example}", en=f"its zone too: {example}")
            raise _fault("wrong-zone" if naive else "wrong-period", "/period", given, said)
        if found[1] > self._latest:
            ended = Text(
                zh=f"已结束的时段（该时段到 {found[1].isoformat()} 为止）",
                en=f"one that has ended (this one ends at {found[1].isoformat()})",
            )
            raise _fault("future", "/period", given, ended)
        self._periods[given] = found
        return found

    def _check(self, values: dict[str, Any]) -> str:
        """Give the values as JSON text. Raises Fault."""
        checked = with_times(values, self._times) if self._times else values
        if self._checks.plain(checked) is not None:
            return self._checks.write(values)
        for name in self._checks.derived & values.keys():
            computed = Text(zh="由系统计算，不能提交", en="computed here, never sent")
            raise _fault("derived-field", f"/values/{name}", values[name], computed)
        try:
            self._checks.encoder.encode(checked)
        except FactError as error:
            code = "unknown-field" if error.field is None else "wrong-value"
            where = None if error.field is None else f"/values/{error.field}"
            raise Fault(code, where or "/values", _text(error.message)) from error
        except UnicodeEncodeError as error:
            raise _fault("wrong-value", "/values", error.object, _UNICODE) from error
        return values_text(values)


def times_of(kind: FactKind) -> frozenset[str]:
    """Name the fields that hold times, which JSON keeps as text."""
    return frozenset(
        field.name for field in kind.fields if field.type is FieldType.TIME and not field.derived
    )


def with_times(values: Mapping[str, Any], times: frozenset[str]) -> dict[str, Any]:
    """Give the values with their times read; what is no RFC 3339 time stays as it is."""
    return {
        name: _time(value) if name in times and isinstance(value, str) else value
        for name, value in values.items()
    }


def _time(text: str) -> datetime | str:
    found = periods.read(Period.MOMENT, text)
    return text if found is None else found[1]


def _is_naive(text: str) -> bool:
    try:
        return datetime.fromisoformat(normal(text)).tzinfo is None
    except ValueError:
        return False


def _fault(code: str, where: str, seen: Any, expected: Text) -> Fault:
    said = seen if isinstance(seen, Text) else _text(told(seen))
    place = where.lstrip("/")
    return Fault(
        code,
        where,
        Text(
            zh=f"{place}：看到 {said.zh}，应为{expected.zh}。请改正后重新提交这一行。",
            en=f"{place}: saw {said.en}, expected {expected.en}. Correct this row and send it.",
        ),
    )


def _text(said: Any) -> Text:
    return Text(zh=said.zh, en=said.en)


_MOMENTS = frozenset({Period.NONE, Period.MOMENT})
_NOTHING = Text(zh="无", en="nothing")
_PARTS = Text(zh=" subject、period、values 三项", en="subject, period and values")
_VALUES = Text(zh="至少一个字段及其值", en="at least one field with its value")
_SUBJECT = Text(
    zh=f"1 到 {LONGEST_NAME} 个字符的名称", en=f"a name of 1 to {LONGEST_NAME} characters"
)
_UNICODE = Text(zh="合法的 Unicode 文字", en="text that is Unicode")
