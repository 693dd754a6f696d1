"""The order in which a file comes to disk, as the kernel saw it (service.md, R5)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
from service.adapters.storage import FolderStorage
storage = FolderStorage(Path(sys.argv[1]))
for content in (b"first", b"second"):
    storage.put([content], max_bytes=9)
    Path(sys.argv[2]).write_text("acknowledged")
"""


def test_a_file_and_its_folders_are_on_disk_before_anybody_is_told(tmp_path: Path) -> None:
    calls = _traced(tmp_path)
    assert [call for call in calls if call == "told"] == ["told", "told"]
    first = calls[: calls.index("told")]
    assert first[0] == "fsync incoming/FILE"
    renamed = first.index("rename incoming/FILE -> xx/HASH")
    assert first[renamed:] == ["rename incoming/FILE -> xx/HASH", "fsync xx"]
    # Each new folder's own name is on disk before something is put into it.
    assert "fsync ." in first[:renamed]


def _traced(tmp_path: Path) -> list[str]:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: the kernel's view is not to be had")
    log, files, told = tmp_path / "log", tmp_path / "files", tmp_path / "told"
    command = [strace, "-f", "-y", "-o", str(log), "-e", "trace=fsync,rename,openat"]
    program = [sys.executable, "-c", PROGRAM, str(files), str(told)]
    done = subprocess.run([*command, *program], cwd=ROOT, check=False, timeout=60)
    if done.returncode != 0 or not told.exists():
        pytest.skip("strace may not trace here")
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    named = (_name(line, str(files), str(told)) for line in lines)
    return [call for call in named if call is not None]


def _name(line: str, files: str, told: str) -> str | None:
    """Give a call of interest in words, temporary names and hashes left out."""
    if "openat" in line:
        return "told" if told in line else None
    paths = [path for path in re.findall(r'[<"](/[^">]*)[>"]', line) if path.startswith(files)]
    short = [_short(path.removeprefix(files).strip("/")) for path in paths]
    if "fsync" in line and short:
        return f"fsync {short[0]}"
    return f"rename {short[0]} -> {short[1]}" if "rename" in line and len(short) > 1 else None


def _short(path: str) -> str:
    path = re.sub(r"^incoming/.+", "incoming/FILE", path)
    path = re.sub(r"^[0-9a-f]{2}/[0-9a-f]{64}$", "xx/HASH", path)
    return re.sub(r"^[0-9a-f]{2}$", "xx", path) or "."
