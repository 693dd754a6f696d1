"""The registry of models: registered once verified, promoted by two persons, rolled back by one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service import access
from service.actions.trail import record
from service.champions import before_it, champion_of, open_proposal, reigns
from service.errors import Forbidden, Invalid, NotFound
from service.model_records import Model, ModelEvent, ModelName, ModelStep
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from models.artefact.causes import CausesArtefact
    from models.artefact.opening import Artefact
    from service.actors import Actor
    from service.champions import Reign
    from service.ports.records import Unit
    from service.ports.storage import StoredFile
    from service.ports.tariffs import Tariffs

#: What `roll_back` is told where no model shall pay any more.
NOBODY = "none"
METRICS = "metrics.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What an archive says of itself once it has opened."""

    name: ModelName
    sha256: str
    public_key: str
    author: str
    data_sha256: str
    code: str
    metrics: Mapping[str, float]
    not_asked: tuple[str, ...]


def verified(archive: bytes, *, trusted: Collection[bytes]) -> Verified:
    """Open a sealed model as scoring would. Raises Invalid, saying what is wrong with it."""
    from models.artefact.containers import parts_of_zip  # noqa: PLC0415 - numpy, LightGBM
    from models.artefact.refusal import ArtefactRefused  # noqa: PLC0415

    try:
        parts = parts_of_zip(archive)
        opened = _opened(parts, trusted)
    except ArtefactRefused as refused:
        raise Invalid(
            Text(zh=f"模型被拒绝：{refused.message.zh}", en=f"Refused: {refused.message.en}"),
            remedy=Text(
                zh="没有登记任何内容，现任模型不变。请向训练方重新索取。",
                en="Nothing was registered, the champion stays. Ask its trainer for another.",
            ),
        ) from refused
    origin = opened.manifest.origin
    return Verified(
        name=ModelName(opened.manifest.kind),
        sha256=opened.sha256,
        public_key=opened.manifest.public_key.hex(),
        author=origin.author,
        data_sha256=origin.data_sha256,
        code=origin.code_commit,
        metrics=dict(origin.metrics),
        not_asked=_not_asked(parts.get(METRICS, b"{}")),
    )


def _opened(parts: Mapping[str, bytes], trusted: Collection[bytes]) -> Artefact | CausesArtefact:
    """Open by the kind that the manifest tells. Raises ArtefactRefused."""
    from models.artefact.causes import open_causes  # noqa: PLC0415 - numpy, LightGBM
    from models.artefact.manifest import read_manifest  # noqa: PLC0415
    from models.artefact.opening import open_artefact  # noqa: PLC0415
    from models.artefact.parts import CAUSES_KIND, MANIFEST  # noqa: PLC0415
    from training.orders import contract_in  # noqa: PLC0415

    if MANIFEST in parts and read_manifest(parts[MANIFEST]).kind == CAUSES_KIND:
        return open_causes(parts, trusted=trusted)
    opened = open_artefact(parts, trusted=trusted)
    contract_in(parts, opened.win.features)
    return opened


def _not_asked(metrics: bytes) -> tuple[str, ...]:
    """Read which gates were not asked; what is no list of gates holds none."""
    try:
        gates = json.loads(metrics).get("gates", [])
        return tuple(str(gate["gate"]) for gate in gates if gate["answer"] == "not_asked")
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()


def register(unit: Unit, actor: Actor, seen: Verified, stored: StoredFile) -> Model:
    """Enter a verified model; the same one again changes nothing. Raises Forbidden."""
    access.require(actor, "models.register")
    name = seen.name
    unit.take_turn(f"models {name}")
    known = unit.models.models.find({"name": name.value, "sha256": seen.sha256})
    if known:
        return known[0]
    model = Model(
        id=unit.new_id(),
        name=name,
        sha256=seen.sha256,
        archive_sha256=stored.sha256,
        archive_size=stored.size,
        public_key=seen.public_key,
        author=seen.author,
        data_sha256=seen.data_sha256,
        code=seen.code,
        metrics=dict(seen.metrics),
        not_asked=seen.not_asked,
        registered_at=unit.now(),
        registered_by=actor.person_id,
    )
    unit.models.models.add(model)
    record(unit, "models.register", after=model, actor=actor)
    return model


