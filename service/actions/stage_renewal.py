"""Stages whose gates were written anew are asked by the new ones, without waiting for a change.

So it goes where rule files are exchanged, where a newer version of the service starts, and for
stages of before gates were firings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import paths
from service.actions import stages

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from service.ports import RulePorts

#: Stages read at a time; each is asked in a transaction of its own.
PAGE = 500
REASON = "the gates of this path were changed"


def renew(ports: RulePorts, renewed: MutableMapping[str, str]) -> int:
    """Ask every stage that was answered by other gates than those in force; gives how many.

    `renewed` has the version of each path that this process has seen to already. A stage that
    another process was faster with is unchanged when it is asked again.
    """
    with ports.rules.using() as in_force:
        versions = {name: in_force.versions.get(paths.kind_of(name)) for name in paths.names()}
    count = 0
    for path, version in versions.items():
        if version is None or renewed.get(path) == version:
            continue
        for stage_id in _outdated(ports, path, version):
            with ports.records.begin() as unit:
                stages.evaluate(ports, unit, stage_id, reason=REASON)
            count += 1
        renewed[path] = version
    return count


def _outdated(ports: RulePorts, path: str, version: str) -> Iterator[str]:
    after: str | None = None
    while True:
        with ports.records.read() as unit:
            page = unit.stages.find({"customer.path": path}, after=after, limit=PAGE)
        yield from (stage.id for stage in page if stage.rule_set != version)
        if len(page) < PAGE:
            return
        after = page[-1].id
