"""`countermark funnel explain`: a fall in parts that add up, with the deals behind every cell."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from models.rca import columns
from models.rca.case import decoded, read
from models.rca.causes.candidates import members
from models.rca.deal_table import read_deals
from models.rca.deals import NOT_RENAMED
from models.rca.decomposition import by_dimension, chain
from models.rca.detect import WATCHED, TooShort, detect, flow, idle
from models.rca.localise import localise
from models.rca.stage_names import renamings
from service.causes.window import case_of, window
from service.cli import funnel_stages
from service.cli.funnel_words import answer_words, causes_table
from service.cli.messages import say
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from models.rca.case import FunnelCase
    from models.rca.causes.incident import Deals
    from models.rca.localise import Answer, Cell

#: A table of counts has this column; any other is one of deals.
COUNTS = "n_hist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A stage; `status` is fell, steady, no_deals, too_short. Counts have no stage and no deals."""

    stage: str | None
    status: str
    onset: date | None
    case: FunnelCase | None
    answer: Answer | None
    #: Days of its first and its last deal.
    span: tuple[date, date] | None
    #: Deals since the onset and the answer's cells: who entered, and who did not convert.
    since: tuple[Deals, np.ndarray[Any, np.dtype[np.bool_]]] | None


def explained(
    data: bytes,
    false_alarms: float,
    *,
    until: date | None = None,
    renamed: Mapping[str, str] = NOT_RENAMED,
) -> list[Explained]:
    """Explain a table of counts, or each stage of a table of deals. Raises CaseRefused.

    A deal's day after `until` is a mistake; `renamed` as `deals.read` takes it.
    """
    if COUNTS in columns.named(_header(data), columns.COUNTS):
        case = read(data)
        answer = localise(case)
        status = "steady" if answer.scope == "none" else "fell"
        found = Explained(
            stage=None, status=status, onset=None, case=case, answer=answer, span=None, since=None
        )
        return [found]
    stages = read_deals(data, until=until, renamed=renamed)
    last = max(int(max(one.entered.max(), one.converted.max())) for one in stages.values())
    first = min(int(one.entered.min()) for one in stages.values())
    return [_stage(name, deals, (first, last), false_alarms) for name, deals in stages.items()]


def _header(data: bytes) -> list[str]:
    first = decoded(data.lstrip().partition(b"\n")[0])
    try:
        return next(csv.reader([first]), [])
    except csv.Error:
        # Told with its line where it is read.
        return []


def _stage(name: str, deals: Deals, span: tuple[int, int], false_alarms: float) -> Explained:
    first, last = span
    went = np.where(deals.converted < 0, -1, deals.converted - first)
    weekday = date.fromordinal(first).weekday()
    low, high = int(deals.entered.min()), int(deals.entered.max())
    ends = (date.fromordinal(low), date.fromordinal(high))
    nothing = Explained(
        stage=name, status="", onset=None, case=None, answer=None, span=ends, since=None
    )
    counts = flow(deals.entered - first, went, last - first + 1, weekday)
    try:
        found = detect(counts, false_alarms)
    except TooShort:
        return replace(nothing, status="too_short")
    if found.onset is None:
        stopped = idle(counts)
        lacks = stopped is not None and stopped.leaves_nothing
        return replace(nothing, status="no_deals" if lacks else "steady")
    onset = date.fromordinal(first + found.onset)
    seen = window(deals, onset, date.fromordinal(last))
    case = case_of(deals, seen)
    answer = None if case is None else localise(case)
    since = (deals, np.asarray(seen.since))
    return replace(nothing, status="fell", onset=onset, case=case, answer=answer, since=since)


