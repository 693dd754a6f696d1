"""Every named attack on a signed PDF, by family: each makes a file of its own, none may pass."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from tests.verification import signing as made
from tests.verification.attacks_saving import FORGERY, SAVING, WRAPPING
from tests.verification.attacks_showing import EVIL_ANNOTATIONS, QUIET, SHADOWS, SNEAKY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@cache
def signed() -> bytes:
    return made.sign(made.plain())


def _on_signed(attacks: Mapping[str, Callable[[bytes], bytes]]) -> dict[str, Callable[[], bytes]]:
    return {name: partial(_attack, attack) for name, attack in attacks.items()}


def _attack(attack: Callable[[bytes], bytes]) -> bytes:
    return attack(signed())


FAMILIES: dict[str, dict[str, Callable[[], bytes]]] = {
    "incremental saving": _on_signed(SAVING),
    "signature wrapping": _on_signed(WRAPPING),
    "universal signature forgery": _on_signed(FORGERY),
    "shadow": SHADOWS,
    "evil annotation": EVIL_ANNOTATIONS,
    "sneaky signature": SNEAKY,
}
LAWFUL = QUIET
