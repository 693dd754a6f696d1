"""`kind: award`: given once a key, ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.kinds import Award, Scope
from rules.language import common_keys
from rules.language.actions import read_actions
from rules.language.common_keys import read_common
from rules.language.rule_parts import RuleParts
from rules.text import Text

if TYPE_CHECKING:
    from rules.language.context import Context
    from rules.language.tree import Node

REQUIRED = (*common_keys.REQUIRED, "when", "dedupe", "do")
OPTIONAL = common_keys.OPTIONAL


def read_award(context: Context, node: Node) -> tuple[Award, ...]:
    """Read one award; nothing after its problems have been noted."""
    parts = context.reader.fields(node, required=REQUIRED, optional=OPTIONAL)
    common = read_common(context, parts)
    do = read_actions(context, parts["do"]) if "do" in parts else ()
    if common is None:
        return ()
    read = RuleParts(context, parts, common)
    when, dedupe = read.condition("when"), read.dedupe(until_clear=False)
    if when is None or dedupe is None or not do or "dedupe" not in parts:
        return ()
    if dedupe.until_clear or read.scope is not Scope.EACH:
        message = Text(
            zh="奖励按 dedupe 的 key 只发一次，没有轮次，也只看单个对象。",
            en="An award is given once a key: it has no episodes and looks at single subjects.",
        )
        place = parts["dedupe"].place
        context.reader.findings.add("DEDUPE", place, message, expected="{key: […]}")
        return ()
    return (Award(**common.keys, when=when, dedupe=dedupe, do=do),)