def cells(one: Explained) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Give each cell that fell with exactly the deals (or leaves) behind it."""
    if one.answer is None or one.case is None:
        return
    for cause in one.answer.causes:
        yield cause.cell, _behind(one, cause.cell)


def _behind(one: Explained, cell: Cell) -> dict[str, Any]:
    if one.since is not None:
        deals, since = one.since
        inside = np.flatnonzero(members(deals, cell) & since)
        lost = [deals.ids[place] for place in inside if deals.converted[place] < 0]
        return {"deals": len(inside), "converted": len(inside) - len(lost), "not_converted": lost}
    case = one.case
    if case is None:
        return {}
    inside = np.ones(len(case.codes), dtype=np.bool_)
    for name, value in cell:
        at = case.dimensions.index(name)
        inside &= case.codes[:, at] == case.values[at].index(value)
    return {
        "deals": int(case.entered[inside].sum()),
        "converted": int(case.converted[inside].sum()),
        "leaves": int(inside.sum()),
    }


def stage_chain(found: list[Explained]) -> dict[str, float] | None:
    """Give what each stage adds to the change of the whole funnel; None without two that fell."""
    rates: list[tuple[str, float, float]] = []
    for one in found:
        if one.answer is None or one.stage is None:
            continue
        change = one.answer.change
        rates.append((one.stage, change.before, change.now))
    if len(rates) < 2 or min(min(before, now) for _, before, now in rates) <= 0:  # noqa: PLR2004
        return None
    parts = chain([before for _, before, _ in rates], [now for _, _, now in rates])
    return {name: part for (name, _, _), part in zip(rates, parts, strict=True)}


def print_explained(
    found: list[Explained], answer_json: Mapping[int, dict[str, object]], *, as_json: bool
) -> None:
    """Print the parts; `answer_json` has each answer as `localise` prints it."""
    told_chain = stage_chain(found)
    spans = {one.stage: one.span for one in found if one.stage is not None and one.span}
    names = renamings(spans)
    if as_json:
        stages = [_json(one, answer_json.get(place)) for place, one in enumerate(found)]
        rounded = told_chain and {name: round(part, 6) for name, part in told_chain.items()}
        told = {"stages": stages, "chain": rounded, "perhaps_renamed": funnel_stages.as_json(names)}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in found:
        _print(one)
    funnel_stages.tell_renamings(names)
    if told_chain:
        parts = ", ".join(f"{name} {part:+.2%}" for name, part in told_chain.items())
        typer.echo(
            say(Text(zh=f"全漏斗变化按阶段：{parts}", en=f"The whole funnel by stage: {parts}"))
        )


def _json(one: Explained, answer: dict[str, object] | None) -> dict[str, object]:
    parts = () if one.case is None else by_dimension(one.case)
    return {
        "stage": one.stage,
        "status": one.status,
        "onset": None if one.onset is None else one.onset.isoformat(),
        **(answer or {"scope": None, "causes": []}),
        "dimensions": [
            {
                "dimension": split.dimension,
                "mix": round(split.mix, 6),
                "rate": round(split.rate, 6),
                "values": {
                    part.value: {"mix": round(part.mix, 6), "rate": round(part.rate, 6)}
                    for part in split.parts
                },
            }
            for split in parts
        ],
        "behind": [{"cell": dict(cell), **told} for cell, told in cells(one)],
    }


_STATUS = {
    "steady": Text(zh="没有下降。", en="Nothing fell."),
    "fell": Text(
        zh="从这一天起下降；是哪些单元无从判断：表中没有维度列（大区、渠道…），或起点之前没有商机。",
        en="It fell since that day; which cells did cannot be told: the table has no column of a "
        "dimension (region, channel …), or no deal entered before it.",
    ),
    "no_deals": Text(
        zh=f"最近 {WATCHED} 天没有商机进入，无法判断；funnel detect 说明缺了哪些天。",
        en=f"No deal entered in the last {WATCHED} days, nothing to tell by; funnel detect says "
        "since when.",
    ),
    "too_short": Text(zh="历史太短，还不能判断。", en="Too little history to tell."),
}


def _print(one: Explained) -> None:
    from rich.console import Console

    if one.stage is not None:
        since = "" if one.onset is None else f" {one.onset}"
        typer.echo(f"{one.stage}{since}")
    if one.answer is None or one.case is None:
        typer.echo(say(_STATUS.get(one.status, _STATUS["steady"])))
        return
    if one.answer.causes:
        Console().print(causes_table(one.answer))
    for text in answer_words(one.answer):
        typer.echo(say(text))
    for split in by_dimension(one.case):
        worst = min(split.parts, key=lambda part: part.mix + part.rate)
        zh = f"{split.dimension}：构成 {split.mix:+.2%}，转化率 {split.rate:+.2%}；"
        en = f"{split.dimension}: mix {split.mix:+.2%}, rates {split.rate:+.2%}; "
        zh += f"最大一项 {worst.value} {worst.mix + worst.rate:+.2%}"
        en += f"most by {worst.value} {worst.mix + worst.rate:+.2%}"
        typer.echo(say(Text(zh=zh, en=en)))
    for cell, told in cells(one):
        name = "&".join(f"{dimension}={value}" for dimension, value in cell) or "*"
        zh = f"{name}：进入 {told['deals']:,}，转化 {told['converted']:,}"
        en = f"{name}: {told['deals']:,} entered, {told['converted']:,} converted"
        typer.echo(say(Text(zh=zh, en=en)))
