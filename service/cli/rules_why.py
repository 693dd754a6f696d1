"""`countermark rules why`: why a rule fired, or did not, clause by clause."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli import house
from service.cli.files import name_of, read_up_to, text_of
from service.cli.messages import COULD_NOT, give_up, language
from verification.values import Text

MOST_BYTES = 64 << 20


def why(
    rule: Annotated[str, typer.Argument(help="Id of the rule.", show_default=False)],
    pack: Annotated[
        Path | None, typer.Argument(help="A rule file, with --facts.", show_default=False)
    ] = None,
    *,
    subject: Annotated[str, typer.Option(help="Whom it is about; * for a rule over all.")],
    at: Annotated[str | None, typer.Option(help="A time with its zone; now without it.")] = None,
    facts: Annotated[Path | None, typer.Option(help="A CSV table instead of the database.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say what was asked of which figures, what came out, and the nearest change.

    From the service's own data, or with --facts FILE.csv and a rule file from these alone. Exit
    code 0: answered, whether or not it fired; 2: it could not be.
    """
    if (facts is None) is not (pack is None):
        give_up(
            Text(
                zh="--facts 与规则文件要一起给出：rules why 规则 文件.yaml --facts 表.csv。",
                en="--facts goes with a rule file: rules why RULE FILE.yaml --facts TABLE.csv.",
            )
        )
    when = None if at is None else _time(at)
    if facts is None or pack is None:
        said = _from_database(rule, subject, when)
    else:
        said = _from_files(rule, subject, when, files=(pack, facts))
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, default=_plain))
    else:
        _show(said)


def _from_database(rule: str, subject: str, at: datetime | None) -> dict[str, Any]:
    from dataclasses import replace

    from service.actions import why as actions
    from service.actions.accounts import OPERATOR
    from service.records import Role

    actor = replace(OPERATOR, role=Role.SALES_OPS)
    question = actions.Question(rule=rule, subject=subject, at=at)
    with house.open_rules() as ports, ports.records.read() as unit:
        return actions.answer(ports, unit, actor, question)


def _from_files(
    rule: str, subject: str, at: datetime | None, *, files: tuple[Path, Path]
) -> dict[str, Any]:
    import rules
    from service.actions import why as actions
    from service.actions import why_offline
    from service.adapters.clock import system_clock

    pack, table = (_read(path) for path in files)
    with house.telling_errors():
        try:
            known = rules.load_rule_set(pack, name_of(files[0]))
        except rules.RuleFileError as error:
            give_up(Text(zh=error.message.zh, en=error.message.en))
        question = actions.Question(rule=rule, subject=subject, at=at)
        return why_offline.answer(known, text_of(files[1], table), question, now=system_clock())


def _read(path: Path) -> bytes:
    data = read_up_to(path, MOST_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    return data


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        give_up(
            Text(
                zh=f"--at：看到“{text}”，应为写明时区的时间，如 2026-01-15T09:00:00+08:00。",
                en=f"--at: saw {text!r}, expected a time with its zone: 2026-01-15T09:00:00+08:00.",
            )
        )
    return found


def _show(said: dict[str, Any]) -> None:
    code = language()
    typer.echo(said["sentence"][code])
    for clause in said["clauses"]:
        mark = "✓" if clause["passed"] else "✕"
        typer.echo(f"  {mark} {clause['part']}: {clause['sentence'][code]}")
    for change in said["changes"]:
        typer.echo(f"  → {change['sentence'][code]}")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
