"""What `countermark train` says: the import, the gates, and the end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.cli.data_files import MOST_TOLD, tell_rejects
from service.cli.messages import say, tell
from training.coefficient.parts import gate_line, metrics
from training.folder import MODEL
from training.gates.gate import Answer
from training.report import ending
from training.snapshot import difference, rows_of
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from training.gates.gate import Gate
    from training.rca.run import CausesTrained
    from training.run import Imported, Trained
    from training.snapshot import Difference

STEP_WORDS = {
    "leads": Text(zh="按分配时点整理线索", en="Leads as of their assignment"),
    "split": Text(zh="按时间划分", en="Splitting by time"),
    "win": Text(zh="拟合赢单概率", en="Fitting chances of winning"),
    "search": Text(zh="搜索参数", en="Trying settings"),
    "value": Text(zh="拟合价值分布", en="Fitting the distribution of values"),
    "judge": Text(zh="由未见过的线索评判", en="Judging by leads never seen"),
    "stability": Text(zh="重抽样检验稳定性", en="Fitting leads drawn again"),
    "gates": Text(zh="逐一过闸", en="Asking the gates"),
}
_ANSWERS = {
    Answer.PASSED: Text(zh="[green]通过[/]", en="[green]passed[/]"),
    Answer.FAILED: Text(zh="[red]未通过[/]", en="[red]failed[/]"),
    Answer.NOT_ASKED: Text(zh="[yellow]未问[/]", en="[yellow]not asked[/]"),
}


def print_import(held: Imported, before: Mapping[str, str] | None, *, as_json: bool) -> None:
    """Tell what an import takes, rejects and changes, and what refuses it."""
    taken = held.snapshot
    change = None
    if taken is not None:
        change = difference(before or {}, rows_of(taken.packed()))
    if as_json:
        typer.echo(json.dumps(_import_line(held, change), ensure_ascii=False))
        return
    rows = held.staged
    typer.echo(
        say(
            Text(
                zh=f"接收 {len(rows.records)} 行，拒绝 {rows.rejected_rows} 行。",
                en=f"{len(rows.records)} rows taken, {rows.rejected_rows} rejected.",
            )
        )
    )
    tell_rejects(rows.rejects)
    for flaw in held.flaws:
        tell(
            Text(
                zh=f"拒绝：看到 {flaw.seen}，应为 {flaw.expected.zh}。{flaw.remedy.zh}",
                en=f"Refused: seen {flaw.seen}, expected {flaw.expected.en}. {flaw.remedy.en}",
            )
        )
    if change is not None:
        typer.echo(say(_change_words(change)))


def _change_words(change: Difference) -> Text:
    return Text(
        zh=f"新增 {change.added}，变化 {change.changed}，消失 {change.gone}，不变 {change.same}。",
        en=f"{change.added} new, {change.changed} changed, {change.gone} gone, "
        f"{change.same} the same.",
    )


def _import_line(held: Imported, change: Difference | None) -> dict[str, Any]:
    rows = held.staged
    return {
        "taken": len(rows.records),
        "rejected": rows.rejected_rows,
        "unused": list(rows.unused),
        "rejects": [
            {
                "line": one.line,
                "field": one.field,
                "code": one.code,
                "seen": one.seen,
                "reason": {"zh": one.reason.zh, "en": one.reason.en},
            }
            for one in rows.rejects[:MOST_TOLD]
        ],
        "flaws": [
            {
                "code": flaw.code,
                "seen": flaw.seen,
                "expected": {"zh": flaw.expected.zh, "en": flaw.expected.en},
                "remedy": {"zh": flaw.remedy.zh, "en": flaw.remedy.en},
            }
            for flaw in held.flaws
        ],
        "data": None if held.snapshot is None else held.snapshot.sha256,
        "change": None
        if change is None
        else {
            "added": change.added,
            "changed": change.changed,
            "gone": change.gone,
            "same": change.same,
            "examples": {name: list(ids) for name, ids in change.examples.items()},
        },
        "status": "refused" if held.flaws else "accepted",
    }


def print_trained(result: Trained, *, out: Path, sha256: str | None, as_json: bool) -> None:
    """Print every gate, and what became of the candidate; `sha256` names the sealed model."""
    figures = metrics(result.candidate)
    _print(result.gates, figures, out=out, sha256=sha256, as_json=as_json)
    if not as_json and (searched := result.candidate.win.searched) is not None:
        told = ending(searched)
        typer.echo(say(Text(zh=told.zh, en=told.en)))


def print_causes(result: CausesTrained, *, out: Path, sha256: str | None, as_json: bool) -> None:
    """Print the same of a ranker of root causes."""
    _print(result.gates, result.metrics, out=out, sha256=sha256, as_json=as_json)


def _print(
    gates: tuple[Gate, ...],
    figures: Mapping[str, Any],
    *,
    out: Path,
    sha256: str | None,
    as_json: bool,
) -> None:
    refused = any(gate.answer is Answer.FAILED for gate in gates)
    if as_json:
        for gate in gates:
            typer.echo(json.dumps(gate_line(gate), ensure_ascii=False))
        model = None if sha256 is None else str(out / MODEL)
        status = "refused" if refused else "candidate"
        last = {"artefact": model, "sha256": sha256, "status": status, "metrics": dict(figures)}
        typer.echo(json.dumps(last, ensure_ascii=False))
        return
    Console().print(_table(gates))
    ending = (
        Text(
            zh=f"已拒绝：没有写出模型。原因见 {out}/MODEL_CARD.md。",
            en=f"Refused: no model was written. {out}/MODEL_CARD.md has the reasons.",
        )
        if refused
        else Text(
            zh=f"候选模型 {(sha256 or '')[:12]} 已签名，在 {out / MODEL}；"
            "“未问”的闸门须在晋升前补问。",
            en=f"The candidate {(sha256 or '')[:12]} is signed, in {out / MODEL}; gates not asked "
            "are to be asked before promotion.",
        )
    )
    typer.echo(say(ending))


def _table(gates: tuple[Gate, ...]) -> Table:
    heads = (
        Text(zh="闸门", en="gate"),
        Text(zh="结论", en="answer"),
        Text(zh="数值", en="value"),
        Text(zh="界限", en="limit"),
        Text(zh="说明", en="seen"),
    )
    table = Table(*(say(head) for head in heads))
    for gate in gates:
        table.add_row(
            gate.id,
            say(_ANSWERS[gate.answer]),
            "" if gate.value is None else f"{gate.value:.4g}",
            "" if gate.limit is None else f"{gate.limit:.4g}",
            escape(say(Text(zh=gate.told.zh, en=gate.told.en))),
        )
    return table
