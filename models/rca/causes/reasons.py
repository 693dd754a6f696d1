"""Why a candidate stands where it stands: sentences with their figures, in Chinese and English.

With a trained ranker each theme's exact contributions (TreeSHAP, in raw scores, beside the mean of
the incident's candidates) are added up, and the themes that weigh most are told with their sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.features import FEATURES, THEMES
from models.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from models.rca.causes.candidates import Candidate
    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.experience import Experience
    from models.rca.causes.figures import Figures

    Floats = NDArray[np.float64]

#: So many themes are told; those that weigh less than this (raw score) are not.
MOST_THEMES, LEAST_WEIGHT = 3, 0.05
ALWAYS = "effect"
_PLACES = {name: place for place, name in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True)
class Teller:
    """What is known of types beside the incident."""

    dag: EvidenceDag
    experience: Experience


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """One candidate with all that a sentence may tell of it."""

    one: Candidate
    figures: Figures
    #: Its row, in the order of `FEATURES`.
    row: Floats
    teller: Teller

    @property
    def dag(self) -> EvidenceDag:
        return self.teller.dag

    def value(self, name: str) -> float:
        return float(self.row[_PLACES[name]])


def rule_reasons(seen: Standpoint) -> tuple[Text, ...]:
    """Say when it was and what its deals did: all that the ranking by hand looks at."""
    told = [_timing(seen), _effect(seen), _overlap(seen)]
    return tuple(text for text in told if text is not None)


def learned_reasons(seen: Standpoint, beside: Floats) -> tuple[Text, ...]:
    """Tell the themes that weigh most. `beside`: its contributions less the incident's mean."""
    weights = {
        theme: float(sum(beside[_PLACES[name]] for name in names))
        for theme, names in THEMES.items()
    }
    order = sorted(weights, key=lambda one: (-abs(weights[one]), one))
    found: dict[str, Text] = {}
    for theme in order:
        text = _SENTENCES[theme](seen)
        if text is not None and abs(weights[theme]) >= LEAST_WEIGHT:
            found[theme] = _signed(text, weights[theme])
    told = [theme for theme in order if theme in found][:MOST_THEMES]
    # What its deals did is always told: nobody believes a rank without it.
    if ALWAYS not in told:
        found.setdefault(ALWAYS, _effect(seen))
        told = [*told[: MOST_THEMES - 1], ALWAYS]
    return tuple(found[theme] for theme in told)


def _signed(text: Text, weight: float) -> Text:
    zh, en = ("支持", "for it") if weight > 0 else ("不支持", "against it")
    return Text(zh=f"{text.zh}（{zh}，{weight:+.2f}）", en=f"{text.en} ({en}, {weight:+.2f})")


def _timing(seen: Standpoint) -> Text | None:
    item = seen.one.item
    if item is None:
        return None
    kind, lead = seen.dag.by_id[item.type], seen.one.lead
    first, last = kind.lag_days
    zh, en = f"{kind.name.zh}（{item.at}）", f"{kind.name.en} ({item.at})"
    zh_usual, en_usual = f"通常提前 {first} 到 {last} 天", f"{first} to {last} are usual"
    if lead < 0:
        return Text(
            zh=f"{zh}发生在下降开始 {-lead} 天之后，{zh_usual}",
            en=f"{en} came {_days(-lead)} after the fall began; {en_usual} before it",
        )
    return Text(
        zh=f"{zh}发生在下降开始前 {lead} 天，{zh_usual}",
        en=f"{en} came {_days(lead)} before the fall began; {en_usual}",
    )


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _effect(seen: Standpoint) -> Text:
    told = seen.figures
    if told.deals_after is None or told.interval is None:
        return Text(
            zh="没有记录它影响了哪些商机，无法与其他商机比较",
            en="nobody recorded which deals it touched, so they cannot be compared",
        )
    if not told.deals_after:
        return Text(
            zh="下降开始后进入的商机都与它无关，没有商机能证明它的影响",
            en="none of the deals since the fall began is its own: no deal bears it out",
        )
    low, high = told.interval
    rate_zh = rate_en = ""
    if told.rate_before is not None and told.rate_after is not None:
        rate_zh = f"转化率 {told.rate_before:.1%} → {told.rate_after:.1%}，"
        rate_en = f"{told.rate_before:.1%} → {told.rate_after:.1%} converted, "
    beside_zh = beside_en = ""
    if told.has_others:
        beside_zh = f"，与其他商机相比 z = {told.did_z:z.1f}"
        beside_en = f"; beside other deals z = {told.did_z:z.1f}"
    return Text(
        zh=f"涉及 {told.deals_after:,} 个商机：{rate_zh}应转化 {told.due:z,.0f} 个，实际"
        f" {told.converted:,} 个，少 {told.shortfall:z,.0f} 个（95% 区间 {low:z,.0f} 到"
        f" {high:z,.0f}）{beside_zh}",
        en=f"of its {told.deals_after:,} deals {rate_en}{told.due:z,.0f} conversions were due and"
        f" {told.converted:,} came, {told.shortfall:z,.0f} short (95 %: {low:z,.0f} to"
        f" {high:z,.0f}){beside_en}",
    )


