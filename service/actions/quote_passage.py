"""May a quote pass finance: which measures of an open breaker hold it, and why.

1. Measures in force are looked at that suspend something on a breaker's order. 2. One holds the
deals of its breaker's scope, by their region and the like as they came to the stage that fell, so
that nobody leaves the scope by moving; where those are not known it is held, for silence is no
pass. 3. A quote whose cost sheet was verified is not held where the measure's
condition is that it was not; of another condition nothing is known here, and it holds. 4. Of a
breaker that lets a share go unverified, the same deals pass each time that they are asked about,
and those that pass at a quarter do at a half; a quote without its deal is not let go. Nothing is
written here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rules.incident_breaker import STEPS, BreakerState, is_within
from rules.states import Phase
from service import access
from service.actions import incident_breakers, quote_evidence
from service.causes.report_words import PHASES
from service.causes.stage_deals import dims_of
from service.errors import Invalid, NotFound
from service.funnel import funnel
from service.rule_records import MeasureState
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.incident_breaker import Cell
    from service.actors import Actor
    from service.cause_records import Incident, StageEvent
    from service.ports.records import Unit
    from service.rule_records import Measure

ACTION = "suspend"
#: The condition of a measure that a valid cost sheet ends.
NOT_VERIFIED = "报价单.已验证 = no"
#: Rules of incidents' breakers are called so.
PREFIX = "incident."

VERIFY_IT = Text(
    zh="这份报价的成本表核验通过（若已过期，请按现行版本重做后重新上传）。",
    en="The cost sheet of this quote is verified and valid (an outdated one is made anew and "
    "uploaded again).",
)
NAME_THE_QUOTE = Text(
    zh="给出成本表已核验通过的报价。", en="A quote is named whose cost sheet was found valid."
)
NAME_THE_DEAL = Text(
    zh="给出商机，且商机在熔断范围之外或被放行抽中。",
    en="The deal is named, and is outside the scope or among those that are let go.",
)
SEND_ITS_EVENTS = Text(
    zh="收到商机的阶段事件，说明它在熔断范围之外。",
    en="Stage events of the deal come in that say that it is outside the scope.",
)
RELEASED_BY_QUOTES = Text(
    zh=f"熔断以来核验的报价经检验可靠（或其后的商机恢复转化）：先放行 {STEPS[0]:.0%}。",
    en="Quotes verified since it opened test sound, or the deals that came since convert again: "
    f"{STEPS[0]:.0%} are let go at first.",
)
RELEASED_BY_DEALS = Text(
    zh="这一步以来的商机恢复转化：再放行一步，直至全部放行。",
    en="The deals that came since this step convert again: one step more, up to all.",
)
CLOSED_BY_WORD = Text(
    zh="总部销售VP或销售运营关闭熔断。", en="The VP sales or sales operations close the breaker."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A measure that holds the quote."""

    measure: str
    incident: str
    stage: str
    phase: Phase
    #: What is suspended, as the measure says.
    what: str
    #: The breaker, its scope, the measure's condition.
    why: tuple[Text, Text, Text]
    #: What would let it go, whichever comes first.
    way_out: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    deal: str | None
    quote: str | None
    #: Whether its cost sheet was verified and is valid; None: no quote was named.
    verified: bool | None
    #: What is known of the deal; empty where nothing is.
    dims: dict[str, str]
    holds: tuple[Hold, ...]

    @property
    def passes(self) -> bool:
        return not self.holds


def asked(unit: Unit, actor: Actor, *, deal: str | None, quote: str | None) -> Passage:
    """Say whether a quote may pass; by its deal, by itself, or both. Raises Invalid, NotFound."""
    access.require(actor, "passage.read")
    if deal is None and quote is None:
        raise Invalid(
            Text(zh="请给出商机（deal）或报价（quote）。", en="Name a deal, a quote, or both."),
            remedy=Text(zh="例如 ?deal=D1&quote=报价编号。", en="For example ?deal=D1&quote=ID."),
        )
    verified = None if quote is None else _verified(unit, quote)
    events = () if deal is None else unit.causes.stage_events.find({"deal": deal})
    passage = Passage(deal=deal, quote=quote, verified=verified, dims=dims_of(events), holds=())
    found = (_hold(unit, one, passage, events) for one in _suspensions(unit))
    return replace(passage, holds=tuple(one for one in found if one is not None))


def _suspensions(unit: Unit) -> list[Measure]:
    where = {"action": ACTION, "state": MeasureState.IN_FORCE.value}
    return [one for one in unit.rules.measures.find(where) if one.rule.startswith(PREFIX)]


def _verified(unit: Unit, quote: str) -> bool:
    """Tell whether the cost sheet of a quote was found valid. Raises NotFound."""
    file = unit.deliverables.get(quote)
    if file is None:
        raise NotFound(
            Text(zh="找不到这份报价。", en="There is no such quote."),
            remedy=Text(
                zh="请核对编号：它是作为报价上传的交付物的编号。",
                en="Check the id: it is that of the deliverable that was uploaded as the quote.",
            ),
        )
    return quote_evidence.is_valid(file)


