"""`kind: breaker`: opens when `open_when` holds, closes step by step."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rules.facts import Field, FieldType
from rules.kinds import Breaker, Release
from rules.language import common_keys
from rules.language.actions import read_actions
from rules.language.common_keys import read_common
from rules.language.field import read_seconds
from rules.language.numbers import Trouble, read_number
from rules.language.rule_parts import RuleParts
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.language.context import Context
    from rules.language.reading import Reader
    from rules.language.tree import Node

REQUIRED = (*common_keys.REQUIRED, "open_when", "close_when")
OPTIONAL = (*common_keys.OPTIONAL, "half_open_after", "release", "do", "then")
_SHARE = Field(name="steps", type=FieldType.NUMBER, label=Text(zh="份额", en="share"))
MOST_STEPS = 20


def read_breaker(context: Context, node: Node) -> tuple[Breaker, ...]:
    """Read one breaker; nothing after its problems have been noted."""
    reader = context.reader
    parts = reader.fields(node, required=REQUIRED, optional=OPTIONAL)
    common = read_common(context, parts)
    after = read_seconds(reader, parts["half_open_after"]) if "half_open_after" in parts else None
    release = _release(reader, parts["release"]) if "release" in parts else None
    if release is not None and "half_open_after" not in parts:
        _never_half_open(reader, parts["release"])
    do = read_actions(context, parts["do"]) if "do" in parts else ()
    then = read_actions(context, parts["then"]) if "then" in parts else ()
    if common is None:
        return ()
    read = RuleParts(context, parts, common)
    open_when, close_when = read.condition("open_when"), read.condition("close_when")
    if open_when is None or close_when is None:
        return ()
    rule = Breaker(
        **common.keys | {"scope": read.scope},
        open_when=open_when,
        half_open_after=after,
        close_when=close_when,
        release=release,
        do=do,
        then=then,
    )
    return (rule,)


def _release(reader: Reader, node: Node) -> Release | None:
    parts = reader.fields(node, required=("steps", "every"))
    steps = _steps(reader, parts["steps"]) if "steps" in parts else None
    every = read_seconds(reader, parts["every"]) if "every" in parts else None
    return Release(steps=steps, every=every) if steps and every else None


def _steps(reader: Reader, node: Node) -> tuple[float, ...] | None:
    scalars = [reader.scalar(one) for one in reader.sequence(node) or ()]
    read = [read_number(normal(one.text), _SHARE) for one in scalars if one is not None]
    steps = [one for one in read if not isinstance(one, Trouble)]
    rising = all(one < other for one, other in pairwise([0.0, *steps, 1.0]))
    if steps and len(steps) == len(scalars) and len(steps) <= MOST_STEPS and rising:
        return tuple(steps)
    if None not in scalars:
        message = Text(
            zh="steps 要写逐步增大的份额，大于 0、小于 100 %，例如 [25%, 50%]。",
            en="Steps are rising shares above 0 and below 100 %, such as [25%, 50%].",
        )
        reader.findings.add("RELEASE", node.place, message, expected="[25%, 50%]")
    return None


def _never_half_open(reader: Reader, node: Node) -> None:
    message = Text(
        zh="有 release 就要写 half_open_after：不半开就不会逐步放开。",
        en="Release needs half_open_after: what never half-opens lets nothing go step by step.",
    )
    reader.findings.add("RELEASE", node.place, message, expected="half_open_after: 24h")
