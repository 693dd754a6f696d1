"""`table:` of a warning: a decision table whose rows become rules ID.1, ID.2 and so on.

    table:
      columns: [周达成率, 库存周转天数, level, do]
      rows:
        - ["连续 2 周 < 80%", "> 45", red, {freeze: {what: 新品配额}}]
        - ["< 85%", "-", yellow, "-"]

A column is a field or one of the outputs `level` and `do`. In a field's column, `-` or nothing
means any value; in an output's, what the rule itself says. A `when` of the rule must hold for
every row. The first row that holds counts: each row is inhibited by those above it. A row that
asks nothing, or that the rows above leave nothing, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules.conditions import Clause, Condition, Join
from rules.language.actions import read_actions
from rules.language.common_keys import read_level
from rules.language.conditions import Written, find_field, read_clause
from rules.language.contradictions import check_condition
from rules.language.regions import possible
from rules.language.tree import Node, Scalar, Sequence
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.kinds import Action, WarningRule
    from rules.language.context import Context
    from rules.language.declarations import Vocabulary

LEVEL, DO = "level", "do"
_OUTPUTS = (LEVEL, DO)
MOST_ROWS = 200
_FORM = "columns: […], rows: [[…], …]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    clauses: tuple[Clause, ...]
    #: None: what the rule itself says.
    level: str | None
    do: tuple[Action, ...] | None
    node: Node


def read_table(context: Context, node: Node, vocabulary: Vocabulary) -> tuple[TableRow, ...]:
    """Read the rows; nothing after problems have been noted."""
    return _Table(context, vocabulary).read(node)


def rows_as_rules(
    rule: WarningRule, rows: tuple[TableRow, ...], when: Condition | None
) -> tuple[WarningRule, ...]:
    """Give a rule for each row; `rule` has what all of them share."""
    made: list[WarningRule] = []
    for number, row in enumerate(rows, 1):
        parts = (*((when,) if when else ()), *row.clauses)
        name = Text(zh=f"{rule.name.zh}（第 {number} 行）", en=f"{rule.name.en} (row {number})")
        made.append(
            replace(
                rule,
                id=f"{rule.id}.{number}",
                name=name,
                when=Condition(join=Join.ALL, parts=parts),
                level=row.level or rule.level,
                do=rule.do if row.do is None else row.do,
                inhibited_by=(*rule.inhibited_by, *(one.id for one in made)),
            )
        )
    return tuple(made)


class _Table:
    def __init__(self, context: Context, vocabulary: Vocabulary) -> None:
        self._context = context
        self._reader = context.reader
        self._vocabulary = vocabulary
        self._faulty = False

    def read(self, node: Node) -> tuple[TableRow, ...]:
        parts = self._reader.fields(node, required=("columns", "rows"))
        columns = self._columns(parts["columns"]) if "columns" in parts else ()
        nodes = self._reader.sequence(parts["rows"]) or () if "rows" in parts else ()
        if len(nodes) > MOST_ROWS:
            return self._refuse(
                nodes[MOST_ROWS],
                f"一张表最多 {MOST_ROWS} 行。",
                f"A table has at most {MOST_ROWS} rows.",
            )
        rows = [self._row(one, columns) for one in nodes] if columns else []
        known = tuple(row for row in rows if row is not None)
        if self._faulty or len(known) != len(nodes):
            return ()
        reached = [self._reached(known, place) for place in range(len(known))]
        return known if all(reached) else ()

    def _columns(self, node: Node) -> tuple[Scalar, ...]:
        scalars = [self._reader.scalar(one) for one in self._reader.sequence(node) or ()]
        known = [one for one in scalars if one is not None]
        right = [
            one.text in _OUTPUTS or find_field(self._reader, one, self._vocabulary) is not None
            for one in known
        ]
        if not known or len(known) != len(scalars) or not all(right):
            return ()
        outputs = [one.text for one in known if one.text in _OUTPUTS]
        if len(set(outputs)) != len(outputs) or len(outputs) == len(known):
            return self._refuse(
                node,
                "列里至少要有一个字段，level 和 do 各最多一列。",
                "There is at least one field among the columns, and level and do once at most.",
            )
        return tuple(known)

    def _refuse(self, node: Node, zh: str, en: str) -> tuple[()]:
        self._faulty = True
        self._reader.findings.add("TABLE", node.place, Text(zh=zh, en=en), expected=_FORM)
        return ()

    def _row(self, node: Node, columns: tuple[Scalar, ...]) -> TableRow | None:
        cells = node.nodes if isinstance(node, Sequence) else ()
        if len(cells) != len(columns):
            self._refuse(
                node,
                f"这一行要有 {len(columns)} 格，和 columns 一样多。",
                f"This row needs {len(columns)} cells, one for each column.",
            )
            return None
        clauses: dict[int, Clause | None] = {}
        level: str | None = None
        do: tuple[Action, ...] | None = None
        for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            if _nothing(cell):
                continue
            if column.text == LEVEL:
                level = read_level(self._reader, cell)
            elif column.text == DO:
                do = self._actions(cell)
            else:
                clauses[number] = self._clause(column, cell)
        return self._checked(node, clauses, level, do)

    def _checked(
        self,
        node: Node,
        clauses: dict[int, Clause | None],
        level: str | None,
        do: tuple[Action, ...] | None,
    ) -> TableRow | None:
        known = tuple(one for one in clauses.values() if one is not None)
        if len(known) != len(clauses):
            return None
        if not known:
            self._refuse(
                node,
                "这一行没有任何条件，总会成立。请至少写一个条件。",
                "This row asks nothing and always holds. Write at least one comparison.",
            )
            return None
        cells = node.nodes if isinstance(node, Sequence) else ()
        places = {id(one): cells[number].place for number, one in clauses.items()}
        written = Written(Condition(join=Join.ALL, parts=known), places)
        check_condition(self._reader.findings, written, node.place)
        return TableRow(clauses=known, level=level, do=do, node=node)

    def _clause(self, column: Scalar, cell: Node) -> Clause | None:
        key = Scalar(column.text, cell.place)
        return read_clause(self._reader, key, cell, self._vocabulary)

    def _actions(self, cell: Node) -> tuple[Action, ...]:
        """Read one action, or a list of them."""
        listed = cell if isinstance(cell, Sequence) else Sequence((cell,), cell.place)
        return read_actions(self._context, listed)

    def _reached(self, rows: tuple[TableRow, ...], place: int) -> bool:
        """Complain about a row that the rows above it leave nothing."""
        above = tuple(
            Condition(join=Join.NOT, parts=(Condition(join=Join.ALL, parts=row.clauses),))
            for row in rows[:place]
        )
        row = Condition(join=Join.ALL, parts=rows[place].clauses)
        if not possible(row):
            return False  # told as a contradiction
        if possible(Condition(join=Join.ALL, parts=(*rows[place].clauses, *above))):
            return True
        message = Text(
            zh=f"第 {place + 1} 行永远轮不到：上面各行已经包含了它的全部情况。请调整次序或界限。",
            en=f"Row {place + 1} is never reached: the rows above take all that it asks for. "
            "Change their order or limits.",
        )
        self._reader.findings.add("UNREACHABLE", rows[place].node.place, message)
        return False


def _nothing(cell: Node) -> bool:
    return isinstance(cell, Scalar) and (cell.empty or normal(cell.text) == "-")
