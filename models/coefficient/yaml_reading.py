"""YAML with lines: what stands where, and every mistake told with its place.

Only plain mappings, lists, words and numbers: no anchors, tags or repeated keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import yaml

from models.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: A card is a page; more is not one.
MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake; line and column count from 1."""

    line: int
    column: int
    message: Text
    seen: str
    expected: Text


class Refused(ValueError):
    """A file with mistakes; `problems` has each with its line, in the order of the lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.line, one.column)))
        told = "; ".join(
            f"{one.line}:{one.column} {one.message.en} seen {one.seen!r}, "
            f"expected {one.expected.en}"
            for one in self.problems
        )
        super().__init__(told)


_PLAIN = Text(zh="普通的 YAML，不用锚和标签", en="plain YAML, no anchors or tags")
_MAPPING = Text(zh="键值对", en="a mapping")
_ONCE = Text(zh="每个键只出现一次", en="each key once")
_WORD = Text(zh="一个词", en="a word")


class Problems:
    """Collects the mistakes of one file."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def at(self, node: yaml.Node, message: Text, *, seen: str, expected: str | Text) -> None:
        """Tell a mistake; what is expected is plain text where it is what the file would say."""
        mark = node.start_mark
        place = {"line": mark.line + 1, "column": mark.column + 1}
        told = Text(zh=expected, en=expected) if isinstance(expected, str) else expected
        self.found.append(Problem(**place, message=message, seen=seen[:80], expected=told))


def root_of(text: str, problems: Problems) -> yaml.Node | None:
    """Parse; None where it is no YAML or nothing at all, with the problem told."""
    start = yaml.Mark("", 0, 0, 0, None, 0)
    nothing = yaml.ScalarNode("", "", start, start)
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        too_long = Text(zh="文件过长。", en="The file is too long.")
        expected = Text(zh=f"不超过 {MOST_BYTES} 字节", en=f"<= {MOST_BYTES} bytes")
        problems.at(nothing, too_long, seen=f"{len(text)}", expected=expected)
        return None
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken | yaml.TagToken):
                raise yaml.MarkedYAMLError(problem_mark=token.start_mark)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None) or start
        node = yaml.ScalarNode("", "", mark, mark)
        message = Text(zh="这不是可读的 YAML。", en="This is no YAML that we read.")
        # Its line, not the parser's words: those are English, and of its own trade.
        lines = text.splitlines()[mark.line :]
        problems.at(node, message, seen=lines[0].strip() if lines else "", expected=_PLAIN)
        return None
    if root is None:
        message = Text(zh="文件是空的。", en="The file is empty.")
        problems.at(nothing, message, seen="", expected=_MAPPING)
    return root


def members(
    node: yaml.Node, known: Sequence[str], problems: Problems, *, optional: Sequence[str] = ()
) -> Mapping[str, yaml.Node]:
    """Give the values of a mapping's known keys; every other, repeated or missing key is told."""
    if not isinstance(node, yaml.MappingNode):
        message = Text(zh="这里应为键值对。", en="Keys and values are expected here.")
        problems.at(node, message, seen=shown(node), expected=", ".join(known))
        return {}
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            message = Text(zh=f"键 {name} 重复。", en=f"The key {name} stands twice.")
            problems.at(key, message, seen=name, expected=_ONCE)
        elif name not in known:
            _tell_unknown(key, name, known, problems)
        else:
            found[name] = value
    for name in known:
        if name not in found and name not in optional:
            message = Text(zh=f"缺少 {name}。", en=f"{name} is missing.")
            problems.at(node, message, seen=", ".join(found), expected=name)
    return found


def items(node: yaml.Node, problems: Problems) -> list[yaml.Node]:
    """Give the members of a list; anything else is told."""
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    message = Text(zh="这里应为列表。", en="A list is expected here.")
    problems.at(node, message, seen=shown(node), expected="[…]")
    return []


def number(
    node: yaml.Node, problems: Problems, *, least: float, most: float, whole: bool = False
) -> float | None:
    """Give a number in a range; ``8%`` is 0.08."""
    text = node.value if isinstance(node, yaml.ScalarNode) else ""
    percent = text.endswith("%")
    try:
        value = float(text.removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        value = float("nan")
    if least <= value <= most and not (whole and value != int(value)):
        return value
    message = Text(zh="数字不在允许的范围内。", en="This is no number of the range.")
    limits = f"{least:g}..{most:g}"
    expected = Text(zh=f"{limits} 的整数", en=f"{limits}, whole") if whole else limits
    problems.at(node, message, seen=shown(node), expected=expected)
    return None


def word(node: yaml.Node, problems: Problems, *, among: Sequence[str] = ()) -> str | None:
    """Give a word; of `among` where that is given."""
    text = node.value if isinstance(node, yaml.ScalarNode) else ""
    if text and (not among or text in among):
        return str(text)
    message = Text(zh="这里应为下列词语之一。", en="One of these words is expected here.")
    problems.at(node, message, seen=shown(node), expected=" | ".join(among) or _WORD)
    return None


def shown(node: yaml.Node) -> str:
    """Give what stands there, as far as a line shows it."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "[…]" if isinstance(node, yaml.SequenceNode) else "{…}"


def _tell_unknown(key: yaml.Node, name: str, known: Sequence[str], problems: Problems) -> None:
    near = get_close_matches(name, known, n=1)
    meant = f"{near[0]}?" if near else ", ".join(known)
    message = Text(zh=f"不认识的键 {name}。", en=f"The key {name} is not known.")
    problems.at(key, message, seen=name, expected=meant)
