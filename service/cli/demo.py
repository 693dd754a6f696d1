"""`countermark demo`: a made-up company goes through the service, and the story is told."""

from __future__ import annotations

import shutil
import signal
import socket
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house
from service.cli.messages import WRONG, give_up, language, say, tell
from service.settings import read_one
from service.system_words import why
from verification.values import Text

if TYPE_CHECKING:
    from rich.console import Console

    from service.demo.load import Answered

#: The demo's folder carries this file; nothing without it is ever cleared away.
MARK = "made-by-countermark-demo"


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Tell the story, then end.")] = False,
    port: Annotated[
        int | None,
        typer.Option(help="Where to serve; else COUNTERMARK_PORT.", min=1, max=65_535),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another company.")] = 2026,
) -> None:
    """Run the demo company through the service and tell the story.

    It keeps everything in the folder demo within COUNTERMARK_DATA; with --once nothing is kept.

    Exit code 1: a verdict was not the expected one; 2: the demo could not be run.
    """
    if once:
        with tempfile.TemporaryDirectory(prefix="countermark-demo-") as folder:
            _run(Path(folder), port=_free_port(), seed=seed, stay=False)
    else:
        with house.telling_errors():
            chosen = port or read_one("COUNTERMARK_PORT")
            folder = read_one("COUNTERMARK_DATA") / "demo"
        _require_free(chosen, "--port" if port else "COUNTERMARK_PORT")
        _run(_own(folder), port=chosen, seed=seed, stay=True)


def _run(folder: Path, *, port: int, seed: int, stay: bool) -> None:
    from rich.console import Console

    from service.demo import authority, company, deliverables, load, server, story
    from service.demo.words import Speech

    console = Console(width=None if sys.stdout.isatty() else 140)
    speech, at = Speech(language()), datetime.now(UTC).replace(microsecond=0)
    plan, trusted = company.plan(seed, at), authority.found(at)
    tell(Text(zh="正在写演示文件……", en="Writing the documents of the demo …"))
    documents = deliverables.documents_for(plan, trusted, at)
    try:
        environment = server.prepare(folder, plan, trusted.root_pem)
        with server.serving(environment, port) as address:
            tell(Text(zh=f"服务已启动：{address}", en=f"The service answers at {address}"))
            answered = load.load(address, plan, documents)
            stages = load.stages_of(address, plan)
            story.tell(console, speech, plan, answered=answered, stages=stages)
            story.tell_sign_ins(console, speech, plan, address)
            _sum_up(console, answered)
            if stay:
                _wait(address)
    except (server.ServerDidNotStart, load.Refused, load.DemoTimeout) as error:
        give_up(Text(zh=f"演示中断：{error}", en=f"The demo stopped: {error}"))
    if not all(answer.as_expected for answer in answered):
        raise typer.Exit(WRONG)


def _sum_up(console: Console, answered: tuple[Answered, ...]) -> None:
    right = sum(answer.as_expected for answer in answered)
    count = len(answered)
    told = Text(
        zh=f"{count} 份交付物，{right} 份结论与预期一致。",
        en=f"{count} deliverables, {right} judged as expected.",
    )
    console.print(say(told))


def _wait(address: str) -> None:
    tell(Text(zh=f"服务在 {address}，按 Ctrl-C 结束。", en=f"Serving {address}; Ctrl-C ends it."))
    try:
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except KeyboardInterrupt:
        return


def _own(folder: Path) -> Path:
    """Give an empty folder for the demo; clears only what an earlier demo made."""
    if folder.exists() and not (folder / MARK).exists():
        give_up(
            Text(
                zh=f"{folder} 不是演示留下的目录，不会清除；请移走它。",
                en=f"{folder} was not made by a demo and is not cleared; move it away.",
            )
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    return folder


def _require_free(port: int, name: str) -> None:
    """End the command where the port is taken, before anything is written or cleared.

    `name` is what chose it.
    """
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
    except OSError as error:
        said = why(error)
        give_up(
            Text(
                zh=f"{name} {port} 不可用：{said.zh}。请停用占用它的程序，或用 --port 另选一个。",
                en=f"{name} {port} cannot be listened on: {said.en}. Stop what uses it, or choose "
                "another one by --port.",
            )
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
