"""Whether a signature is the required person's: each thing that was asked for, compared."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from verification.values import Signature, Signer

Trait = Literal["certificate", "name", "email", "organisation", "seal"]


class Agreement(StrEnum):
    """What comparing came to; the worst of several counts."""

    AGREES = "agrees"
    #: The signature does not say: neither this person nor another.
    UNSTATED = "unstated"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One thing that was asked for beside what the signature says."""

    trait: Trait
    wanted: str
    #: Empty where the signature says nothing of it.
    seen: tuple[str, ...]
    agreement: Agreement


def asks(required: Signer) -> bool:
    """Tell whether anybody is asked for at all."""
    return any(getattr(required, trait) for trait in _SAME)


def compare(signature: Signature, required: Signer) -> tuple[Comparison, ...]:
    """Compare everything that is asked for; a certificate that is asked for decides alone."""
    if required.certificate:
        return (_one("certificate", signature, required.certificate),)
    wanted = {trait: getattr(required, trait) for trait in _SAME}
    return tuple(_one(trait, signature, text) for trait, text in wanted.items() if text)


def together(comparisons: tuple[Comparison, ...]) -> Agreement:
    """Give the worst of them. Raises ValueError where nothing was asked for."""
    order = tuple(Agreement)
    return max((one.agreement for one in comparisons), key=order.index)


def of_required(signatures: Sequence[Signature], required: Signer | None) -> tuple[Signature, ...]:
    """Give the signatures that agree with who must sign; those that hold alone where any does."""
    if required is None or not asks(required):
        return ()
    theirs = tuple(
        one for one in signatures if together(compare(one, required)) is Agreement.AGREES
    )
    return tuple(one for one in theirs if one.status is Status.PASSED) or theirs


def normalise(text: str) -> str:
    """Make two ways of writing one name equal: width, case, white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _one(trait: Trait, signature: Signature, wanted: str) -> Comparison:
    seen = tuple(text for text in _SEEN[trait](signature) if text)
    if not seen:
        agreement = Agreement.UNSTATED
    elif any(_SAME[trait](text, wanted) for text in seen):
        agreement = Agreement.AGREES
    else:
        agreement = Agreement.DIFFERS
    return Comparison(trait=trait, wanted=wanted, seen=seen, agreement=agreement)


def _names(subject: str, name: str) -> bool:
    """Tell whether the subject holds the full name, and not as a part of another's.

    Names in ideographs are written without spaces, so a short name must be the whole subject
    or set apart in it: 王芳 is not 王芳芳.
    """
    wanted = normalise(name)
    if not wanted:
        return False
    if normalise(subject) == wanted:
        return True
    parts, spoken = _words(subject), _words(name)
    size = len(spoken)
    return any(parts[start : start + size] == spoken for start in range(len(parts) - size + 1))


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c if c.isalnum() else " " for c in folded).split()


def _equal(seen: str, wanted: str) -> bool:
    return bool(normalise(wanted)) and normalise(seen) == normalise(wanted)


def _same_print(seen: str, wanted: str) -> bool:
    return _equal(seen.replace(":", ""), wanted.replace(":", ""))


def _name_of(signature: Signature) -> tuple[str, ...]:
    # A subject that is nothing but an address says no name.
    return () if "@" in (signature.signer or "") else (signature.signer or "",)


_SEEN: Mapping[Trait, Callable[[Signature], tuple[str, ...]]] = {
    "certificate": lambda signature: (signature.certificate or "",),
    "name": _name_of,
    "email": lambda signature: signature.emails,
    "organisation": lambda signature: (signature.organisation or "",),
    "seal": lambda signature: (signature.seal or "",),
}
_SAME: Mapping[Trait, Callable[[str, str], bool]] = {
    "certificate": _same_print,
    "name": _names,
    "email": _equal,
    "organisation": _equal,
    "seal": _equal,
}