def _hold(
    unit: Unit, measure: Measure, passage: Passage, events: Sequence[StageEvent]
) -> Hold | None:
    incident = unit.causes.incidents.get(str(measure.parameters.get("incident")))
    if incident is None:
        return None
    state = incident_breakers.state_of(unit, incident)
    passage = replace(passage, dims=dims_of(events, incident.stage))
    scope = _scope(state.scope, passage.dims)
    condition = _condition(measure, passage)
    drawn = is_let_go(state, incident, passage.deal)
    if state.phase is Phase.CLOSED or scope is None or condition is None or drawn:
        return None
    return Hold(
        measure=measure.id,
        incident=incident.id,
        stage=incident.stage,
        phase=state.phase,
        what=str(measure.parameters["what"]),
        why=(_breaker(incident, state, passage.deal), scope, condition),
        way_out=(*_own_way_out(measure, state, passage), _release(state), CLOSED_BY_WORD),
    )


def _own_way_out(measure: Measure, state: BreakerState, passage: Passage) -> Iterator[Text]:
    """Give what can be done about this quote alone."""
    if measure.parameters.get("where") == NOT_VERIFIED:
        yield NAME_THE_QUOTE if passage.quote is None else VERIFY_IT
    if passage.deal is None and (state.phase is Phase.HALF_OPEN or () not in state.scope):
        yield NAME_THE_DEAL
    elif passage.deal is not None and _is_unknown(state.scope, passage.dims):
        yield SEND_ITS_EVENTS


def _is_unknown(scope: tuple[Cell, ...], dims: dict[str, str]) -> bool:
    """Tell whether a deal is held only for what is not known of it."""
    known = tuple(sorted(dims.items()))
    return not any(is_within(known, cell) for cell in scope)


def _release(state: BreakerState) -> Text:
    return RELEASED_BY_DEALS if state.phase is Phase.HALF_OPEN else RELEASED_BY_QUOTES


def _scope(scope: tuple[Cell, ...], dims: dict[str, str]) -> Text | None:
    """Say why a deal is held by a scope; None: it is outside."""
    if () in scope:
        return Text(zh="熔断范围：全部商机。", en="The scope of the breaker is every deal.")
    known = tuple(sorted(dims.items()))
    for cell in scope:
        name = " & ".join(f"{key}={value}" for key, value in cell)
        if is_within(known, cell):
            return Text(
                zh=f"商机进入该阶段时在熔断范围内：{name}。",
                en=f"The deal was in the scope as it came to the stage: {name}.",
            )
        if any(key not in dims for key, _ in cell) and _may_be(cell, dims):
            return Text(
                zh=f"商机是否在熔断范围（{name}）内不明，按在内处理。",
                en=f"Whether the deal is in the scope ({name}) is not known: taken for inside.",
            )
    return None


def _may_be(cell: Cell, dims: dict[str, str]) -> bool:
    return all(dims.get(key, value) == value for key, value in cell)


def is_let_go(state: BreakerState, incident: Incident, deal: str | None) -> bool:
    """Draw by the deal alone, so that whoever asks again, with a quote or not, hears the same.

    Which deal a quote belongs to is not known here: without the deal nothing is let go.
    """
    if state.phase is not Phase.HALF_OPEN or deal is None:
        return False
    name = f"{incident.id}\x1f{state.episode}\x1f{deal}"
    place = int.from_bytes(hashlib.sha256(name.encode()).digest()[:6])
    return place < state.share * 2**48


def _breaker(incident: Incident, state: BreakerState, deal: str | None) -> Text:
    titles: dict[str, Any] = {one.id: one.name for one in funnel().stages}
    stage, following = titles[incident.stage], funnel().after(incident.stage).name
    phase, share = PHASES[state.phase.value], f"{state.share:.0%}"
    part, unnamed = state.phase is Phase.HALF_OPEN, deal is None
    zh = "按商机抽取，请给出商机" if unnamed else "不含本单"
    en = "drawn by the deal: name it" if unnamed else "this one does not"
    return Text(
        zh=f"{stage.zh} → {following.zh}的熔断：{phase.zh}"
        + (f"，放行 {share}，{zh}。" if part else "。"),
        en=f"The breaker {stage.en} → {following.en} is {phase.en}"
        + (f"; {share} pass, {en}." if part else "."),
    )


def _condition(measure: Measure, passage: Passage) -> Text | None:
    """Say why its condition holds; None: it does not."""
    where = measure.parameters.get("where")
    if where is None:
        return Text(zh="这项措施没有条件。", en="The measure has no condition.")
    if where != NOT_VERIFIED:
        return Text(
            zh=f"条件“{where}”在这里无法判断，按成立处理。",
            en=f"Whether {where!r} holds cannot be told here: taken for holding.",
        )
    if passage.verified is None:
        return Text(
            zh="没有给出报价，无法说明其成本表已核验。",
            en="No quote was named whose cost sheet could have been verified.",
        )
    if passage.verified:
        return None
    return Text(
        zh="这份报价没有核验通过：成本表没有核验有效，或报价本身未通过、被退回。",
        en="This quote has not been verified: its cost sheet was not found valid, or the quote "
        "itself failed or was turned down.",
    )
