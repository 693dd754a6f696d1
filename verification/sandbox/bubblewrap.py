"""The outer wall: a file system with the interpreter and this project alone, and no network.

bubblewrap(1): new namespaces of every kind, everything read-only, uid 65534, no capabilities,
killed with its parent. There is no /proc, no /etc, no home and no place to write.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Where distributions put it; the environment's PATH is nobody's to trust here.
_PROGRAMS = (Path("/usr/bin/bwrap"), Path("/bin/bwrap"), Path("/usr/local/bin/bwrap"))

#: What a dynamically linked interpreter needs beside its own folders.
_SYSTEM = (
    Path("/usr/lib"),
    Path("/usr/lib64"),
    Path("/lib"),
    Path("/lib64"),
    Path("/etc/ld.so.cache"),
    Path("/usr/share/zoneinfo"),
)
#: An interpreter of the distribution shares these with everything else that is installed.
_SHARED_PREFIXES = (Path("/usr"), Path("/usr/local"))


def program() -> Path | None:
    """Find bubblewrap, None where it is not installed."""
    return next((path for path in _PROGRAMS if path.is_file()), None)


def wrap(bwrap: Path, packages: Iterable[Path]) -> list[str]:
    """Give the command that a server's own command is appended to; `packages` become visible."""
    command = [str(bwrap), "--unshare-all", "--die-with-parent", "--new-session"]
    command += ["--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"]
    command += ["--hostname", "sandbox", "--dev", "/dev"]
    for path in _outermost((*_SYSTEM, *_interpreter(), *packages)):
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            command += ["--ro-bind", str(path), str(path)]
    return [*command, "--remount-ro", "/", "--chdir", "/", "--"]


def _interpreter() -> Iterable[Path]:
    for prefix in {Path(sys.prefix), Path(sys.base_prefix)}:
        if prefix not in _SHARED_PREFIXES:
            yield from _chain(prefix)
    yield from _chain(Path(sys.executable))
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        yield Path(sysconfig.get_path(name))


def _chain(path: Path) -> Iterable[Path]:
    """Give a path and all that it links to, one after the other."""
    yield path
    while path.is_symlink():
        path = path.parent / path.readlink()
        yield path


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Leave out what lies below another of the paths: it is visible already."""
    seen = list(dict.fromkeys(paths))
    folders = {path for path in seen if not path.is_symlink()}
    return [path for path in seen if not folders.intersection(path.parents)]
