"""From scores and a card to one order's coefficient, with the reasons that a seller reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from models.origin import Doubt, Origin
from models.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.coefficient.card import RateCard
    from models.coefficient.scoring import Contribution
    from models.origin import Traced

#: Of a lead so many times less likely than its segment the difficulty is 1.
HARDEST = 8.0
#: Whole per cents make few sentences; so many are kept.
_SENTENCES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What the models say of one order; probabilities and quantiles in 0..1."""

    #: P(win within the horizon | what was known at assignment, ordinary handling).
    p_win: float
    #: The same for the segment as a whole.
    p_segment: float
    #: Where the customer's value of the period lies among comparable customers; None: not known.
    value_quantile: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlearned:
    """What of a lead training never saw, or too seldom; the model takes it for unknown."""

    #: Fields.
    words: tuple[str, ...] = ()
    #: None: it has a rate of its own.
    segment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A doubt about the evidence of an order, with the ids of the events that raise it."""

    doubt: Doubt
    events: tuple[str, ...]
    text: Text

    def as_object(self) -> dict[str, Any]:
        """Give what JSON has of it."""
        return {
            "doubt": self.doubt.value,
            "events": list(self.events),
            "zh": self.text.zh,
            "en": self.text.en,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """What is paid and why; the bands are None where no model had a say (`fallback`)."""

    order: str
    coefficient: float
    origin: Origin
    origin_evidence: tuple[str, ...]
    p_win: float | None
    difficulty_band: int | None
    value_quantile: float | None
    value_band: int | None
    floor_applied: bool
    reasons: tuple[Text, ...]
    fallback: bool
    #: Why a person should look at the evidence.
    review: tuple[Review, ...] = ()


_ALL_LEARNED = Unlearned()


def difficulty(p_win: float, p_segment: float) -> float:
    """Give the difficulty 0..1 of a lead: how much less likely it was than its segment.

    On a logarithmic scale: 0 as likely or more, 1 `HARDEST` times less likely.
    """
    if not (0 < p_win <= 1 and 0 < p_segment <= 1):
        raise ValueError(f"probabilities {p_win}, {p_segment} are outside 0..1 (0 excluded)")
    return min(1.0, max(0.0, math.log(p_segment / p_win) / math.log(HARDEST)))


def coefficient(
    traced: Traced,
    scores: Scores | None,
    card: RateCard,
    *,
    qualifies: bool,
    factors: Sequence[Contribution] = (),
    unlearned: Unlearned = _ALL_LEARNED,
) -> Coefficient:
    """Give the coefficient of an order; `factors` moved its chance most and are told.

    What is `unlearned` is told as well, and changes no pay.

    `qualifies`: the customer's value of the period reaches the card's high value. Without scores
    (no valid model) the seed's rule alone pays: the floor where it qualifies, 1 where not.
    """
    floor = card.high_value.weight if qualifies else 1.0
    if scores is None:
        return _by_floor(traced, floor, card, qualifies=qualifies)
    hard = difficulty(scores.p_win, scores.p_segment)
    row, column = card.difficulty_band(hard), card.value_band(scores.value_quantile or 0.0)
    rate = card.rate(traced.origin, row, column)
    paid = min(max(rate, floor), card.cap)
    reasons = _reasons(traced, scores, (row, column), factors) + _of_unlearned(unlearned)
    if floor > rate:
        reasons.append(_of_floor(card))
    return Coefficient(
        order=traced.order,
        coefficient=paid,
        origin=traced.origin,
        origin_evidence=traced.evidence,
        p_win=scores.p_win,
        difficulty_band=row,
        value_quantile=scores.value_quantile,
        value_band=None if scores.value_quantile is None else column,
        floor_applied=floor > rate,
        reasons=tuple(reasons),
        fallback=False,
        review=_review(traced),
    )


def _reasons(
    traced: Traced, scores: Scores, bands: tuple[int, int], factors: Sequence[Contribution]
) -> list[Text]:
    row, column = bands
    told = [_of_origin(traced.origin, traced.answered_days), _of_difficulty(scores, row)]
    if factors:
        told.append(_of_factors(factors))
    return [*told, _of_value(scores, column)]


def _by_floor(traced: Traced, floor: float, card: RateCard, *, qualifies: bool) -> Coefficient:
    no_model = Text(
        zh="没有可用的模型，仅按费率卡中的高客单规则计算。",
        en="There is no valid model: only the card's rule of high value was applied.",
    )
    reasons = (
        _of_origin(traced.origin, traced.answered_days),
        no_model,
        *((_of_floor(card),) if qualifies else ()),
    )
    return Coefficient(
        order=traced.order,
        coefficient=min(floor, card.cap),
        origin=traced.origin,
        origin_evidence=traced.evidence,
        p_win=None,
        difficulty_band=None,
        value_quantile=None,
        value_band=None,
        floor_applied=qualifies,
        reasons=reasons,
        fallback=True,
        review=_review(traced),
    )


#: Doubt → why a person should look.
_DOUBTS = {
    Doubt.ID_TAKEN_TWICE: Text(
        zh="同一编号有两个不同的事件，未计入；最多认定为协助",
        en="two events with one id differ: not counted, and assisted at most",
    ),
    Doubt.ANSWERS_NOTHING: Text(
        zh="回应没有对应的联系，或早于该联系，未计入",
        en="a response to no contact, or from before it: not counted",
    ),
    Doubt.WRITTEN_LATE: Text(
        zh="系统在事后很久才记录，未计入；最多认定为协助",
        en="a system wrote it down long afterwards: not counted, and assisted at most",
    ),
    Doubt.AFTER_CLOSE: Text(zh="发生在成交之后，未计入", en="after the closing: not counted"),
    Doubt.OTHER_CUSTOMER: Text(zh="属于另一客户，未计入", en="another customer's: not counted"),
    Doubt.CLAIMS_MORE: Text(
        zh="销售填报的来源高于系统事件所示，不影响系数",
        en="the seller claims more than systems recorded; it changes no pay",
    ),
}
_MOST_NAMED = 5


def _review(traced: Traced) -> tuple[Review, ...]:
    return tuple(
        Review(doubt=doubt, events=ids, text=_of_doubt(doubt, ids)) for doubt, ids in traced.doubts
    )


def _of_doubt(doubt: Doubt, ids: Sequence[str]) -> Text:
    told = _DOUBTS[doubt]
    named = ", ".join(ids[:_MOST_NAMED]) + (" …" if len(ids) > _MOST_NAMED else "")
    zh, en = (f"（{named}）", f" ({named})") if ids else ("", "")
    return Text(zh=f"请人工查看：{told.zh}{zh}。", en=f"Somebody should look: {told.en}{en}.")


@cache
def _of_origin(origin: Origin, days: int) -> Text:
    if origin is Origin.HARD_WON:
        return Text(
            zh=f"攻坚单：客户上门前有 {days} 天回应过我方的联系。",
            en=f"Hard-won: on {days} days the customer answered before coming by himself.",
        )
    if origin is Origin.ASSISTED:
        return Text(
            zh="协助成交：客户回应过我方的联系，但不足以认定为攻坚。",
            en="Assisted: the customer answered contacts, too few or too late for hard-won.",
        )
    return Text(
        zh="自然成交：系统没有记录到客户回应我方联系的事件。",
        en="Natural: no system recorded that the customer answered a contact of ours.",
    )


def _of_difficulty(scores: Scores, band: int) -> Text:
    return _difficulty_words(band, f"{scores.p_win:.0%}", f"{scores.p_segment:.0%}")


@lru_cache(maxsize=_SENTENCES)
def _difficulty_words(band: int, win: str, segment: str) -> Text:
    return Text(
        zh=f"难度第 {band} 档：这类线索的赢单概率为 {win}，同细分市场为 {segment}。",
        en=f"Difficulty band {band}: such a lead is won with {win}, its segment with {segment}.",
    )


def _of_factors(factors: Sequence[Contribution]) -> Text:
    """Name the features with what each adds to the log-odds of winning."""
    told = [f"{one.feature} {one.log_odds:+.2f}" for one in factors]
    return Text(
        zh=f"对赢单概率影响最大的因素（对数几率）：{'，'.join(told)}。",
        en=f"What moved the chance of winning most (log-odds): {', '.join(told)}.",
    )


def _of_unlearned(unlearned: Unlearned) -> list[Text]:
    told = []
    if unlearned.words:
        zh, en = "、".join(unlearned.words), ", ".join(unlearned.words)
        told.append(
            Text(
                zh=f"模型没有学过这些字段的取值（或见得太少），按未知处理：{zh}。请核对填写。",
                en="The model never learned the words in these fields, or saw them too seldom, "
                f"and takes them for unknown: {en}. Check how they are written.",
            )
        )
    if unlearned.segment is not None:
        name = unlearned.segment
        told.append(
            Text(
                zh=f"模型没有学过细分市场“{name}”：难度按全部线索的赢单率衡量。",
                en=f"The model never learned the segment {name!r}: difficulty is measured by the "
                "rate of all leads.",
            )
        )
    return told


def _of_value(scores: Scores, band: int) -> Text:
    if scores.value_quantile is None:
        return Text(
            zh="模型不含价值分布：按最低价值档计算。",
            en="The model knows nothing of values: the lowest value band counts.",
        )
    return _value_words(band, f"{scores.value_quantile:.0%}")


@lru_cache(maxsize=_SENTENCES)
def _value_words(band: int, share: str) -> Text:
    return Text(
        zh=f"价值第 {band} 档：本期金额高于 {share} 的可比客户。",
        en=f"Value band {band}: the period's value is above that of {share} of comparable "
        "customers.",
    )


def _of_floor(card: RateCard) -> Text:
    rule = card.high_value
    return Text(
        zh=f"客户本期金额达到基准的 {rule.multiple:g} 倍，系数不低于 {card.floor:g}。",
        en=f"The customer's value of the period is {rule.multiple:g} times the basis or more: "
        f"not less than {card.floor:g}.",
    )
