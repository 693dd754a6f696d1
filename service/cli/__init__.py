"""The command line: one small file a command group; heavy libraries load inside the commands."""

from __future__ import annotations

import sys

import typer

from service.cli import (
    audit,
    card,
    causes,
    db,
    demo,
    evidence,
    facts,
    funnel,
    models,
    people,
    registry,
    reproduce,
    rules,
    score,
    serve,
    templates,
    train,
    train_causes,
    verify,
)

app = typer.Typer(
    name="countermark",
    help="Rules, document verification and models that check what a sales organisation counts on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("verify")(verify.verify)
app.command("score")(score.score)
app.command("reproduce")(reproduce.reproduce)
app.command("serve")(serve.serve)
app.command("worker")(serve.worker)
app.command("demo")(demo.demo)
app.add_typer(rules.group, name="rules", help="Check and test rule files.")
app.add_typer(facts.group, name="facts", help="Facts that rules look at.")
app.add_typer(templates.group, name="templates", help="Templates that deliverables must follow.")
app.add_typer(card.group, name="card", help="The rate card of the attack coefficient.")
train.group.command("causes")(train_causes.causes)
app.add_typer(train.group, name="train", help="Train models, through gates.")
registry.add_to(models.group)
app.add_typer(funnel.group, name="funnel", help="Where a funnel fell, and when.")
app.add_typer(causes.group, name="causes", help="What brought a fall about.")
app.add_typer(models.group, name="models", help="Models, and who vouches for them.")
app.add_typer(db.group, name="db", help="The database schema.")
app.add_typer(evidence.group, name="evidence", help="Evidence packs that others can check.")
app.add_typer(audit.group, name="audit", help="The audit trail.")
app.add_typer(people.users, name="users", help="People who may sign in.")
app.add_typer(people.tokens, name="tokens", help="Tokens for programs.")


def main() -> None:
    """Run the command line; an error that people can act on is told without a traceback."""
    # A Chinese message must reach a pipe or a C locale whole; a name that is no UTF-8, somehow.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()
