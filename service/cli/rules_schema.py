"""`countermark rules schema`: the JSON Schema by which editors complete rule files."""

from __future__ import annotations

import json

import typer

from service.cli.rule_files import Metrics, catalogue_of


def schema(*, metrics: Metrics = None) -> None:
    """Print the JSON Schema of rule files: names of fields, actions, roles and templates.

    Exit code 0; 2: the catalogue could not be read.
    """
    from rules.language.catalogue import shipped
    from rules.language.json_schema import rule_file_schema
    from service.registered import registry

    catalogue = shipped() if metrics is None else catalogue_of(metrics)
    made = rule_file_schema(catalogue, registry())
    typer.echo(json.dumps(made, ensure_ascii=False, indent=2))
