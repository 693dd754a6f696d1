"""`given:` of a case: for each kind of fact a small table, a row for each fact over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rules.errors import FactError
from rules.facts import Encoder, Field, FieldType, Period
from rules.history import Fact
from rules.language.case_times import read_periods, read_time
from rules.language.comparators import read_value
from rules.language.gate_rule import find_field
from rules.language.numbers import Trouble
from rules.language.tree import Scalar, Sequence
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.facts import FactKind
    from rules.language.declarations import Vocabulary
    from rules.language.reading import Reader
    from rules.language.tree import Node

#: More than a table that people read; ranges and lists of subjects multiply.
MOST_FACTS = 20_000
#: Stands in the column of subjects for every subject that the kind declares.
EVERYONE = ("全部", "all", "*")
_KNOWN = ("known", "得知")
_PERIOD = {
    Period.NONE: ("at", "time", "时间"),
    Period.MOMENT: ("at", "time", "时间"),
    Period.DAY: ("period", "day", "日期"),
    Period.WEEK: ("period", "week", "周"),
    Period.MONTH: ("period", "month", "月份"),
}

Value = float | str | bool | datetime


class Tables:
    """Reads the tables of one case."""

    def __init__(self, reader: Reader, kinds: dict[str, Vocabulary]) -> None:
        self._reader = reader
        self._kinds = {
            spelling: vocabulary
            for vocabulary in kinds.values()
            for spelling in _spellings(vocabulary.kind)
        }
        self._facts: dict[tuple[str, str, int, datetime], tuple[Fact, int]] = {}

    def read(self, node: Node) -> tuple[Fact, ...]:
        """Give the facts in the order in which they became known."""
        self._facts = {}
        mapping = self._reader.mapping(node)
        for key, table in mapping.pairs if mapping else ():
            vocabulary = self._kinds.get(normal(key.text))
            if vocabulary is None:
                self._reader.unknown("UNKNOWN_KIND", key, self._kinds)
            else:
                self._table(table, vocabulary)
        facts = [fact for fact, _ in self._facts.values()]
        return tuple(sorted(facts, key=lambda fact: fact.known_at))

    def _table(self, node: Node, vocabulary: Vocabulary) -> None:
        parts = self._reader.fields(node, required=("columns", "rows"))
        columns = _Columns(self._reader, vocabulary)
        if "columns" not in parts or not columns.read(parts["columns"]) or "rows" not in parts:
            return
        for row in self._reader.sequence(parts["rows"]) or ():
            cells = self._reader.sequence(row)
            if cells is None:
                continue
            if len(cells) != columns.width:
                self._wrong_width(row, len(cells), columns.width)
                continue
            self._row(columns.row(cells), row.place.line, vocabulary.kind)

    def _row(self, row: _Row, line: int, kind: FactKind) -> None:
        if len(self._facts) + len(row.subjects) * len(row.periods) > MOST_FACTS:
            self._too_many(row.written)
            return
        for subject in row.subjects:
            for number, end in row.periods:
                known = row.known or end
                self._add(row, line, _fact(kind, (subject, number, end, known), row.values))

    def _add(self, row: _Row, line: int, fact: Fact) -> None:
        key = (fact.kind, fact.subject, fact.period, fact.known_at)
        if key in self._facts:
            self._twice(row.written, self._facts[key][1])
        else:
            self._facts[key] = (fact, line)

    def _wrong_width(self, row: Node, seen: int, width: int) -> None:
        message = Text(
            zh=f"这一行有 {seen} 格，表头有 {width} 列。没有数据的格写 ~。",
            en=f"This row has {seen} cells, the table {width} columns. Write ~ where nothing is.",
        )
        self._reader.findings.add(
            "ROW", row.place, message, expected=f"{width} cells", seen=f"{seen} cells"
        )

    def _twice(self, written: Scalar, line: int) -> None:
        message = Text(
            zh=f"第 {line} 行已经有同一对象、同一时间的事实。更正要用“得知”一列写出何时知道。",
            en=f"Line {line} has a fact of this subject and time. A correction says in a column "
            "'known' since when it is known.",
        )
        self._reader.findings.add("DUPLICATE_FACT", written.place, message, seen=written.text)

    def _too_many(self, written: Scalar) -> None:
        message = Text(
            zh=f"一个用例最多 {MOST_FACTS} 条事实。", en=f"A case has {MOST_FACTS} facts at most."
        )
        self._reader.findings.add("TOO_MANY_FACTS", written.place, message)


def _spellings(kind: FactKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys((kind.name, normal(kind.label.zh), normal(kind.label.en))))


def _fact(
    kind: FactKind, when: tuple[str, int, datetime, datetime], values: tuple[tuple[str, Value], ...]
) -> Fact:
    subject, number, end, known = when
    # A correction becomes known later, so the four together are unique.
    return Fact(
        id=f"{kind.name}/{subject}/{number}/{known:%Y-%m-%dT%H:%M}",
        kind=kind.name,
        subject=subject,
        period=number,
        at=end,
        known_at=known,
        values=dict(values),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    subjects: tuple[str, ...]
    periods: tuple[tuple[int, datetime], ...]
    known: datetime | None
    values: tuple[tuple[str, Value], ...]
    #: The cell that messages about the whole row point at.
    written: Scalar


class _Columns:
    """What stands in which column of one table."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary) -> None:
        self._reader = reader
        self._vocabulary = vocabulary
        self._kind = vocabulary.kind
        self._encoder = Encoder(self._kind, ())
        #: A field, or which of the three columns that every table may have.
        self._columns: list[Field | str | None] = []

    @property
    def width(self) -> int:
        return len(self._columns)

    def read(self, node: Node) -> bool:
        """Read the head of the table; False when its rows would make no sense."""
        seen: dict[str, int] = {}
        for cell in self._reader.sequence(node) or ():
            scalar = self._reader.scalar(cell)
            column = self._column(scalar) if scalar else None
            self._columns.append(column)
            name = column.name if isinstance(column, Field) else column
            if scalar is not None and name in seen:
                self._reader.duplicate("DUPLICATE_FIELD", scalar, seen[name])
            elif name is not None:
                seen[name] = cell.place.line
        for needed, word in (("/subject", self._kind.subject.zh), ("/period", self._period[-1])):
            if self._columns and needed not in seen:
                self._reader.missing(word, node.place)
        return {"/subject", "/period"} <= seen.keys()

    @property
    def _period(self) -> tuple[str, ...]:
        return _PERIOD[self._kind.period]

    def _column(self, scalar: Scalar) -> Field | str | None:
        written = normal(scalar.text)
        if self._vocabulary.field(written) is None:
            subject = self._kind.subject
            words = {"/known": _KNOWN, "/period": self._period}
            words["/subject"] = ("subject", "对象", normal(subject.zh), normal(subject.en))
            for column, spellings in words.items():
                if written in spellings:
                    return column
        field = find_field(self._reader, scalar, self._vocabulary)
        if field is None or field.derived is None:
            return field
        self._computed(scalar, field.derived.inputs)
        return None

    def _computed(self, scalar: Scalar, inputs: tuple[str, ...]) -> None:
        listed = ", ".join(inputs)
        message = Text(
            zh=f"“{scalar.text}”是算出来的，用例里请给出它所依据的字段：{listed}。",
            en=f"'{scalar.text}' is computed; give what it is computed from: {listed}.",
        )
        self._reader.findings.add(
            "COMPUTED", scalar.place, message, expected=listed, seen=scalar.text
        )

    def row(self, cells: tuple[Node, ...]) -> _Row:
        """Read one row; what is wrong in it has been noted and is left out."""
        subjects: tuple[str, ...] = ()
        numbered: tuple[tuple[int, datetime], ...] = ()
        known = None
        values: list[tuple[str, Value]] = []
        for column, cell in zip(self._columns, cells, strict=True):
            if column == "/subject":
                subjects = self._subjects(cell)
            elif column == "/period":
                numbered = read_periods(self._reader, cell, self._kind.period)
            elif isinstance(cell, Scalar) and cell.empty:
                continue
            elif column == "/known":
                read = read_time(self._reader, cell)
                known = read[1] if read else None
            elif isinstance(column, Field):
                values += self._value(column, cell)
        written = next((cell for cell in cells if isinstance(cell, Scalar)), None)
        return _Row(
            subjects=subjects,
            periods=numbered,
            known=known,
            values=tuple(values),
            written=written or Scalar("", cells[0].place),
        )

    def _subjects(self, cell: Node) -> tuple[str, ...]:
        """Give the subject, each of a list of them, or every one that there is."""
        nodes = cell.nodes if isinstance(cell, Sequence) and cell.nodes else (cell,)
        scalars = [self._reader.scalar(node) for node in nodes]
        written = [scalar for scalar in scalars if scalar is not None]
        known = self._kind.subjects
        if len(written) == 1 and written[0].text in EVERYONE and known:
            return known
        for scalar in written:
            if known and normal(scalar.text) not in known:
                self._reader.unknown("UNKNOWN_SUBJECT", scalar, known)
        return tuple(dict.fromkeys(normal(scalar.text) for scalar in written))

    def _value(self, field: Field, cell: Node) -> list[tuple[str, Value]]:
        scalar = self._reader.scalar(cell)
        if scalar is None:
            return []
        value = self._read(field, scalar)
        if value is None:
            return []
        try:
            self._encoder.encode({field.name: value})
        except FactError as error:
            self._reader.findings.add(
                "VALUE", scalar.place, error.message, expected=error.expected, seen=scalar.text
            )
            return []
        return [(field.name, value)]

    def _read(self, field: Field, scalar: Scalar) -> Value | None:
        if field.type is FieldType.TIME:
            read = read_time(self._reader, scalar)
            return read[1] if read else None
        value = read_value(normal(scalar.text), field)
        if isinstance(value, Trouble):
            self._reader.trouble(value, scalar.place)
            return None
        return bool(value) if field.type is FieldType.FLAG else value