def must_open(tariffs: Tariffs, model: Model) -> None:
    """Raise Invalid where a model does not open: what it is decided for would be done without it.

    Asked before the transaction of a decision, so that nobody waits while it opens.
    """
    open_it = tariffs.model if model.name is ModelName.COEFFICIENT else tariffs.ranker
    if open_it(model.archive_sha256) is not None:
        return
    raise Invalid(
        Text(
            zh=f"模型 {model.id} 打不开，不能由它决定；现任模型不变。",
            en=f"The model {model.id} does not open, so nothing is decided by it; the champion "
            "stays.",
        ),
        remedy=Text(
            zh="请恢复存储中的归档，并确认其签名密钥仍在 model-keys 中；原因见服务日志。",
            en="Restore its archive, and see that its key still lies in model-keys; the service's "
            "log says why.",
        ),
    )


def meant(unit: Unit, name: ModelName, to: str | None) -> Model | None:
    """Give the model that a roll-back would bring back as things stand; None: there is none."""
    chosen = before_it(_events(unit, name)) if to is None else to
    return None if chosen in {None, NOBODY} else unit.models.models.get(str(chosen))


def shadow(unit: Unit, actor: Actor, model_id: str, reason: str) -> ModelEvent:
    """Let a model score beside the champion. Raises NotFound, Invalid for the champion itself."""
    access.require(actor, "models.register")
    model, events = _of(unit, model_id)
    if champion_of(events) == model.id:
        raise _wrong("它已是现任模型。", "It is the champion already.")
    if model.name is not ModelName.COEFFICIENT:
        raise _wrong(
            "只有系数模型能旁路评分。", "Only a model of the coefficient scores beside another."
        )
    step = ModelStep.SHADOW
    return _decide(unit, actor, model.name, events, step=step, model_id=model.id, reason=reason)


def propose(
    unit: Unit, actor: Actor, model_id: str, reason: str, *, signs_for: Collection[str] = ()
) -> ModelEvent:
    """Ask that a model pays. `signs_for`: every gate that its training could not ask.

    Raises NotFound; Invalid for the champion itself, and where a gate is not signed for.
    """
    access.require(actor, "models.propose")
    model, events = _of(unit, model_id)
    if champion_of(events) == model.id:
        raise _wrong("它已是现任模型。", "It is the champion already.")
    open_gates = [gate for gate in model.not_asked if gate not in signs_for]
    if open_gates:
        names = ", ".join(open_gates)
        raise Invalid(
            Text(
                zh=f"这些闸门在训练时没有问过，也没有人签字：{names}。",
                en=f"These gates were not asked in training and nobody signs for them: {names}.",
            ),
            remedy=Text(
                zh="请查看模型卡与对比结果，再在 signs_for（命令行为 --signs-for）中逐一列出。",
                en="Look at the model card and the comparison, then name each in signs_for "
                "(--signs-for on the command line).",
            ),
        )
    return _decide(
        unit,
        actor,
        model.name,
        events,
        step=ModelStep.PROPOSED,
        model_id=model.id,
        reason=reason,
        signs_for=tuple(model.not_asked),
    )


def promote(unit: Unit, actor: Actor, model_id: str, reason: str) -> ModelEvent:
    """Agree to the proposal: the model is the champion from now on.

    Raises NotFound; Invalid without an open proposal; Forbidden for the proposer himself.
    """
    access.require(actor, "models.promote")
    model, events = _of(unit, model_id)
    proposal = open_proposal(events, model.id)
    if proposal is None:
        raise Invalid(
            Text(
                zh="没有待同意的提议：尚未提议，或提议之后现任模型已变。",
                en="No proposal waits: nobody proposed it, or the champion changed since.",
            ),
            remedy=Text(zh="请先提议（proposal）。", en="Propose it first (proposal)."),
        )
    if proposal.person_id == actor.person_id:
        raise Forbidden(
            Text(zh="提议人不能同意自己的提议。", en="Nobody agrees to a proposal of his own."),
            remedy=Text(zh="请另一位有权限的人同意。", en="Another person must agree."),
        )
    return _decide(
        unit,
        actor,
        model.name,
        events,
        step=ModelStep.PROMOTED,
        model_id=model.id,
        reason=reason,
        proposal=proposal.turn,
    )


