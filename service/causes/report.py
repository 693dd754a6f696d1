"""The report of an incident: one value, from which Markdown, paper and the page are made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from unicodedata import bidirectional

from service.causes import plots
from service.causes.report_words import (
    CHANCE,
    COUNTED,
    LACKING,
    NO_CANDIDATE,
    PHASES,
    PLOTS,
    ROLES,
    SCOPES,
    chance,
    say,
)
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.cause_records import Examination, Incident, IncidentBreaker, Verdict
    from service.causes.plots import Plot
    from service.causes.report_words import Language
    from service.funnel import Funnel


#: Signs that set the direction of what follows (Unicode, annex 9).
TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
#: Columns of a smaller share hold a number or one of our own words.
SHORT = 0.16
_BETWEEN = Text(zh="；", en="; ")
_FIRST_TO_LAST = tuple(f"{number}. " for number in range(1, 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    #: Widths as shares of the whole.
    shares: tuple[float, ...]

    def is_short(self, column: int) -> bool:
        """Say whether a column holds words and figures of our own, which no line should break."""
        return self.shares[column] < SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    heading: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    plots: tuple[Plot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    title: str
    #: Which snapshot and answer it is made of.
    origin: str
    sections: tuple[Section, ...]
    #: What paper says where its font lacks letters of it, with a place for how many.
    lacking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a report is made of."""

    incident: Incident
    examination: Examination
    #: The answer, read.
    told: Mapping[str, Any]
    verdicts: Sequence[Verdict]
    #: Person by id.
    people: Mapping[str, str]
    breaker: IncidentBreaker | None
    funnel: Funnel


def report(seen: Material, language: Language) -> Report:
    """Give the report of an incident in one language."""
    stages = {one.id: say(one.name, language) for one in seen.funnel.stages}
    way = f"{stages[seen.told['stage']]} → {stages[seen.told['next']]}"
    title = Text(zh=f"漏斗事件报告：{way}", en=f"Incident of the funnel: {way}")
    examination = seen.examination
    origin = (
        f"{seen.incident.id} · {examination.turn} · snapshot {examination.snapshot_sha256[:16]} · "
        f"answer {examination.answer_sha256[:16]}"
    )
    sections = (_what(seen, language), _where(seen, language), _why(seen, language))
    rest = (*_said(seen, language), *_breaker(seen, language))
    return Report(
        title=say(title, language),
        origin=origin,
        sections=_numbered((*sections, *rest), language),
        lacking=say(LACKING, language),
    )


def _numbered(sections: Sequence[Section], language: Language) -> tuple[Section, ...]:
    """Number the sections that are there; the first three always are."""
    signs = [f"{sign}、" for sign in "一二三四五"] if language == "zh" else _FIRST_TO_LAST
    return tuple(
        replace(one, heading=sign + one.heading) for sign, one in zip(signs, sections, strict=False)
    )


def names(told: Mapping[str, Any], language: Language) -> dict[str, str]:
    """Give what each candidate is called."""
    everything = PLOTS[language].everything
    found = {}
    for one in told["causes"]:
        if one["title"]:
            found[one["id"]] = str(one["title"][language])
        else:
            found[one["id"]] = everything if one["id"] == "*" else one["id"]
    return found


def _what(seen: Material, language: Language) -> Section:
    found, told = seen.told["detection"], seen.told
    low, high = found["interval"]
    share = found["observed"] / found["expected"] if found["expected"] else 0.0
    said = Text(
        zh=f"自 {found['onset']} 起下降（95% 区间 {low} 至 {high}），{found['alarm']} 报警；"
        f"此后转化 {found['observed']} 个，应有 {found['expected']:z.0f} 个（{share:.0%}）。",
        en=f"It fell on {found['onset']} (95 %: {low} to {high}), alarm on {found['alarm']}; since "
        f"then {found['observed']} converted of {found['expected']:z.0f} due ({share:.0%}).",
    )
    counted, days = told["window"], told["window"]["horizon_days"]
    within = Text(
        zh=f"看 {days} 天内的转化" if days else "看当天的转化",
        en=f"conversions within {days} day{'s' if days > 1 else ''}"
        if days
        else "conversions on the day of entry",
    )
    window = Text(
        zh=f"之前 {counted['deals_before']:,} 个商机，之后 {counted['deals_since']:,} 个；"
        f"{within.zh}，数据截至 {told['seen_until']}。",
        en=f"{counted['deals_before']:,} deals before, {counted['deals_since']:,} since; "
        f"{within.en}, seen until {told['seen_until']}.",
    )
    apart = (COUNTED,) if told["cells"] or told["causes"] else ()
    heading = Text(zh="发生了什么", en="What happened")
    return Section(
        heading=say(heading, language),
        paragraphs=tuple(say(one, language) for one in (said, window, *apart, *_closed(seen))),
        plots=(plots.funnel(told, PLOTS[language]),),
    )


def _closed(seen: Material) -> tuple[Text, ...]:
    """Say who closed the incident, when and why; nothing while it is open."""
    known = seen.incident
    if known.closed_at is None:
        return ()
    who = seen.people.get(known.closed_by or "", known.closed_by or "–")
    told = Text(
        zh=f"{who} 于 {known.closed_at:%Y-%m-%d %H:%M} UTC 关闭了这个事件：{known.reason}",
        en=f"{who} closed the incident on {known.closed_at:%Y-%m-%d %H:%M} UTC: {known.reason}",
    )
    return (told,)


