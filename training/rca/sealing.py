"""A ranker sealed: packed, opened as the service would, G12 answered, packed again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.artefact.canonical import zipped
from models.artefact.causes import open_causes, pack_causes
from models.artefact.manifest import Origin
from models.artefact.opening import signed
from models.artefact.parts import (
    CAUSES_KIND,
    EVIDENCE,
    METRICS,
    MODEL_CARD,
    RANKER,
    RANKER_SCALE,
)
from training.coefficient.parts import gate_line
from training.rca import asking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.rca.run import CausesTrained
    from training.sealing import Workshop

FORMAT = "metrics-causes/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCauses:
    #: With G12 answered.
    result: CausesTrained
    archive: bytes
    #: Of the manifest: this names the model.
    sha256: str


def sealed(
    result: CausesTrained, evidence: str, data_sha256: str, workshop: Workshop
) -> SealedCauses:
    """Seal a ranker that no gate refused. Raises ArtefactRefused where it does not open."""
    if result.refused:
        raise ValueError("a refused ranker is not sealed")
    trusted = {workshop.signer.public_key}
    open_causes(_packed(result, evidence, data_sha256, workshop), trusted=trusted)
    gates = tuple(asking.safe(opened=True) if gate.id == "G12" else gate for gate in result.gates)
    told = replace(result, gates=gates)
    whole = _packed(told, evidence, data_sha256, workshop)
    signed(whole, CAUSES_KIND, trusted=trusted)
    name = hashlib.sha256(whole["manifest.json"]).hexdigest()
    return SealedCauses(result=told, archive=zipped(whole), sha256=name)


def told_parts(result: CausesTrained) -> dict[str, bytes]:
    """Give what is for people: figures and the model card."""
    return {METRICS: metrics_text(result).encode(), MODEL_CARD: model_card(result).encode()}


def metrics_text(result: CausesTrained) -> str:
    """Give metrics.json."""
    told = {
        "format": FORMAT,
        "metrics": result.metrics,
        "gates": [gate_line(gate) for gate in result.gates],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def model_card(result: CausesTrained) -> str:
    """Give the model card, in English and Chinese."""
    lines = [
        "# Ranker of root causes · 根因排序模型",
        "",
        f"Learned from {result.learned} incidents; judged on others, a profile each, never pooled.",
        f"学习了 {result.learned} 个事件；由其他随机种子生成的事件评判，按场景分列，不合并。",
        "",
        "| profile · 场景 | n | AC@1 | AC@3 | MRR | ECE | tie sets cover | size |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in result.profiles.items():
        lines.append(
            f"| {name} | {one.count} | {one.first:.3f} | {one.three:.3f} | {one.reciprocal:.3f} "
            f"| {one.ece_first:.3f} | {one.covered:.3f} | {one.tie_size:.2f} |"
        )
    lines += ["", "| gate · 闸门 | answer | seen · 说明 |", "|---|---|---|"]
    for gate in result.gates:
        lines.append(f"| {gate.id} | {gate.answer.value} | {gate.told.en} · {gate.told.zh} |")
    lines += [
        "",
        "Not for: judging persons. A root is an event or a segment, never a rep.",
        "不用于评价个人：根因是事件或单元，不是某个销售。",
        "",
    ]
    return "\n".join(lines)


def _packed(
    result: CausesTrained, evidence: str, data_sha256: str, workshop: Workshop
) -> dict[str, bytes]:
    parts: Mapping[str, bytes] = {
        RANKER: result.fitted.text.encode("ascii"),
        RANKER_SCALE: result.fitted.scale.to_json().encode(),
        EVIDENCE: evidence.encode(),
        **told_parts(result),
    }
    origin = Origin(
        data_sha256=data_sha256,
        code_commit=workshop.code,
        seeds={"training": result.seed},
        # Trees do not depend on the threads that grew them.
        threads=1,
        author=workshop.author,
        software=workshop.software,
        metrics=result.metrics,
    )
    return pack_causes(parts, origin, result.rows, workshop.signer)
