"""`countermark verify`: judge files without a server."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.files import name_of, open_file, tell_unreadable
from service.cli.messages import COULD_NOT, WRONG, say, tell
from service.cli.terms import AsOf, MailKeys, PolicyName, TrustFolder, terms_for
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.sandbox.client import Sandbox
    from verification.terms import Terms
    from verification.values import Report


_NO_OCR = Text(
    zh="--words：没有安装 ocr 组件，扫描页上的文字读不出来，只能给出文件自带的文字。"
    "安装：pip install 'countermark[ocr]'。",
    en="--words: the extra `ocr` is not installed, so scanned pages are not read; only text that "
    "files hold as text is given. To install it: pip install 'countermark[ocr]'.",
)


def verify(
    paths: Annotated[list[Path], typer.Argument(help="Files to judge.", show_default=False)],
    *,
    policy: PolicyName = "signed-or-not",
    at: AsOf = None,
    trust: TrustFolder = None,
    mail_keys: MailKeys = None,
    marks: Annotated[
        bool, typer.Option("--marks/--no-marks", help="Look for seals and signatures on pages.")
    ] = True,
    words: Annotated[
        bool,
        typer.Option("--words", help="Tell with --json what stands on the pages; needs extra ocr."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, in the order given.")
    ] = False,
) -> None:
    """Say what each file is, when it was made, who signed it, whether it was altered.

    Exit code 0: all PASSED; 1: something else; 2: a file could not be read.
    """
    from verification.content import Look
    from verification.sandbox.client import Sandbox

    looks = Look(marks=marks, words=words)
    terms = replace(terms_for(policy, at, trust, mail_keys), look=looks)
    if words and find_spec("onnxruntime") is None:
        tell(_NO_OCR)
    with Sandbox.start(limits=terms.limits) as sandbox:
        code = max(_told(report, as_json=as_json) for report in _reports(sandbox, paths, terms))
    raise typer.Exit(code)


def _told(report: Report | None, *, as_json: bool) -> int:
    """Show one report; give the exit code that it asks for."""
    if report is None:
        return COULD_NOT
    _show(report, as_json=as_json)
    return 0 if report.verdict == "PASSED" else WRONG


def _reports(sandbox: Sandbox, paths: list[Path], terms: Terms) -> Iterator[Report | None]:
    """Judge one after the other; None for a file that could not be read, after telling why."""
    from verification.sandbox.verify import verify_file
    from verification.terms import Request

    for path in paths:
        file = open_file(path)
        if file is None:
            yield None
            continue
        try:
            with file:
                report = verify_file(sandbox, file, Request(name=name_of(path), terms=terms))
        except OSError as error:
            tell_unreadable(path, error)
            yield None
        else:
            yield report


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        from verification.codec import to_json

        typer.echo(json.dumps(to_json(report), ensure_ascii=False))
        return
    reason = f" / {report.sub_indication}" if report.sub_indication else ""
    typer.echo(f"{report.path}: {report.verdict}{reason}  [{report.type.format or '?'}]")
    for finding in report.checks:
        if finding.status == "NOT_APPLICABLE":
            continue
        typer.echo(f"  {finding.status:<13} {finding.id}: {say(finding.message)}")
        if finding.remedy and finding.status != "PASSED":
            typer.echo(f"                → {say(finding.remedy)}")
