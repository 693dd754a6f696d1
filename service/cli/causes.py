"""`countermark causes`: what brought a fall about, from an incident's JSON; no server needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.files import name_of, read_up_to, text_of
from service.cli.messages import COULD_NOT, NOTHING_WORKED_OUT, WRONG, tell
from verification.values import Text

if TYPE_CHECKING:
    from models.rca import EvidenceDag, Incident, IncidentRefused, RankedCause
    from models.rca.causes.evidence_table import Row
    from models.rca.causes.incident import IncidentProblem
    from models.rca.causes.ranker import Ranker

group = typer.Typer(no_args_is_help=True)

MOST_BYTES = 512 << 20
MOST_TYPES_BYTES = 1 << 20
#: Unknown names that are told; the rest is counted.
MOST_UNKNOWN = 20

IncidentFile = Annotated[
    Path,
    typer.Argument(
        help="The incident (JSON): onset, deals, localised cells, dated evidence.",
        show_default=False,
    ),
]
TypesFile = Annotated[
    Path | None,
    typer.Option("--types", help="Evidence types (YAML); else those that ship."),
]
ModelFile = Annotated[
    Path | None,
    typer.Option("--model", help="A sealed ranker (ZIP); else the one that ships."),
]
EvidenceFile = Annotated[
    Path | None,
    typer.Option(
        "--evidence", help="Further evidence (CSV): id, type, at; until, all, share, cells, …"
    ),
]
ByRule = Annotated[bool, typer.Option("--rule", help="Rank by the rule by hand, with no model.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


@group.callback()
def causes() -> None:
    """What brought a fall about, and how sure that is."""


@group.command("rank")
def rank(
    incident: IncidentFile,
    *,
    evidence: EvidenceFile = None,
    types: TypesFile = None,
    model: ModelFile = None,
    rule: ByRule = False,
    as_json: AsJson = False,
) -> None:
    """Rank events and segments that may have brought an incident's fall about.

    Exit code 0 whatever was found; 1: a file has mistakes, each is told with its place; 2: it could
    not be read.
    """
    from models.rca import IncidentRefused, rank_causes

    read = _incident(incident, evidence)
    ranker, dag = _model(model, types, by_rule=rule)
    try:
        found = rank_causes(read, dag, ranker)
    except IncidentRefused as refused:
        _tell_incident(incident, refused)
        raise typer.Exit(WRONG) from None
    if as_json:
        typer.echo(json.dumps(ranking_json(read, found), ensure_ascii=False))
        return
    from rich.console import Console

    from service.cli.causes_words import ranking_table, ranking_words

    if found:
        Console().print(ranking_table(found))
    for line in ranking_words(read, found):
        typer.echo(line)


@group.command("types")
def types(
    file: Annotated[
        Path | None, typer.Argument(help="Evidence types (YAML) to check.", show_default=False)
    ] = None,
) -> None:
    """Check a file of evidence types, or print the one that ships.

    Exit code 0; 1: it has mistakes, each is told with its line; 2: it could not be read.
    """
    if file is None:
        from models.rca.causes.evidence import catalogue_text

        typer.echo(catalogue_text(), nl=False)
        return
    dag = types_of(file)
    count = len(dag.types)
    tell(
        Text(
            zh=f"{name_of(file)}：{count} 个类型，没有问题。",
            en=f"{name_of(file)}: {count} types, nothing wrong.",
        )
    )


def ranking_json(incident: Incident, found: tuple[RankedCause, ...]) -> dict[str, object]:
    """Give the ranking as other programs read it."""
    return {"incident": incident.id, "causes": [_cause(one) for one in found]}


def _cause(one: RankedCause) -> dict[str, object]:
    shown = one.figures
    interval = shown.interval
    return {
        "id": one.id,
        "kind": one.kind,
        "type": one.type,
        "rank": one.rank,
        "role": one.role,
        "p_root": round(one.p_root, 4),
        "tie": list(one.tie),
        "by": one.by,
        "reasons": [{"zh": text.zh, "en": text.en} for text in one.reasons],
        "deals": shown.deals_after,
        "due": _rounded(shown.due),
        "converted": shown.converted,
        "shortfall": _rounded(shown.shortfall),
        "interval": None if interval is None else [round(end, 1) for end in interval],
        "lead_days": shown.lead,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _incident(path: Path, evidence: Path | None) -> Incident:
    from models.rca import IncidentRefused, read_incident
    from models.rca.causes.unmet import unmet

    data = read_up_to(path, MOST_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    rows = [] if evidence is None else _rows(evidence)
    try:
        read = read_incident(data, rows)
    except IncidentRefused as refused:
        _tell_incident(path, refused)
        raise typer.Exit(WRONG) from None
    _tell_unmet(path, unmet(read, [where for where, _ in rows]))
    return read


def _place(path: Path, told: str) -> str:
    """Name the file once: what a table tells begins with its name."""
    name = name_of(path)
    return told if told.startswith(f"{name}:") else f"{name} {told}"


def _tell_unmet(path: Path, found: tuple[IncidentProblem, ...]) -> None:
    """Name what is listed and no deal has."""
    for one in found[:MOST_UNKNOWN]:
        where = _place(path, one.path)
        tell(
            Text(
                zh=f"{where}：看到“{one.seen}”，应为{one.expected.zh}；不计入，请核对。",
                en=f"{where}: saw {one.seen!r}, expected {one.expected.en}; it is left out, please "
                "check.",
            )
        )
    if len(found) > MOST_UNKNOWN:
        count = len(found) - MOST_UNKNOWN
        tell(Text(zh=f"另有 {count} 处也是如此。", en=f"{count} more are not listed."))


def _rows(path: Path) -> list[Row]:
    from models.rca import IncidentRefused
    from models.rca.causes.evidence_table import evidence_rows

    data = read_up_to(path, MOST_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    try:
        return evidence_rows(data, name_of(path))
    except IncidentRefused as refused:
        _tell_incident(path, refused)
    raise typer.Exit(WRONG)


def _tell_incident(path: Path, refused: IncidentRefused) -> None:
    for one in refused.problems:
        where = _place(path, one.path)
        tell(
            Text(
                zh=f"{where}：看到 {one.seen}，应为 {one.expected.zh}",
                en=f"{where}: seen {one.seen}, expected {one.expected.en}",
            )
        )
    if refused.untold:
        count = refused.untold
        tell(Text(zh=f"另有 {count} 处问题。", en=f"{count} more mistakes are not listed."))
    tell(NOTHING_WORKED_OUT)


def types_of(path: Path) -> EvidenceDag:
    """Read evidence types, or end the command with every mistake told."""
    from models.rca import DagRefused, read_dag

    data = read_up_to(path, MOST_TYPES_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    try:
        return read_dag(text_of(path, data))
    except DagRefused as refused:
        for one in refused.problems:
            where = f"{name_of(path)}:{one.line}:{one.column}"
            tell(
                Text(
                    zh=f"{where} {one.message.zh} 看到 {one.seen!r}，应为 {one.expected.zh}",
                    en=f"{where} {one.message.en} Seen {one.seen!r}, expected {one.expected.en}",
                )
            )
    raise typer.Exit(WRONG)


def _model(
    path: Path | None, types: Path | None, *, by_rule: bool
) -> tuple[Ranker | None, EvidenceDag]:
    """Give the ranker and the types: those named, else those of the model, else what ships."""
    from models.rca import catalogue
    from models.rca.causes.cold_start import cold_start

    declared = None if types is None else types_of(types)
    if path is None:
        return None if by_rule else cold_start(), declared or catalogue()
    from service.cli.causes_models import opened

    artefact = opened(path)
    return None if by_rule else artefact.ranker, declared or artefact.dag
