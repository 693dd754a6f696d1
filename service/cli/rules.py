"""`countermark rules`: check and test rule files; needs no server. One small file a command."""

from __future__ import annotations

import typer

from service.cli import rules_check, rules_schema, rules_test, rules_why

group = typer.Typer(no_args_is_help=True)
group.command("check")(rules_check.check)
group.command("schema")(rules_schema.schema)
group.command("test")(rules_test.run_cases)
group.command("why")(rules_why.why)
