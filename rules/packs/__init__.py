"""Rule files that ship, each with the cases that it must pass: found by being there."""

from __future__ import annotations

from importlib.resources import files

CASES = ".cases.yaml"
RULES = ".yaml"
#: The catalogue of kinds of fact, which is no pack.
METRICS = "metrics"


class UnknownPack(LookupError):
    """No pack of that name ships."""


def names() -> tuple[str, ...]:
    """Give the names of the packs, sorted."""
    entries = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(CASES) for name in entries if name.endswith(CASES)))


def pack(name: str) -> str:
    """Give the text of a rule file that ships. Raises UnknownPack."""
    return _read(name, RULES)


def pack_cases(name: str) -> str:
    """Give the text of the cases beside it. Raises UnknownPack."""
    return _read(name, CASES)


def metrics() -> str:
    """Give the text of the metrics catalogue."""
    return files(__name__).joinpath(f"{METRICS}{RULES}").read_text("utf-8")


def _read(name: str, suffix: str) -> str:
    if name not in names():
        raise UnknownPack(f"no pack {name!r}; there are: {', '.join(names())}")
    return files(__name__).joinpath(f"{name}{suffix}").read_text("utf-8")
