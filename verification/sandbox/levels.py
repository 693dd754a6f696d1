"""How strongly a file is held, from the layers that were tried out on this machine."""

from __future__ import annotations

from typing import Literal

from verification.sandbox.errors import SandboxTooWeak

Layer = Literal["bubblewrap", "landlock", "seccomp"]
Level = Literal["bubblewrap+landlock+seccomp", "landlock+seccomp", "seccomp", "rlimits"]
Need = Literal["any", "strong"]

ALL_LAYERS: frozenset[Layer] = frozenset({"bubblewrap", "landlock", "seccomp"})


def name_level(layers: frozenset[Layer]) -> Level:
    """Name the layers by the strongest level that they reach wholly; resource limits always hold.

    Bubblewrap without landlock has no name of its own in what others read: it counts as seccomp.
    """
    if "seccomp" not in layers:
        return "rlimits"
    if "landlock" not in layers:
        return "seccomp"
    return "bubblewrap+landlock+seccomp" if "bubblewrap" in layers else "landlock+seccomp"


def is_strong(layers: frozenset[Layer]) -> bool:
    """Say whether a taken-over child meets two walls: system calls, and files or network."""
    return "seccomp" in layers and bool(layers & {"landlock", "bubblewrap"})


def demand(need: Need, layers: frozenset[Layer]) -> None:
    """Raise SandboxTooWeak where `layers` are fewer than `need` asks for."""
    if need == "any" or is_strong(layers):
        return
    raise SandboxTooWeak(name_level(layers), tuple(sorted(ALL_LAYERS - layers)))
