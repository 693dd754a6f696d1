"""Stages that are one under two names: how people say so, and what they are told who did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.cli.messages import give_up, tell
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models.rca.stage_names import Renaming


def read_renamed(told: Sequence[str]) -> dict[str, str]:
    """Give the last name of each old one, out of OLD=NEW; ends the command for what is none."""
    steps: dict[str, str] = {}
    for one in told:
        old, sign, new = (part.strip() for part in one.partition("="))
        if not (old and sign and new) or old == new or steps.setdefault(old, new) != new:
            _give_up(told)
    return {old: _last(old, steps, told) for old in steps}


def as_json(found: Iterable[Renaming]) -> list[dict[str, str]]:
    return [
        {"from": one.old, "to": one.new, "last": f"{one.last}", "first": f"{one.first}"}
        for one in found
    ]


def tell_renamings(found: Iterable[Renaming]) -> None:
    """Tell of stages that may have been renamed, and how to say so, to stderr."""
    for one in found:
        tell(
            Text(
                zh=f"{one.old} 的最后一个商机于 {one.last} 进入，{one.new} 的第一个于 {one.first}："
                f"若是同一阶段改了名，请加上 --renamed {one.old}={one.new} 再运行。",
                en=f"The last deal of {one.old} entered on {one.last}, the first of {one.new} on "
                f"{one.first}: where that is one stage renamed, run it again with "
                f"--renamed {one.old}={one.new}.",
            )
        )


def _last(old: str, steps: Mapping[str, str], told: Sequence[str]) -> str:
    seen, name = {old}, steps[old]
    while name in steps:
        if name in seen:
            _give_up(told)
        seen.add(name)
        name = steps[name]
    return name


def _give_up(told: Sequence[str]) -> None:
    listed = ", ".join(told)
    give_up(
        Text(
            zh=f"--renamed 为 {listed}，应为 旧名=新名（OLD=NEW），每个旧名一次，不成环。",
            en=f"--renamed is {listed}, expected OLD=NEW, each old name once, in no circle.",
        )
    )
