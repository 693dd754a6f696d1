"""Typed reading of a tree: every wrong shape becomes a problem, nothing is guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.language.tree import Broken, Mapping, Node, Scalar, Sequence
from rules.names import is_name, nearest, normal
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.language.numbers import Trouble
    from rules.language.problems import Findings, Place

LONGEST_LABEL = 200


class Reader:
    """Reads nodes of one file; each method gives None after it has noted a problem."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def fields(
        self, node: Node, *, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
    ) -> dict[str, Node]:
        """Give the values of a mapping with fixed keys; a key that is not known is refused."""
        mapping = self.mapping(node)
        if mapping is None:
            return {}
        known = (*required, *optional)
        found = {key.text: value for key, value in mapping.pairs if key.text in known}
        strange = [key for key, _ in mapping.pairs if key.text not in known]
        meant = {self.unknown("UNKNOWN_KEY", key, known) for key in strange}
        for name in required:
            # One slip of the pen is one problem: not also a missing key.
            if name not in found and name not in meant:
                self.missing(name, mapping.place)
        return found

    def mapping(self, node: Node) -> Mapping | None:
        """Give a mapping with at least one pair."""
        if isinstance(node, Mapping) and node.pairs:
            return node
        hint = Text(zh="", en="")
        if isinstance(node, Scalar) and "：" in node.text:
            hint = Text(
                zh="全角冒号“：”要改成半角冒号加空格。",
                en=" Write the full-width colon as ': '.",
            )
        zh, en = f"这里要写“名称: 值”。{hint.zh}", f"Pairs of 'name: value' are expected.{hint.en}"
        self._shape(node, Text(zh=zh, en=en), "name: value")
        return None

    def sequence(self, node: Node) -> tuple[Node, ...] | None:
        """Give the nodes of a list with at least one."""
        if isinstance(node, Sequence) and node.nodes:
            return node.nodes
        message = Text(
            zh="这里要写至少一项的列表，每项以“- ”开头。",
            en="A list with at least one entry is expected, each beginning with '- '.",
        )
        self._shape(node, message, "- …")
        return None

    def scalar(self, node: Node) -> Scalar | None:
        """Give a value that is written on one line, as it is written."""
        if isinstance(node, Scalar) and not node.empty and len(node.text) <= LONGEST_LABEL:
            return node
        message = Text(
            zh=f"这里要写一个值，最多 {LONGEST_LABEL} 个字符。",
            en=f"A value of at most {LONGEST_LABEL} characters is expected.",
        )
        self._shape(node, message, "a value")
        return None

    def text(self, node: Node) -> str | None:
        """Give text for people: blanks around it do not count."""
        scalar = self.scalar(node)
        return scalar.text.strip() if scalar else None

    def name(self, node: Node) -> str | None:
        """Give a name in its normal form."""
        scalar = self.scalar(node)
        if scalar is None:
            return None
        name = normal(scalar.text)
        if is_name(name):
            return name
        message = Text(
            zh=f"“{scalar.text}”不能作名称：只能用文字、数字、下划线、连字符，中间可用点分隔。",
            en=f"'{scalar.text}' is no name: letters, digits, _ and - only, parts joined by dots.",
        )
        self.findings.add("NAME", scalar.place, message, expected="a.name", seen=scalar.text)
        return None

    def label(self, node: Node) -> Text | None:
        """Give text in both languages; each must be written."""
        parts = self.fields(node, required=("zh", "en"))
        zh = self.text(parts["zh"]) if "zh" in parts else None
        en = self.text(parts["en"]) if "en" in parts else None
        return Text(zh=zh, en=en) if zh is not None and en is not None else None

    def word(self, node: Node, allowed: Iterable[str]) -> str | None:
        """Give one of a few fixed words."""
        scalar = self.scalar(node)
        words = tuple(allowed)
        if scalar is None or scalar.text in words:
            return scalar.text if scalar else None
        self.unknown("UNKNOWN_WORD", scalar, words)
        return None

    def unknown(self, code: str, seen: Scalar, known: Iterable[str]) -> str | None:
        """Complain about a name that is not among the known ones; give what was meant."""
        names = tuple(known)
        listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")  # noqa: PLR2004 - a line full
        message = Text(
            zh=f"不认识“{seen.text}”，可以写：{listed}。",
            en=f"'{seen.text}' is not known; there are: {listed}.",
        )
        near = nearest(seen.text, names)
        self.findings.add(
            code, seen.place, message, expected=listed, seen=seen.text, suggestion=near
        )
        return near

    def trouble(self, trouble: Trouble, place: Place) -> None:
        """Note what is wrong with a piece of a line."""
        self.findings.add(
            trouble.code,
            place,
            trouble.message,
            expected=trouble.expected,
            seen=trouble.seen,
            suggestion=trouble.suggestion,
        )

    def duplicate(self, code: str, seen: Scalar, line: int) -> None:
        """Complain about a name that an earlier line took."""
        message = Text(
            zh=f"“{seen.text}”在第 {line} 行已经用过。请换一个名称。",
            en=f"'{seen.text}' is already used in line {line}. Choose another name.",
        )
        self.findings.add(code, seen.place, message, seen=seen.text)

    def missing(self, name: str, place: Place) -> None:
        """Complain about a key that a mapping must have."""
        message = Text(zh=f"这里缺少“{name}”。请补上。", en=f"'{name}' is missing here. Add it.")
        self.findings.add("MISSING_KEY", place, message, expected=name)

    def _shape(self, node: Node, message: Text, expected: str) -> None:
        if not isinstance(node, Broken):
            seen = _seen(node)
            self.findings.add("SHAPE", node.place, message, expected=expected, seen=seen)


def _seen(node: Node) -> str:
    match node:
        case Scalar():
            return node.text if node.text.strip() else "nothing"
        case Sequence():
            return "a list" if node.nodes else "an empty list"
        case _:
            return "pairs" if isinstance(node, Mapping) and node.pairs else "no pairs"
