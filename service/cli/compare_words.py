"""What `countermark models compare` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.origin import Origin
from service.cli.messages import say
from service.cli.score_words import ORIGINS
from verification.values import Text

if TYPE_CHECKING:
    from service.actions.shadow_comparison import Pay, ShadowComparison
    from training.coefficient.metrics import Interval
    from training.paired import Paired

TROUBLES = {
    "unopened": Text(zh="归档打不开", en="its archive does not open"),
    "lead": Text(zh="线索不符合其数据契约", en="the lead does not do for its contract"),
    "earlier": Text(
        zh="首条线索在其旁路之前成交", en="the deal's first lead closed before it stood beside"
    ),
    "score": Text(zh="未能给出分数", en="it gave no score"),
}


def interval_json(one: Interval | None) -> dict[str, float] | None:
    return None if one is None else {"mean": one.mean, "low": one.low, "high": one.high}


def paid_json(found: ShadowComparison) -> dict[str, Any]:
    return {
        "model": found.model_id,
        **_pay_json(found.overall),
        "slices": {name: _pay_json(one) for name, one in found.slices.items()},
        "unscored": dict(found.unscored),
    }


def _pay_json(one: Pay) -> dict[str, Any]:
    return {
        "deals": one.deals,
        "higher": one.higher,
        "lower": one.lower,
        "difference": interval_json(one.difference),
        "extra_paid": one.extra_paid,
        "extra_by_model": one.extra_by_model,
        "moved": one.moved,
    }


def paired_json(found: Paired) -> dict[str, Any]:
    return {
        "leads": found.leads,
        "won": found.won,
        "difference": interval_json(found.difference),
        "champion_loss": found.champion_loss,
        "challenger_loss": found.challenger_loss,
        "champion_ece": found.champion_ece,
        "challenger_ece": found.challenger_ece,
        "slices": {
            name: {"leads": count, "difference": interval_json(one)}
            for name, (count, one) in found.slices.items()
        },
        "unpaired": found.unpaired,
    }


def paid_lines(found: ShadowComparison) -> str:
    """Give a table: all deals, then each slice."""
    if not found.overall.deals:
        nothing = Text(
            zh="它旁路期间没有已评分的成交。",
            en="Nothing that closed was scored by it while it stood beside.",
        )
        return "\n".join([say(nothing), *_unscored(found)])
    head = Text(
        zh="成交（按客户与季度）：系数差（模型减已支付，95 %）；高于 1 的部分：已付 → 模型；转移",
        en="deals: coefficient, model less paid (95 %); extra above 1: paid → model; moved",
    )
    slices = ((_slice(name), one) for name, one in found.slices.items())
    rows = [(say(Text(zh="全部", en="all")), found.overall), *slices]
    return "\n".join([say(head), *(_pay_line(*row) for row in rows), *_unscored(found)])


def _slice(name: str) -> str:
    """Say what a slice is by: its origin, or the value of its segment, which is the company's."""
    kind, _, value = name.partition(" ")
    if kind == "origin":
        told = ORIGINS[Origin(value)]
        return say(Text(zh=f"来源 {told.zh}", en=f"origin {told.en}"))
    return say(Text(zh=f"细分 {value}", en=name)) if kind == "segment" else name


def _pay_line(name: str, one: Pay) -> str:
    return (
        f"  {name:24} {one.deals:6}  +{one.higher} -{one.lower}  {_interval(one.difference)}  "
        f"{one.extra_paid:.2%} → {one.extra_by_model:.2%}  {one.moved:.2%}"
    )


def _unscored(found: ShadowComparison) -> list[str]:
    head = Text(zh="未评分", en="not scored")
    return [f"{say(head)} {count}：{say(TROUBLES[name])}" for name, count in found.unscored.items()]


def paired_lines(found: Paired) -> str:
    """Give the losses on leads whose end is known; below 0 the model is better."""
    head = Text(
        zh=f"有结果的线索 {found.leads} 条（赢 {found.won}）：对数损失，模型减现任（负为更好）",
        en=f"{found.leads} leads with an end ({found.won} won): log-loss, model less champion "
        "(below 0 is better)",
    )
    both = Text(
        zh=f"现任 {found.champion_loss:.4f}，校准误差 {found.champion_ece:.3f}；"
        f"模型 {found.challenger_loss:.4f}，校准误差 {found.challenger_ece:.3f}",
        en=f"champion {found.champion_loss:.4f}, calibration error {found.champion_ece:.3f}; "
        f"model {found.challenger_loss:.4f}, {found.challenger_ece:.3f}",
    )
    whole = say(Text(zh="全部", en="all"))
    lines = [f"  {whole:24} {found.leads:6}  {_interval(found.difference)}  {say(both)}"]
    lines += [
        f"  {name:24} {count:6}  {_interval(one)}" for name, (count, one) in found.slices.items()
    ]
    if found.unpaired:
        left_out = Text(
            zh=f"另有 {found.unpaired} 条只有一方能读，或双方结果不同，未计入。",
            en=f"{found.unpaired} more are read by one of them alone, or end otherwise there.",
        )
        lines.append(say(left_out))
    return "\n".join([say(head), *lines])


def _interval(one: Interval | None) -> str:
    return "" if one is None else f"{one.mean:+.4f} ({one.low:+.4f} … {one.high:+.4f})"
