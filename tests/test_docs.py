"""What README and docs promise is there, and the commands they show run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
#: Files that the commands of the pages speak of, and what stands for them here.
STAND_INS = {
    "contract.pdf": "LICENSE",
    "photo.jpg": "README.md",
    "path/to/gates.yaml": "rules/packs/software.yaml",
    "attack.card.yaml": "models/coefficient/attack.card.yaml",
    "orders.csv": "README.md",
    "week.csv": "README.md",
    "deals.csv": "README.md",
    "incident.json": "README.md",
}
#: Commands that go on until they are ended, or ask a person; other tests run them.
LONG = {"serve", "worker", "demo", "users", "db"}
COULD_NOT = 2


def commands() -> list[str]:
    """Give every `countermark` command that a console block of any page shows."""
    blocks = [
        block
        for page in PAGES
        for block in re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    ]
    shown = [
        line.removeprefix("$ ").split("#")[0].strip().removeprefix(".venv/bin/")
        for block in blocks
        for line in block.splitlines()
        if line.startswith("$ ")
    ]
    return sorted({line for line in shown if line.startswith("countermark ")})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    local = [target for target in targets if not target.startswith(("http:", "https:"))]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_no_two_decisions_share_a_number() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    titles = [page.read_text("utf-8").split(maxsplit=2)[1] for page in pages]
    assert [int(title.strip(":.")) for title in titles] == list(range(1, len(pages) + 1))


@pytest.mark.parametrize("command", commands())
def test_commands_of_the_pages_run(command: str, tmp_path: Path) -> None:
    written = {"pack.zip": str(tmp_path / "pack.zip")}
    arguments = [{**STAND_INS, **written}.get(word, word) for word in shlex.split(command)[1:]]
    if arguments[0] in LONG:
        arguments = [arguments[0], "--help"]
    done = subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "COUNTERMARK_DATA": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode < COULD_NOT, done.stderr
    assert "Traceback" not in done.stderr


def test_make_targets_of_the_pages_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    known = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"\bmake ([a-z]+)\b(?=[`\s])", page.read_text("utf-8"))
        if f"`make {target}" in page.read_text("utf-8")
    }
    assert named <= known


def test_every_check_has_its_page() -> None:
    pages = "\n".join(page.read_text("utf-8") for page in (ROOT / "docs/checks").glob("*.md"))
    from verification import checks  # noqa: PLC0415 - loads the readers' libraries

    assert [check.id for check in checks.load() if f"`{check.id}`" not in pages] == []