def _overlap(seen: Standpoint) -> Text | None:
    recall, precision = seen.value("recall"), seen.value("precision")
    if np.isnan(recall) or seen.one.item is None:
        return None
    return Text(
        zh=f"覆盖下降单元中 {recall:.0%} 的商机；它涉及的商机有 {precision:.0%} 在这些单元内",
        en=f"it touches {recall:.0%} of the deals in the cells that fell; {precision:.0%} of its"
        " own lie in them",
    )


def _chain(seen: Standpoint) -> Text | None:
    if seen.one.item is None:
        return None
    below, shared = seen.value("descendants_later"), seen.value("descendants_overlap")
    above = seen.value("ancestors")
    if below:
        return Text(
            zh=f"它可能引起的 {below:.0f} 项证据在它之后出现，最多共有 {shared:.0%} 的商机",
            en=f"{below:.0f} of what it may cause came after it, sharing up to {shared:.0%} of"
            " their deals",
        )
    if above:
        return Text(
            zh=f"有 {above:.0f} 项可能引起它的证据先出现，且其商机下降了",
            en=f"{above:.0f} of what may have caused it came before it, and their deals fell",
        )
    return Text(
        zh="在因果图中，没有与它相连的其他证据", en="no other evidence is linked to it in the graph"
    )


def _stream(seen: Standpoint) -> Text | None:
    z = seen.value("stream_z")
    if np.isnan(z):
        return Text(zh="没有它的每日次数", en="there are no daily counts of it")
    season = seen.value("season_z")
    zh = f"它的每日次数变化 z = {z:+z.1f}"
    en = f"its daily counts changed by z = {z:+z.1f}"
    if season >= z:
        return Text(zh=zh, en=en)
    return Text(
        zh=f"{zh}，与往周或往月的同一天相比 z = {season:+z.1f}",
        en=f"{en}, beside the same days of earlier weeks or months by z = {season:+z.1f}",
    )


def _delay(seen: Standpoint) -> Text | None:
    z = seen.value("later_z")
    return Text(
        zh=f"涉及的商机转化所需天数变化 z = {z:+z.1f}",
        en=f"days that its deals take to convert changed by z = {z:+z.1f}",
    )


def _record(seen: Standpoint) -> Text | None:
    if seen.one.item is None:
        return Text(
            zh="这是下降所在的单元，代表没有被记录的原因",
            en="this is a segment that fell: it stands for a cause that nobody recorded",
        )
    kind = seen.dag.by_id[seen.one.item.type]
    zh = {"system": "系统日志", "record": "业务记录", "questionnaire": "问卷"}[kind.provenance]
    return Text(zh=f"来源：{zh}", en=f"it is known from a {kind.provenance.value}")


def _verdicts(seen: Standpoint) -> Text | None:
    item, experience = seen.one.item, seen.teller.experience
    if item is None or not experience.usual:
        return None
    told = experience.confirmed.get(item.type)
    judged, roots = (0, 0) if told is None else (told.judged, told.roots)
    usual = experience.usual
    return Text(
        zh=f"在人员判定中，此类证据出现 {judged} 次，{roots} 次被确认为根因（各类平均"
        f" {usual:.0%}）",
        en=f"in people's verdicts its type stood {judged} times and was the root {roots} times"
        f" (all types: {usual:.0%})",
    )


def _novelty(seen: Standpoint) -> Text | None:
    if not seen.value("is_new"):
        return None
    return Text(
        zh="模型训练时没有见过这一类型，它的间隔和因果关系只是声明",
        en="training never met its type: its lag and its place in the graph are only declared",
    )


def _topics(seen: Standpoint) -> Text | None:
    held, other = (int(seen.value(name)) for name in ("topics_for", "topics_against"))
    if not held + other:
        return None
    return Text(
        zh=f"客户问卷的 {held + other} 个主题中，{held} 个是它可能引起的",
        en=f"it may bring about {held} of the {held + other} topics of customers' answers",
    )


_SENTENCES: dict[str, Callable[[Standpoint], Text | None]] = {
    "effect": _effect,
    "timing": _timing,
    "overlap": _overlap,
    "chain": _chain,
    "stream": _stream,
    "delay": _delay,
    "record": _record,
    "verdicts": _verdicts,
    "novelty": _novelty,
    "topics": _topics,
}


def beside_mean(contributions: Floats) -> Sequence[Floats]:
    """Give each candidate's contributions less the mean of its incident's; the last column goes."""
    own = contributions[:, :-1]
    return list(own - own.mean(axis=0))
