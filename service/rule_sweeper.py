"""Every few seconds: what time alone has changed, and whether rule files did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.actions import rule_ages, rule_clock, stage_renewal

if TYPE_CHECKING:
    from service.ports import RulePorts

EVERY_S = 5.0


class RuleSweeper:
    """Ticks and reloads; remembers from one round to the next what was seen to."""

    def __init__(self, ports: RulePorts) -> None:
        self._ports = ports
        #: Of each decision path, the gates whose stages were seen to.
        self._renewed: dict[str, str] = {}
        #: Of each kind of fact, the ages by which its subjects were planned.
        self._planned: dict[str, str | None] = {}

    def sweep(self) -> None:
        exchanged = self._ports.rules.refresh()
        if exchanged is not None:
            rule_clock.exchange(self._ports, *exchanged)
        rule_clock.tick(self._ports)
        rule_ages.plan(self._ports, self._planned)
        rule_ages.look_again(self._ports)
        stage_renewal.renew(self._ports, self._renewed)
