"""The candidate as files of text: what an artefact is made of, and nothing that needs a pickle."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from models.coefficient.logistic import Logistic
from models.coefficient.segments import SegmentRates
from training.coefficient.boosting import Boosted
from training.coefficient.metrics import auc, ece, log_loss
from training.contract.contract import Role
from training.contract.contract_text import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from training.coefficient.candidate import Candidate
    from training.contract.contract import Contract
    from training.gates.gate import Gate
    from training.snapshot import Snapshot

FORMAT = "metrics/v1"
#: A segment of so many leads is believed by half.
_DOUBT = 50


def parts(candidate: Candidate, contract: Contract) -> Mapping[str, str]:
    """Give each file's text by its name; the same candidate gives the same bytes."""
    segment = contract.one(Role.SEGMENT)
    model = candidate.win.model.model
    found = {
        "features.json": candidate.learn.features.to_json(),
        "calibration.json": candidate.win.model.calibration.to_json(),
        "offset.json": candidate.chances.offset.to_json(),
        "segments.json": segment_rates(candidate, segment.name if segment else "").to_json(),
        "contract.json": written(contract),
    }
    if isinstance(model, Boosted):
        found["win.lgb.txt"] = model.text
    elif isinstance(model, Logistic):
        found["win.logistic.json"] = model.to_json()
    if candidate.value is not None and candidate.values is not None:
        found["value_loc.lgb.txt"] = candidate.value.location.text
        found["value_scale.lgb.txt"] = candidate.value.scale.text
        found["residual_cdf.json"] = candidate.values.residuals.to_json()
    return found


def segment_rates(candidate: Candidate, field: str) -> SegmentRates:
    """Give each segment's rate of winning, drawn to that of all where it has few leads."""
    learn = candidate.learn
    overall = float(learn.won.mean())
    rates = {}
    for place, name in enumerate(learn.segments):
        own = learn.won[learn.segment == place]
        rates[name] = (float(own.sum()) + overall * _DOUBT) / (own.size + _DOUBT)
    return SegmentRates(field=field, overall=overall, rates=rates)


def metrics(candidate: Candidate) -> dict[str, Any]:
    """Give the figures of the judges, for the last line and the model card."""
    judge, told = candidate.judge, candidate.chances
    found: dict[str, Any] = {
        "learn": candidate.learn.count,
        "judge": judge.count,
        "embargoed": candidate.split.embargoed,
        "by_time": candidate.split.by_time,
        "win_model": "lightgbm" if candidate.win.model.is_boosted else "logistic",
        "calibrated": candidate.win.model.calibration.slope != 1.0,
        "prior": told.prior,
    }
    for name in ("scored", "still", "boosted", "logistic"):
        chance = getattr(told, name)
        found[f"log_loss_{name}"] = log_loss(judge.won, chance)
        found[f"auc_{name}"] = auc(judge.won, chance)
        found[f"ece_{name}"] = ece(judge.won, chance)
    if candidate.values is not None:
        found["pinball"] = candidate.values.pinball
        found["pinball_unconditional"] = candidate.values.unconditional
        found["coverage_error"] = candidate.values.scored_error
    searched = candidate.win.searched
    return found if searched is None else {**found, **searched.figures}


def metrics_text(candidate: Candidate, gates: Sequence[Gate], snapshot: Snapshot) -> str:
    """Give metrics.json: figures, gates, and the data that they are of."""
    told = {
        "format": FORMAT,
        "data": snapshot.sha256,
        "metrics": metrics(candidate),
        "gates": [gate_line(gate) for gate in gates],
    }
    if (searched := candidate.win.searched) is not None:
        told["search"] = [{"loss": one.loss, **one.setting.numbers} for one in searched.tried]
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def gate_line(gate: Gate) -> dict[str, Any]:
    """Give a gate as other programs read it; `passed` is null where nothing was asked."""
    return {
        "gate": gate.id,
        "passed": gate.passed,
        "value": gate.value,
        "limit": gate.limit,
        "answer": gate.answer.value,
        "told": {"zh": gate.told.zh, "en": gate.told.en},
    }
