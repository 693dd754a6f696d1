"""The chain of forwarding servers (ARC, RFC 8617): sets, seals, and whether all of it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers.dkim.keys import Key, find_key, holds
from verification.readers.dkim.signing import (
    Claimed,
    Message,
    body_fits,
    outcome_of,
    read_claimed,
    signed_header,
    value_of,
)
from verification.readers.dkim.tags import (
    TagError,
    canonical_field,
    packed,
    read_tags,
    without_value,
)

if TYPE_CHECKING:
    from verification.readers.mime.fields import Field, Header
    from verification.values import MailKey

#: RFC 8617, 5.1.1.1: no more instances than this.
MOST_SETS = 50
_SEAL, _SIGNATURE, _RESULTS = "arc-seal", "arc-message-signature", "arc-authentication-results"
_INSTANCE = re.compile(rb"\s*i\s*=\s*([0-9]{1,3})\s*(?:;|$)")


class ChainError(ValueError):
    """A chain that is incomplete, out of order, or says that it is broken; says why."""


class ValueMismatchError(ValueError):
    """A signature of the chain does not hold; names the domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcSet:
    """What one server added."""

    seal: Field
    signature: Field
    results: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A chain that holds, from the first server to the last."""

    seals: tuple[Claimed, ...]
    keys: tuple[Key, ...]
    #: intact, weak, or signed with a key that its domain only tests.
    outcome: str


def read_sets(header: Header) -> tuple[ArcSet, ...]:
    """Put the fields together by their instance. Raises ChainError."""
    found: dict[int, dict[str, Field]] = {}
    for name in (_SEAL, _SIGNATURE, _RESULTS):
        for field in header.all(name):
            number = _instance(field)
            own = found.setdefault(number, {})
            if name in own:
                raise ChainError(f"{name} i={number} × 2")
            own[name] = field
            if len(found) > MOST_SETS:
                raise ChainError(f"more than {MOST_SETS} sets")
    for number in range(1, len(found) + 1):
        if len(found.get(number, {})) != 3:  # noqa: PLR2004 - a set has three fields
            raise ChainError(f"set i={number} is not whole")
    return tuple(
        ArcSet(seal=own[_SEAL], signature=own[_SIGNATURE], results=own[_RESULTS])
        for _, own in sorted(found.items())
    )


def _instance(field: Field) -> int:
    if field.name == _RESULTS:
        found = _INSTANCE.match(field.raw)
        number = int(found[1]) if found else 0
    else:
        try:
            written = packed(read_tags(field.raw).get("i", ""))
        except TagError as error:
            raise ChainError(f"{field.name}: {error}") from error
        number = int(written) if re.fullmatch(r"[0-9]{1,3}", written) else 0
    if not 1 <= number <= MOST_SETS:
        raise ChainError(f"{field.name} without i=")
    return number


def verify_chain(message: Message, sets: tuple[ArcSet, ...], keys: tuple[MailKey, ...]) -> Chain:
    """Validate a chain (RFC 8617, 5.2).

    Raises ChainError, ValueMismatchError, TagError, and what `find_key` raises.
    """
    seals = tuple(read_claimed(one.seal, needs=("cv", "i")) for one in sets)
    for number, seal in enumerate(seals, start=1):
        told = packed(seal.tags["cv"]).lower()
        if told != ("none" if number == 1 else "pass"):
            raise ChainError(f"i={number}: cv={told[:10]}")
        if "h" in seal.tags:
            raise ChainError(f"i={number}: h= in a seal")
    outcomes = [_verify_newest(message, sets[-1], keys)]
    found = []
    for number in range(len(sets), 0, -1):
        key = find_key(keys, seals[number - 1].domain, seals[number - 1].selector)
        if not _seal_holds(message, sets[:number], seals[number - 1], key):
            raise ValueMismatchError(seals[number - 1].domain)
        outcomes.append(outcome_of(seals[number - 1], key))
        found.append(key)
    worst = next((one for one in ("testing", "weak") if one in outcomes), "intact")
    return Chain(seals=seals, keys=tuple(found), outcome=worst)


def _verify_newest(message: Message, newest: ArcSet, keys: tuple[MailKey, ...]) -> str:
    claimed = read_claimed(newest.signature, needs=("i", "bh", "h"))
    if _SEAL in claimed.names:
        raise ChainError("arc-seal in h=")
    key = find_key(keys, claimed.domain, claimed.selector)
    right = holds(key, claimed.algorithm, value_of(claimed), signed_header(message, claimed))
    if not (right and body_fits(message, claimed)):
        raise ValueMismatchError(claimed.domain)
    return outcome_of(claimed, key)


def _seal_holds(message: Message, sets: tuple[ArcSet, ...], seal: Claimed, key: Key) -> bool:
    """RFC 8617, 5.1.1: results, signature and seal of each set in order, the last seal emptied."""
    pieces = []
    for one in sets:
        pieces += [
            canonical_field(message.data, field, "relaxed")
            for field in (one.results, one.signature, one.seal)
        ]
    pieces[-1] = without_value(message.data, seal.where, "relaxed")
    return holds(key, seal.algorithm, value_of(seal), b"".join(pieces))
