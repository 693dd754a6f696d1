"""What the registry's commands print: models, decisions, and reigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.cli.messages import say
from service.model_records import ModelStep
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from service.champions import Reign
    from service.model_records import Model, ModelEvent

STEPS = {
    ModelStep.SHADOW: Text(zh="旁路评分", en="scores beside"),
    ModelStep.PROPOSED: Text(zh="提议任用", en="proposed"),
    ModelStep.PROMOTED: Text(zh="任用", en="promoted"),
    ModelStep.ROLLED_BACK: Text(zh="回退到", en="rolled back to"),
    ModelStep.RETIRED: Text(zh="停用模型", en="no model pays"),
}


def model_json(model: Model) -> dict[str, Any]:
    return {
        "id": model.id,
        "name": model.name.value,
        "sha256": model.sha256,
        "author": model.author,
        "data": model.data_sha256,
        "code": model.code,
        "metrics": model.metrics,
        "not_asked": list(model.not_asked),
        "registered_at": model.registered_at.isoformat(),
        "registered_by": model.registered_by,
    }


def event_json(event: ModelEvent, people: Mapping[str, str]) -> dict[str, Any]:
    return {
        "turn": event.turn,
        "name": event.name.value,
        "step": event.step.value,
        "model": event.model_id,
        "at": event.at.isoformat(),
        "person": people.get(event.person_id, event.person_id),
        "reason": event.reason,
        "proposal": event.proposal,
        "signs_for": list(event.signs_for),
    }


def model_lines(known: Sequence[Model], pays: Collection[str | None], beside: Sequence[str]) -> str:
    """Give a line a model, the champion marked; what pays stands last."""
    if not known:
        return say(Text(zh="还没有登记模型。", en="No model is registered yet."))
    lines = [
        f"{'★' if model.id in pays else '○' if model.id in beside else ' '} {model.id}  "
        f"{model.name}  {model.sha256[:12]}  {model.registered_at:%Y-%m-%d %H:%M}  {model.author}  "
        f"{', '.join(model.not_asked)}"
        for model in known
    ]
    nobody = Text(
        zh="没有模型在用：只按费率卡的高客单规则。", en="No model pays: the card's floor alone."
    )
    legend = Text(
        zh="★ 现任  ○ 旁路；末列为未问的闸门。",
        en="★ pays  ○ scores beside; last: gates not asked.",
    )
    ending = legend if pays else nobody
    return "\n".join([*lines, say(ending)])


def history_lines(
    events: Sequence[ModelEvent], reigns: Sequence[Reign], people: Mapping[str, str]
) -> str:
    """Give every decision, then who paid from when to when."""
    if not events:
        return say(Text(zh="还没有任何决定。", en="Nothing was decided yet."))
    lines = [
        f"{event.turn:3}  {event.at:%Y-%m-%d %H:%M:%S}  {say(STEPS[event.step])}  "
        f"{event.model_id or '–'}  {people.get(event.person_id, event.person_id)}: {event.reason}"
        for event in events
    ]
    lines += [
        f"{reign.model_id or '–'}: {reign.since:%Y-%m-%d %H:%M:%S} – "
        + (f"{reign.until:%Y-%m-%d %H:%M:%S}" if reign.until else "")
        for reign in reigns
    ]
    return "\n".join(lines)


def decided(event: ModelEvent) -> str:
    return f"{say(STEPS[event.step])} {event.model_id or ''}".strip()
