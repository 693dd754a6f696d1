"""A rule file is read as written, or refused with every mistake in its place."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import RuleFileError, check, load_rule_set
from rules.language import render
from tests.rules.files import HEAD, OTHER_KIND, found_at, rule, rule_file

TAKEN = [
    pytest.param(rule_file(), id="plain"),
    pytest.param("\ufeff" + rule_file(), id="byte order mark"),
    pytest.param(rule_file().replace("\n", "\r\n"), id="Windows line ends"),
    pytest.param(rule_file().replace("\n", "\r"), id="old Macintosh line ends"),
    pytest.param(rule_file().replace("kind: gate", "kind:\tgate"), id="tab between words"),
    pytest.param(rule_file() + "\t\n \n　\n", id="blanks of any kind on an empty line"),
    pytest.param("# 注释\n" + rule_file() + "...\n", id="comment and end mark"),
    pytest.param("---\n" + rule_file(), id="start mark"),
    pytest.param(rule_file(rule(locked_as="no")), id="a state called no is a word, not false"),
    pytest.param(rule_file(rule(locked_as="off")), id="a state called off"),
    pytest.param(rule_file(rule('大区: "= no"')), id="a choice called no"),
    pytest.param(rule_file(rule('region: "= east"')), id="English names"),
    pytest.param(rule_file(rule('Region: "= East"')), id="English labels"),
    pytest.param(rule_file(rule('ｒｅｇｉｏｎ: "= east"')), id="full-width field name"),
    pytest.param(rule_file(rule(needs='any: {visits: ">= 1", 已签字: "= 是"}')), id="any"),
    pytest.param(rule_file(rule(), rule(id="gate.two")), id="two rules"),
]


def timed(asked: str) -> str:
    """Write a gate with an item that asks something of the times of its files."""
    asked = "▲{}" if asked == "▲" else f"{{{asked}}}"
    item = f'{{item: i, name: {{zh: 项, en: item}}, all: {{visits: "> 1"}}, time: {asked}}}'
    return rule_file(rule(require=f"[{item}]"))


def two_items() -> str:
    """Give a list of two items, the second of which takes the name of the first."""
    first = '{item: i, name: {zh: 项, en: item}, all: {visits: ">= 1"}}'
    return f"[{first}, ▲{first}]"


def wide() -> str:
    """Give 2 × 26 combinations."""
    notes = ", ".join(f"n{number}" for number in range(26))
    return f'大区: "in [east, north]", note: "in [{notes}]"'


REFUSED = {
    "empty file": ("▲", "EMPTY", None),
    "only a comment": ("▲\n  \n# nothing\n", "EMPTY", None),
    "a sentence": ("▲just words", "SHAPE", None),
    "a list": ("▲- a\n- b\n", "SHAPE", None),
    "full-width colon": ("▲schema：countermark/v1\n", "SHAPE", None),
    "full-width colon among keys": (
        rule_file().replace("schema: countermark/v1", "schema▲：countermark/v1"),
        "YAML",
        None,
    ),
    "tab as indent": (rule_file() + "▲\ttail: 1\n", "TAB", None),
    "tab after blanks as indent": (rule_file() + "  ▲\ttail: 1\n", "TAB", None),
    "full-width blank as indent": (rule_file() + "▲　tail: 1\n", "INDENT", None),
    "no-break blank as indent": (rule_file() + "▲\xa0tail: 1\n", "INDENT", None),
    "bracket left open": (HEAD + "rules: [\n▲", "YAML", None),
    "comparison without quotes": (rule_file(rule(needs="all: {visits: ▲>= 1}")), "YAML", None),
    "NUL": (rule_file(rule(name="{zh: ▲\x00, en: b}")), "CHARACTER", None),
    "lone surrogate": (rule_file(rule(name="{zh: a▲\ud800, en: b}")), "CHARACTER", None),
    "line separator": (rule_file(rule(name="{zh: a▲\u2028, en: b}")), "CHARACTER", None),
    "byte order mark inside": (rule_file(rule(name="{zh: ▲\ufeff, en: b}")), "CHARACTER", None),
    "letters turned round": (rule_file(rule(name="{zh: a▲\u202e, en: b}")), "CHARACTER", None),
    "blank of no width": (rule_file(rule(name="{zh: a▲\u200b, en: b}")), "CHARACTER", None),
    "escape written out": (rule_file(rule(name='{zh: ▲"a\\e[31m", en: b}')), "CHARACTER", None),
    "what a decoder left": (rule_file(rule(name="{zh: ▲\ufffd\ufffd, en: b}")), "ENCODING", None),
    "anchor": (rule_file(rule(name="▲&n {zh: 一, en: one}")), "ANCHOR", None),
    "Python tag": (rule_file(rule(name="▲!!python/name:os.system {zh: a, en: b}")), "TAG", None),
    "own tag": (rule_file(rule(locked_as="▲!locked x")), "TAG", None),
    "not equal without quotes": (rule_file(rule("大区: ▲!= east")), "TAG", None),
    "second document": (rule_file() + "▲---\na: 1\n", "SECOND_DOCUMENT", None),
    "a hundred brackets": ("[" * 32 + "▲" + "[" * 68, "TOO_DEEP", None),
    "key twice": (rule_file(rule(kind="gate\n    ▲kind: gate")), "DUPLICATE_KEY", None),
    "a list as key": (rule_file(rule(**{"▲[a]": "1"})), "KEY", None),
    "merge key": (rule_file(rule(**{"▲<<": "{a: 1}"})), "UNKNOWN_KEY", None),
    "unknown key": (rule_file(rule(**{"▲untl": "x"})), "UNKNOWN_KEY", None),
    "the engine's own count": (rule_file(rule(**{"▲count": "65536"})), "UNKNOWN_KEY", None),
    "the engine's own priority": (rule_file(rule(**{"▲pri": "high"})), "UNKNOWN_KEY", None),
    "the engine's own pattern": (
        rule_file(rule('▲$mt: {note: "[一-龥]+"}')),
        "UNKNOWN_FIELD",
        None,
    ),
    "the engine's own division": (
        rule_file(rule("rate: ▲{$div: {$l: {$m: a}, $r: {$m: b}}}")),
        "SHAPE",
        None,
    ),
    "a join with another fact": (rule_file(rule('visits: ▲"> b.visits"')), "NUMBER", None),
    "a slip in a needed key is one problem": (
        rule_file().replace("locked_as", "▲loked_as"),
        "UNKNOWN_KEY",
        "locked_as",
    ),
    "schema of tomorrow": (
        rule_file().replace("countermark/v1", "▲countermark/v2"),
        "UNKNOWN_WORD",
        "countermark/v1",
    ),
    "needed key left out": (
        rule_file().replace("    locked_as: 待补全\n", "").replace("- id", "- ▲id"),
        "MISSING_KEY",
        None,
    ),
    "no rules": ("▲" + HEAD, "MISSING_KEY", None),
    "empty list of rules": (HEAD + "rules: ▲[]\n", "SHAPE", None),
    "misspelled kind of rule": (rule_file(rule(kind="▲gates")), "UNKNOWN_WORD", "gate"),
    "kind of rule of tomorrow": (rule_file(rule(kind="▲siren")), "UNKNOWN_WORD", None),
    "no kind of rule": (
        rule_file().replace("    kind: gate\n", "").replace("- id", "- ▲id"),
        "MISSING_KEY",
        None,
    ),
    "kind of fact": (rule_file(rule(on="▲weak")), "UNKNOWN_KIND", "week"),
    "slash in an id": (rule_file(rule(id="▲a/b")), "NAME", None),
    "blank in an id": (rule_file(rule(id="▲a b")), "NAME", None),
    "empty id": (rule_file(rule(id='▲""')), "SHAPE", None),
    "null as id": (rule_file(rule(id="▲~")), "SHAPE", None),
    "endless id": (rule_file(rule(id="▲" + "x" * 101)), "NAME", None),
    "id twice": (rule_file(rule(), rule(id="▲gate.one")), "DUPLICATE_ID", None),
    "id twice, once full-width": (
        rule_file(rule(), rule(id="▲ｇａｔｅ.one")),
        "DUPLICATE_ID",
        None,
    ),
    "name without languages": (rule_file(rule(name="▲一")), "SHAPE", None),
    "name in one language": (rule_file(rule(name="▲{zh: 一}")), "MISSING_KEY", None),
    "empty English name": (rule_file(rule(name="{zh: 一, en: ▲''}")), "SHAPE", None),
    "locked called open": (rule_file(rule(locked_as="▲Open")), "LOCKED_AS", None),
    "field": (rule_file(rule('▲大曲: "= 华东"')), "UNKNOWN_FIELD", "大区"),
    "field under two names": (
        rule_file(rule('大区: "= 华东", ▲region: "!= north"')),
        "DUPLICATE_FIELD",
        None,
    ),
    "empty when": (rule_file(rule(when="▲{}")), "SHAPE", None),
    "misspelled choice": (rule_file(rule('大区: ▲"= 华东区"')), "VALUE", "华东"),
    "bare boolean": (rule_file(rule("已签字: ▲no")), "COMPARISON", "= no"),
    "list as comparison": (rule_file(rule("大区: ▲[east]")), "SHAPE", None),
    "number as comparison": (rule_file(rule("visits: ▲3")), "COMPARISON", "= 3"),
    "empty all": (rule_file(rule(needs="all: ▲{}")), "SHAPE", None),
    "empty require": (rule_file(rule(require="▲[]")), "SHAPE", None),
    "all and any": (
        rule_file(
            rule(
                require='[▲{item: i, name: {zh: 项, en: item}, all: {visits: "> 1"}, '
                'any: {visits: "> 2"}}]'
            )
        ),
        "NEEDS",
        None,
    ),
    "al for all is one problem": (
        rule_file(rule(needs='▲al: {visits: "> 1"}')),
        "UNKNOWN_KEY",
        "all",
    ),
    "item that nobody named": (
        rule_file(rule(require='[{item: ▲a, all: {visits: "> 1"}}]')),
        "MISSING_KEY",
        None,
    ),
    "class of time": (timed("class: ▲T6"), "TIME_CLASS", "T5"),
    "key of time": (timed("▲clas: T3"), "UNKNOWN_KEY", "class"),
    "contradiction without a unit": (timed("contradictions: ▲86400"), "DURATION", None),
    "hours before a stage": (timed("within: ▲36h"), "DURATION", None),
    "months before a stage": (timed("within: ▲1 month"), "DURATION", None),
    "nothing asked of a time": (timed("▲"), "SHAPE", None),
    "item twice": (rule_file(rule(require=two_items())), "DUPLICATE_ITEM", None),
    "52 combinations": (rule_file(rule(wide(), id="▲gate.one")), "TOO_WIDE", None),
}


@pytest.mark.parametrize("text", TAKEN)
def test_is_taken(text: str) -> None:
    assert [render(problem) for problem in check(text, "a.yaml")] == []


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_is_refused_in_its_place(row: tuple[str, str, str | None]) -> None:
    text, line, column = found_at(row[0])
    problems = check(text, "a.yaml")
    found = [(one.code, one.line, one.column, one.suggestion) for one in problems]
    assert found == [(row[1], line, column, row[2])], "\n".join(map(render, problems))
    assert all(one.message.zh and one.message.en for one in problems)


def test_all_mistakes_are_told_at_once_from_the_top() -> None:
    text = rule_file(
        rule('大曲: "= 华东"', locked_as="open"),
        rule(id="gate.two", on="weak"),
        rule(id="gate.two", needs='all: {visits: "=> 1", 达成率: "> 85"}'),
    )
    problems = check(text, "a.yaml")
    places = [(one.line, one.column) for one in problems]
    assert [one.code for one in problems] == [
        "UNKNOWN_FIELD", "LOCKED_AS", "UNKNOWN_KIND", "DUPLICATE_ID", "COMPARISON", "NEVER",
    ]  # fmt: skip
    assert places == sorted(places)


def test_a_problem_is_what_the_contract_says() -> None:
    text, line, column = found_at(rule_file(rule('▲大曲: "= 华东"')))
    (problem,) = check(text, "packs/a.yaml")
    assert asdict(problem) == {
        "file": "packs/a.yaml",
        "line": line,
        "column": column,
        "code": "UNKNOWN_FIELD",
        "severity": "error",
        "message": {
            "zh": "“周报”（week）没有字段“大曲”。是不是“大区”？",
            "en": "There is no field '大曲' in 'week'. Did you mean '大区'?",
        },
        "expected": "a field of week",
        "seen": "大曲",
        "suggestion": "大区",
        "excerpt": '    when: {大曲: "= 华东"}\n           ^',
    }


def test_a_problem_as_a_person_reads_it() -> None:
    text, line, column = found_at(rule_file(rule('已签字: ▲"= off"')))
    (problem,) = check(text, "a.yaml")
    assert render(problem) == (
        f"a.yaml:{line}:{column}: 不能和“off”比较，可以写：yes, no。是不是“no”？ [VALUE]\n"
        '        when: {已签字: "= off"}\n'
        "                       ^"
    )
    assert "Did you mean 'no'?" in render(problem, "en")


def test_a_long_line_is_cut_around_the_mistake() -> None:
    (problem,) = check(rule_file(rule(name="{zh: " + "长" * 150 + ", em: x, en: y}")), "a.yaml")
    line, caret = problem.excerpt.split("\n")
    assert len(line) <= 120
    assert "em" in line
    assert caret.endswith("^")


def test_loading_raises_with_every_problem() -> None:
    with pytest.raises(RuleFileError) as raised:
        load_rule_set(rule_file(rule(on="weak", locked_as="open")), "a.yaml")
    assert [one.code for one in raised.value.problems] == ["UNKNOWN_KIND", "LOCKED_AS"]
    assert "a.yaml" in raised.value.message.zh


CUT = rule_file().encode().index("一".encode()) + 2
BYTES = {
    "GBK": (rule_file().encode("gbk"), 4, 17),
    "UTF-16": (rule_file().encode("utf-16"), 1, 1),
    "cut within a character": (rule_file().encode()[:CUT],
                               17, 16),
    "Latin-1 after a byte order mark": (b"\xef\xbb\xbfa\r\nb: \xe9", 2, 4),
}  # fmt: skip


@pytest.mark.parametrize("row", BYTES.values(), ids=BYTES)
def test_bytes_that_are_not_utf_8_are_refused_at_the_first_wrong_one(
    row: tuple[bytes, int, int],
) -> None:
    (problem,) = check(row[0], "a.yaml")
    assert (problem.code, problem.line, problem.column) == ("ENCODING", row[1], row[2])


def test_bytes_in_utf_8_read_as_text_does() -> None:
    version = load_rule_set(rule_file(), "a.yaml").version
    assert load_rule_set(rule_file().encode("utf-8-sig"), "a.yaml").version == version


def test_a_warning_is_shown_and_keeps_nobody_from_loading() -> None:
    text = rule_file().replace("rules:", f"{OTHER_KIND}rules:")
    (problem,) = check(text, "a.yaml")
    assert (problem.code, problem.severity, problem.seen) == ("UNUSED", "warning", "other")
    assert load_rule_set(text, "a.yaml").gates


def test_a_flood_of_problems_is_cut_short() -> None:
    problems = check(HEAD + "rules:\n" + "  - x\n" * 5_000, "a.yaml")
    assert [one.code for one in problems] == ["SHAPE"] * 1_000 + ["TOO_MANY"]
    assert len(check("\x00\n" * 100_000, "a.yaml")) == 20


def test_a_hostile_file_is_refused_before_it_is_read_further() -> None:
    laughs = "a: &a [x, x]\n" + "".join(f"b{n}: [*a, *a, *a]\n" for n in range(500))
    assert {one.code for one in check(laughs, "a.yaml")} >= {"ANCHOR"}
    assert [one.code for one in check("{" * 200_000, "a.yaml")] == ["TOO_DEEP"]
    assert [one.code for one in check("#" * (4 * 1024 * 1024 + 1), "a.yaml")] == ["TOO_LARGE"]


RIGHT = rule_file(rule(needs='any: {visits: ">= 1", 达成率: "in [20%, 80%]"}'))
PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["{", "[", "]", "}", ":", "- ", "\n", "\t", '"', "'", "&a", "*a", "!", "|", ">"]
    ),
    st.sampled_from(["~", "null", "1e400", "%", "in [", "：", "٣", "\ufeff", "\x85", "<<", "? "]),
)


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(RIGHT)), cut=st.integers(0, 40), piece=PIECES)
def test_a_damaged_file_is_read_or_refused_and_never_breaks_the_reader(
    place: int, cut: int, piece: str
) -> None:
    text = RIGHT[:place] + piece + RIGHT[place + cut :]
    problems = check(text, "a.yaml")
    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= one.line <= lines + 1 and one.column >= 1 for one in problems)
    assert all(one.excerpt.endswith("^") for one in problems)
    if not problems:
        assert load_rule_set(text, "a.yaml").gates


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_at_all_is_refused_in_words(text: str) -> None:
    problems = check(text, "a.yaml")
    assert problems
    assert all(one.message.zh and one.message.en for one in problems)


VERSION_CHANGES = [
    pytest.param(rule(needs='all: {visits: ">= 2"}'), id="a threshold"),
    pytest.param(rule(name="{zh: 二, en: one}"), id="a name that people read"),
    pytest.param(rule(locked_as="锁定"), id="the word for locked"),
    pytest.param(rule(needs='any: {visits: ">= 1"}'), id="any instead of all"),
]


@pytest.mark.parametrize("changed", VERSION_CHANGES)
def test_the_version_changes_with(changed: str) -> None:
    versions = {load_rule_set(rule_file(one), "a.yaml").version for one in (rule(), changed)}
    assert len(versions) == 2


def test_the_version_does_not_change_with_comments_spelling_or_file() -> None:
    plain = load_rule_set(rule_file(), "a.yaml").version
    spelled = rule_file(rule('Region: "＝  华东"')).replace("rules:", "# why\nrules:")
    written_as = load_rule_set(spelled.replace("\n", "\r\n"), "b.yaml")
    assert written_as.version == plain
    assert len(plain) == 64


def test_an_excerpt_gives_the_terminal_nothing_to_obey() -> None:
    (problem,) = check(rule_file(rule(name="{zh: \x1b[31m, en: b}")), "a")
    assert "\x1b" not in problem.excerpt
    assert "\ufffd[31m" in problem.excerpt