def _where(seen: Material, language: Language) -> Section:
    told, words = seen.told, PLOTS[language]
    said = [say(SCOPES[told["scope"]], language)]
    if told["needed"]:
        needed = Text(
            zh=f"样本太小：需要约 {told['needed']:,} 个商机。",
            en=f"n is too small: about {told['needed']:,} deals are needed.",
        )
        said.append(say(needed, language))
    rows = tuple(
        (
            plots.cell_name(one["cell"], words.everything),
            f"{one['expected']:z.0f}",
            f"{one['observed']}",
            f"{one['shortfall']:z.0f} ({one['interval'][0]:z.0f} … {one['interval'][1]:z.0f})",
        )
        for one in told["cells"]
    )
    head = Text(zh="单元|应转化|已转化|少转化（95%）", en="cell|due|came|short (95 %)")
    table = Table(
        head=tuple(say(head, language).split("|")), rows=rows, shares=(0.4, 0.15, 0.15, 0.3)
    )
    return Section(
        heading=say(Text(zh="在哪里", en="Where"), language),
        paragraphs=tuple(said),
        table=table if rows else None,
        plots=(plots.waterfall(told, words), plots.heat(told, words)),
    )


def _why(seen: Material, language: Language) -> Section:
    told, called = seen.told, names(seen.told, language)
    rows = tuple(
        (
            f"{one['rank']}",
            called[one["id"]],
            say(ROLES[one["role"]], language),
            chance(one["p_root"]),
            say(_BETWEEN, language).join(text[language] for text in one["reasons"]),
        )
        for one in told["causes"]
    )
    head = Text(zh="序|候选|角色|概率|依据", en="#|candidate|role|P(root)|why")
    table = Table(
        head=tuple(say(head, language).split("|")), rows=rows, shares=(0.05, 0.28, 0.12, 0.1, 0.45)
    )
    by_hand = any(one["by"] == "rule" for one in told["causes"])
    return Section(
        heading=say(Text(zh="为什么", en="What of"), language),
        paragraphs=tuple(
            say(text, language)
            for text, holds in ((NO_CANDIDATE, not rows), (CHANCE, by_hand))
            if holds
        ),
        table=table if rows else None,
        plots=plots.timelines(told, PLOTS[language], called),
    )


def _said(seen: Material, language: Language) -> tuple[Section, ...]:
    if not seen.verdicts:
        return ()
    called = names(seen.told, language)
    rows = tuple(
        (
            called.get(one.candidate or "", one.candidate or "–"),
            say(ROLES[one.role.value], language),
            seen.people.get(one.person_id, one.person_id),
            one.reason,
        )
        for one in seen.verdicts
    )
    head = Text(zh="候选|判定|判定人|理由", en="candidate|verdict|by|reason")
    return (
        Section(
            heading=say(Text(zh="人的判定", en="What people say"), language),
            table=Table(
                head=tuple(say(head, language).split("|")), rows=rows, shares=(0.4, 0.14, 0.16, 0.3)
            ),
        ),
    )


def _breaker(seen: Material, language: Language) -> tuple[Section, ...]:
    row = seen.breaker
    if row is None:
        return ()
    words = PLOTS[language]
    scope = "; ".join(plots.cell_name(cell, words.everything) for cell in row.scope)
    phase = say(PHASES[row.phase.value], language)
    said = Text(
        zh=f"熔断：{phase}，自 {row.since:%Y-%m-%d %H:%M} UTC；范围：{scope}。",
        en=f"The breaker is {phase} since {row.since:%Y-%m-%d %H:%M} UTC; scope: {scope}.",
    )
    test = row.test or {}
    nats = Text(
        zh=f"检验：{test.get('nats', 0):z.1f}（{test.get('low', 0):.1f} 以下为坏，"
        f"{test.get('high', 0):.1f} 以上为好）。",
        en=f"Its test stands at {test.get('nats', 0):z.1f} nats (bad below "
        f"{test.get('low', 0):.1f}, good above {test.get('high', 0):.1f}).",
    )
    return (
        Section(
            heading=say(Text(zh="熔断", en="The breaker"), language),
            paragraphs=(say(said, language), *((say(nats, language),) if test else ())),
        ),
    )


def markdown(told: Report) -> str:
    """Give the report as Markdown; plots are said in words."""
    lines = [f"# {_plain(told.title)}", "", f"`{told.origin}`", ""]
    for section in told.sections:
        lines += [f"## {_plain(section.heading)}", ""]
        for paragraph in section.paragraphs:
            lines += [_plain(paragraph), ""]
        if section.table is not None:
            lines += _table(section.table)
        for plot in section.plots:
            if plot.told:
                lines += [f"**{_plain(plot.title)}**: {_plain(plot.told)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table) -> list[str]:
    rows = [table.head, tuple("---" for _ in table.head), *table.rows]
    return [*("| " + " | ".join(_plain(cell) for cell in row) + " |" for row in rows), ""]


def _plain(text: str) -> str:
    """Take away what Markdown would read: titles are written by whoever sends evidence."""
    for sign in "\\`*_[]<>|#&~":
        text = text.replace(sign, f"\\{sign}")
    # What turns the direction of reading would turn the rest of the line as well.
    return " ".join("".join(one for one in text if bidirectional(one) not in TURNS).split())
