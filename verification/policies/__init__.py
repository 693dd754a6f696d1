"""Policies as data: one YAML file each, found by being there."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from verification import verdict
from verification.values import Status

DEFAULT = "signed-or-not"


class PolicyError(ValueError):
    """A policy file that does not say what it must; names the file, what was seen and wanted."""


def names() -> tuple[str, ...]:
    """Give the names of the policies that ship."""
    folder = files(__name__)
    return tuple(
        sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    )


@cache
def load(name: str = DEFAULT) -> verdict.Policy:
    """Read a shipped policy. Raises PolicyError for an unknown name or a wrong file."""
    if name not in names():
        raise PolicyError(f"no policy {name!r}; there are: {', '.join(names())}")
    return parse(files(__name__).joinpath(f"{name}.yaml").read_text("utf-8"), name)


def parse(text: str, where: str) -> verdict.Policy:
    """Build a policy from YAML text; `where` names it in errors."""
    data = yaml.safe_load(text)
    if not isinstance(data, dict) or set(data) - {"policy", "version", "title", "all"}:
        raise PolicyError(f"{where}: expected the keys policy, version, title, all")
    root = verdict.All(parts=_parts(data.get("all"), where))
    return verdict.Policy(id=str(data["policy"]), version=int(data["version"]), root=root)


def _parts(data: Any, where: str) -> tuple[verdict.Node, ...]:
    if not isinstance(data, list) or not data:
        raise PolicyError(f"{where}: expected a list with at least one part, saw {data!r}")
    return tuple(_node(item, where) for item in data)


def _node(data: Any, where: str) -> verdict.Node:
    if isinstance(data, str):
        return verdict.Leaf(pattern=data)
    match data:
        case {"all": parts, **rest} if not rest:
            return verdict.All(parts=_parts(parts, where))
        case {"any": parts, **rest} if not rest:
            return verdict.Any(parts=_parts(parts, where))
        case {"require": int(k), "of": list(parts), **rest} if (
            not rest and not isinstance(k, bool) and 1 <= k <= len(parts)
        ):
            return verdict.Require(k=k, parts=_parts(parts, where))
        case {"present": str(pattern), "otherwise": str(reason), **rest} if not rest:
            return verdict.Leaf(pattern=pattern, absent=Status.FAILED, absent_sub_indication=reason)
        case {"hint": str(pattern), **rest} if not rest:
            return verdict.Leaf(pattern=pattern, at_worst=Status.INDETERMINATE)
    raise PolicyError(
        f"{where}: expected a pattern, all:, any:, require: with of:, present: with otherwise:, "
        f"or hint:; saw {data!r}"
    )