def roll_back(
    unit: Unit, actor: Actor, name: ModelName, reason: str, *, to: str | None = None
) -> ModelEvent:
    """Bring an earlier champion back: the last one, the one named, or `NOBODY`.

    Raises Invalid where there is none, or where `to` never was the champion.
    """
    access.require(actor, "models.roll_back")
    unit.take_turn(f"models {name}")
    events = _events(unit, name)
    now = champion_of(events)
    if to == NOBODY and now is not None:
        return _decide(
            unit, actor, name, events, step=ModelStep.RETIRED, model_id=None, reason=reason
        )
    chosen = before_it(events) if to is None else to
    reigned = {reign.model_id for reign in reigns(events)} - {None}
    if chosen is None or chosen not in reigned or chosen == now:
        known = ", ".join(sorted(one for one in reigned if one and one != now))
        raise Invalid(
            Text(
                zh="没有可以回退到的模型：此前没有其他现任模型，或指定的模型从未任用。",
                en="There is no model to go back to: no other was the champion before, or the one "
                "named never was.",
            ),
            remedy=Text(
                zh=f"请以 to 指定：{f'{known}，或 ' if known else ''}{NOBODY}（不用模型）。",
                en=f"Name in `to` {f'{known}, or ' if known else ''}{NOBODY} (no model pays).",
            ),
        )
    return _decide(
        unit, actor, name, events, step=ModelStep.ROLLED_BACK, model_id=chosen, reason=reason
    )


def find(
    unit: Unit,
    actor: Actor,
    *,
    where: dict[str, Any],
    after: str | None = None,
    limit: int = 50,
) -> tuple[Model, ...]:
    """Give the registered models, the oldest first."""
    access.require(actor, "models.read")
    return unit.models.models.find(where, after=after, limit=limit)


def get(unit: Unit, actor: Actor, model_id: str) -> tuple[Model, tuple[ModelEvent, ...]]:
    """Give a model with the decisions about its name. Raises NotFound."""
    access.require(actor, "models.read")
    model = unit.models.models.get(model_id)
    if model is None:
        raise NotFound(Text(zh="找不到这个模型。", en="There is no such model."))
    return model, _events(unit, model.name)


def history(
    unit: Unit, actor: Actor, name: ModelName
) -> tuple[tuple[ModelEvent, ...], tuple[Reign, ...]]:
    """Give every decision and every reign."""
    access.require(actor, "models.read")
    events = _events(unit, name)
    return events, reigns(events)


def named(name: str) -> ModelName:
    """Give the name of a kind of model. Raises NotFound."""
    if name not in list(ModelName):
        known = ", ".join(ModelName)
        raise NotFound(
            Text(
                zh=f"没有 {name} 模型，可选：{known}。",
                en=f"No model is for {name}; there are: {known}.",
            )
        )
    return ModelName(name)


def champion(unit: Unit, name: ModelName, at: datetime | None = None) -> Model | None:
    """Give who pays now, or paid at a moment; None where the card alone did."""
    found = champion_of(_events(unit, name), at)
    return None if found is None else unit.models.models.get(found)


def _of(unit: Unit, model_id: str) -> tuple[Model, tuple[ModelEvent, ...]]:
    model = unit.models.models.get(model_id)
    if model is None:
        raise NotFound(Text(zh="找不到这个模型。", en="There is no such model."))
    unit.take_turn(f"models {model.name}")
    return model, _events(unit, model.name)


def _events(unit: Unit, name: ModelName) -> tuple[ModelEvent, ...]:
    return unit.models.events.find({"name": name.value}, order="turn")


def _decide(
    unit: Unit, actor: Actor, name: ModelName, before: Sequence[ModelEvent], **told: Any
) -> ModelEvent:
    """Add a decision behind those `before` it; who came here has the turn."""
    event = ModelEvent(
        id=unit.new_id(),
        name=name,
        turn=before[-1].turn + 1 if before else 1,
        at=unit.now(),
        person_id=actor.person_id,
        **told,
    )
    unit.models.events.add(event)
    record(unit, f"models.{event.step}", after=event, actor=actor, reason=event.reason)
    return event


def _wrong(zh: str, en: str) -> Invalid:
    return Invalid(Text(zh=zh, en=en))
