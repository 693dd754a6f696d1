"""`kind: warning`: enters when `when` holds, stays until `until` holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.kinds import WarningRule
from rules.language import common_keys
from rules.language.actions import read_actions
from rules.language.common_keys import read_common
from rules.language.field import read_seconds
from rules.language.rule_parts import RuleParts

if TYPE_CHECKING:
    from rules.language.context import Context
    from rules.language.tree import Node

REQUIRED = (*common_keys.REQUIRED, "when", "level")
OPTIONAL = (*common_keys.OPTIONAL, "until", "inhibited_by", "dedupe", "repeat", "do", "then")


def read_warning(context: Context, node: Node) -> tuple[WarningRule, ...]:
    """Read one warning; nothing after its problems have been noted."""
    reader = context.reader
    parts = reader.fields(node, required=REQUIRED, optional=OPTIONAL)
    common = read_common(context, parts)
    level = reader.name(parts["level"]) if "level" in parts else None
    do = read_actions(context, parts["do"]) if "do" in parts else ()
    then = read_actions(context, parts["then"]) if "then" in parts else ()
    repeat = read_seconds(reader, parts["repeat"]) if "repeat" in parts else None
    if common is None:
        return ()
    read = RuleParts(context, parts, common)
    when, until = read.condition("when"), read.condition("until")
    dedupe, inhibited_by = read.dedupe(until_clear=True), read.inhibited_by()
    if when is None or level is None or dedupe is None:
        return ()
    rule = WarningRule(
        **common.keys | {"scope": read.scope},
        when=when,
        until=until,
        level=level,
        inhibited_by=inhibited_by,
        dedupe=dedupe,
        repeat=repeat,
        do=do,
        then=then,
    )
    return (rule,)
