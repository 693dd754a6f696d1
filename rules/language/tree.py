"""YAML text as a tree with places: scalars stay the text that was written.

Only the events of the YAML parser are used. Nothing is constructed from tags, `no` and `off` stay
words, `1e-05` stays five characters. Anchors, tags and duplicate keys are refused, and nesting is
counted before anything recurses over it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import yaml

from rules.language import yaml_words
from rules.language.problems import Findings, Place, Source
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_FILE = 4 * 1024 * 1024  # characters
#: Of one sort of wrong character; one bad editor makes thousands.
MOST_CHARACTERS = 20
DEEPEST = 32

#: The C parser where PyYAML was built with libyaml; the Python one gives the same events.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: What YAML forbids, plus its rare line ends, which editors do not count as lines, blanks of no
#: width, which make two names look alike, and signs that turn the order of letters round.
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    r"\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_WIDE_COLON = re.compile(r"[ ]*(?:- )?[\w.]+：")
_BLANK_LINE = re.compile(r"^[ \t\u3000\u00a0]+$", re.MULTILINE)
_INDENT = re.compile(r"^[ ]*([\t\u3000\u00a0])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    place: Place
    #: Written without quotes.
    plain: bool = True

    @property
    def empty(self) -> bool:
        """Nothing was written, or YAML's word for nothing."""
        return not self.text.strip() or (self.plain and self.text in {"~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Sequence:
    nodes: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    pairs: tuple[tuple[Scalar, Node], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that has been complained about; readers pass over it in silence."""

    place: Place


Node = Scalar | Sequence | Mapping | Broken


def open_source(text: str | bytes, file: str) -> Findings:
    """Give the file as it will be read, and whether its bytes are UTF-8.

    A byte order mark and blanks on empty lines are taken off; every line ends in a line feed.
    """
    decoded = text if isinstance(text, str) else text.decode("utf-8", "replace")
    plain = decoded.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    plain = _BLANK_LINE.sub("", plain)
    findings = Findings(Source(file=file, text=plain, lines=tuple(plain.split("\n"))))
    if isinstance(text, bytes):
        _check_encoding(findings, text)
    return findings


def _check_encoding(findings: Findings, text: bytes) -> None:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        _encoding(findings, place, f"0x{text[error.start]:02X}")


def _encoding(findings: Findings, place: Place, seen: str) -> None:
    message = Text(
        zh=f"文件不是 UTF-8 编码（这里是 {seen}）。请另存为 UTF-8，不要用 GBK。",
        en=f"The file is not UTF-8 (here is {seen}). Save it as UTF-8, not as GBK.",
    )
    findings.add("ENCODING", place, message, expected="UTF-8", seen=seen)


def grow(findings: Findings) -> Node | None:
    """Give the tree of the file; None when it could not be read far enough to go on."""
    if not _readable(findings):
        return None
    builder = _Builder(findings)
    try:
        for event in yaml.parse(findings.source.text, Loader=_LOADER):
            if not builder.take(event):
                return None
    except yaml.YAMLError as error:
        _syntax(findings, error)
        return None
    return builder.root


def _readable(findings: Findings) -> bool:
    text = findings.source.text
    if findings:
        return False
    if len(text) > LONGEST_FILE:
        message = Text(
            zh=f"文件有 {len(text)} 个字符，最多允许 {LONGEST_FILE} 个。请拆成几个文件。",
            en=f"The file has {len(text)} characters, {LONGEST_FILE} are allowed. Split it.",
        )
        findings.add("TOO_LARGE", Place(1, 1), message, expected=str(LONGEST_FILE))
        return False
    # What a decoder writes where it could not read: the rest is damaged too.
    replaced = re.search("\ufffd", text)
    if replaced is not None:
        _encoding(findings, _place_of(replaced), "U+FFFD")
    for found in islice(_FORBIDDEN.finditer(text), MOST_CHARACTERS):
        _character(findings, found)
    for found in islice(_INDENT.finditer(text), MOST_CHARACTERS):
        _indent(findings, found)
    return not findings


def _character(findings: Findings, found: re.Match[str]) -> None:
    _invisible(findings, _place_of(found), found.group())


def _invisible(findings: Findings, place: Place, char: str) -> None:
    name = f"U+{ord(char):04X}"
    message = Text(
        zh=f"文件里有看不见的字符 {name}。请删掉它。",
        en=f"The file holds the invisible character {name}. Delete it.",
    )
    findings.add("CHARACTER", place, message, seen=name)


def _indent(findings: Findings, found: re.Match[str]) -> None:
    code, zh, en = {
        "\t": ("TAB", "制表符", "a tab"),
        "\u3000": ("INDENT", "全角空格", "a full-width space"),
        "\u00a0": ("INDENT", "不换行空格", "a no-break space"),
    }[found.group(1)]
    message = Text(
        zh=f"这一行用{zh}缩进。请改用普通空格。",
        en=f"This line is indented with {en}. Use plain spaces.",
    )
    findings.add(code, _place_of(found, 1), message, expected="spaces", seen=en)


def _place_of(found: re.Match[str], group: int = 0) -> Place:
    start = found.start(group)
    line_start = found.string.rfind("\n", 0, start) + 1
    return Place(found.string.count("\n", 0, start) + 1, start - line_start + 1)


def _syntax(findings: Findings, error: yaml.YAMLError) -> None:
    place, seen = Place(1, 1), str(error)
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else place
        seen = str(error.problem or error.context)
    # The parser notices a full-width colon only in the next line, or later.
    lines = findings.source.lines
    for line in range(min(place.line, len(lines)), max(place.line - 3, 0), -1):
        found = _WIDE_COLON.match(lines[line - 1])
        if found is not None:
            place = Place(line, found.end())
            break
    why = yaml_words.told(seen)
    message = Text(
        zh=f'这里不是合法的 YAML（{why.zh}）。比较条件要写在引号里，例如 ">= 3"；'
        "冒号要用半角并在后面留一个空格。",
        en=f'This is not valid YAML ({why.en}). Write a comparison in quotes, such as ">= 3"; '
        "a colon is followed by a space.",
    )
    findings.add("YAML", place, message, seen=seen)


@dataclass(slots=True)
class _Frame:
    """A sequence or mapping that is still being read."""

    place: Place
    mapping: bool
    nodes: list[Node] = field(default_factory=list)

    def close(self, findings: Findings) -> Node:
        if not self.mapping:
            return Sequence(tuple(self.nodes), self.place)
        pairs = zip(self.nodes[::2], self.nodes[1::2], strict=True)
        return Mapping(tuple(_distinct(pairs, findings)), self.place)


def _distinct(pairs: zip[tuple[Node, Node]], findings: Findings) -> Iterator[tuple[Scalar, Node]]:
    """Pass on what has a written key that was not there before; complain about the rest."""
    seen: dict[str, Place] = {}
    for key, value in pairs:
        if isinstance(key, Broken):
            continue
        if not isinstance(key, Scalar) or key.empty:
            message = Text(zh="这里要写一个名称。", en="A name is expected here.")
            findings.add("KEY", key.place, message, expected="a name")
        elif key.text in seen:
            line = seen[key.text].line
            message = Text(
                zh=f"“{key.text}”在第 {line} 行已经写过。请只保留一个。",
                en=f"'{key.text}' is already there in line {line}. Keep one of them.",
            )
            findings.add("DUPLICATE_KEY", key.place, message, seen=key.text)
        else:
            seen[key.text] = key.place
            yield key, value


class _Builder:
    """Puts the tree together from events, without recursion."""

    def __init__(self, findings: Findings) -> None:
        self.root: Node | None = None
        self._findings = findings
        self._open: list[_Frame] = []

    def take(self, event: yaml.Event) -> bool:
        """Take the next event; False when it makes no sense to read on."""
        # A file is mostly scalars, and thousands of rules are to be read while a person waits.
        mark = event.start_mark
        if type(event) is yaml.ScalarEvent and mark is not None:
            place = Place(mark.line + 1, mark.column + 1)
            right = event.anchor is event.tag is None or self._look_at(event, place)
            if event.style == '"' and (found := _FORBIDDEN.search(event.value)):
                _invisible(self._findings, place, found.group())
                right = False
            self._put(Scalar(event.value, place, event.implicit[0]) if right else Broken(place))
            return True
        return self._take_other(event)

    def _take_other(self, event: yaml.Event) -> bool:
        mark = event.start_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        match event:
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._look_at(event, place)
                return self._descend(_Frame(place, isinstance(event, yaml.MappingStartEvent)))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._put(self._open.pop().close(self._findings))
            case yaml.DocumentStartEvent() if self.root is not None:
                return self._second_document(place)
            case yaml.AliasEvent():
                self._refuse_anchor(place, f"*{event.anchor}")
                self._put(Broken(place))
            case _:
                pass
        return True

    def _put(self, node: Node) -> None:
        if self._open:
            self._open[-1].nodes.append(node)
        else:
            self.root = node

    def _descend(self, frame: _Frame) -> bool:
        self._open.append(frame)
        if len(self._open) <= DEEPEST:
            return True
        message = Text(zh=f"嵌套超过 {DEEPEST} 层。", en=f"Nested more than {DEEPEST} levels deep.")
        self._findings.add("TOO_DEEP", frame.place, message, expected=str(DEEPEST))
        return False

    def _look_at(self, event: yaml.NodeEvent, place: Place) -> bool:
        """Complain about anchor and tag; False when what follows is not what was meant."""
        if event.anchor is not None:
            self._refuse_anchor(place, f"&{event.anchor}")
        tag = getattr(event, "tag", None)
        # The Python parser resolves "!" for quoted scalars; a written tag is anything else.
        if tag in {None, "!"}:
            return True
        message = Text(
            zh=f"规则文件里不能用标签“{tag}”。比较条件若以 ! 开头，要写在引号里。",
            en=f"The tag '{tag}' cannot be used in a rule file. Put a comparison that begins "
            "with ! in quotes.",
        )
        self._findings.add("TAG", place, message, seen=tag)
        return False

    def _refuse_anchor(self, place: Place, seen: str) -> None:
        message = Text(
            zh=f"规则文件里不能用锚点和引用（{seen}）。请把内容原样写出来。",
            en=f"Anchors and aliases ({seen}) cannot be used in a rule file. Write it out.",
        )
        self._findings.add("ANCHOR", place, message, seen=seen)

    def _second_document(self, place: Place) -> bool:
        message = Text(
            zh="一个文件只能有一份内容，这里又开始了第二份（---）。",
            en="A file holds one document; here a second one begins (---).",
        )
        self._findings.add("SECOND_DOCUMENT", place, message, seen="---")
        return False
