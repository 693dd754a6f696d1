"""Whether the parts that a seal covers are as they were, and what is shown is covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers.gm import values
from verification.readers.gm.der import DerError
from verification.readers.ofd.listing import is_plain_list
from verification.readers.ofd.package import PartError
from verification.readers.ofd.sentences import judge, some
from verification.values import PackagePart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.readers.ofd.document import Document
    from verification.readers.ofd.integrity import Case
    from verification.readers.ofd.listing import Reference
    from verification.readers.ofd.package import Package
    from verification.values import Judgement

#: "SM3 with a key": the digest of SM2, Z of the signer's key in front (GM/T 0006).
_WITH_Z = "1.2.156.10197.1.401.2"
#: More parts are counted and not listed.
MOST_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of the parts that a signature covers."""

    judgement: Judgement
    parts: tuple[str, ...] = ()


class Methods:
    """The digests that one signature uses for its references."""

    def __init__(self, package: Package, case: Case, said: str) -> None:
        self._package = package
        self._case = case
        self.said = said
        self.named = values.digest_named(said)
        self.with_z = said.strip() == _WITH_Z
        #: Digests that hold although another one was said.
        self.actual: set[str] = set()

    @property
    def known(self) -> bool:
        return self.with_z or self.named is not None

    def agrees(self, reference: Reference) -> bool:
        """Tell whether the part is as it was. Raises PartError."""
        part, value = reference.part, reference.value
        if part is None or not value:
            return False
        if self.with_z:
            return self._digest_with_z(part) == value
        if self.named and self._package.digest(part, self.named) == value:
            return True
        # A name that lies: digests of other lengths tell. Only what still binds is tried.
        for name in ("sm3", "sha256", "sha512", "sha384"):
            if name != self.named and self._package.digest(part, name) == value:
                self.actual.add(name.upper())
                return True
        return False

    def _digest_with_z(self, part: str) -> bytes:
        certificate = self._case.certificate
        try:
            key = certificate.sm2_key() if certificate else None
        except DerError:
            key = None
        return b"" if key is None else key.digest(self._package.read(part))


def judge_changes(package: Package, case: Case, cases: Sequence[Case]) -> Changes:
    """Hold every reference of one signature against the package."""
    if case.file is None:
        reason = case.integrity[0].message if case.integrity else "?"
        return Changes(judgement=judge("uncompared", (case.place,), reason=reason))
    methods = Methods(package, case, case.file.check_method)
    broken = [item for item in case.file.references if not _agrees(methods, item)]
    allowed = [item for item in broken if _is_allowed(package, case, item, cases)]
    changed = [item for item in broken if item not in allowed]
    count = len(case.file.references)
    if changed and methods.known:
        parts = tuple(item.part or item.written for item in changed)
        places = tuple(PackagePart(part=part) for part in parts[:MOST_LISTED])
        return Changes(judgement=judge("changed", places, parts=some(parts)), parts=parts)
    word = _word(methods, unknown=bool(changed), allowed=bool(allowed))
    return Changes(
        judgement=judge(
            word,
            (case.place,),
            count=count,
            parts=some([item.written for item in allowed]),
            method=methods.said,
            actual=", ".join(sorted(methods.actual)),
        )
    )


def _word(methods: Methods, *, unknown: bool, allowed: bool) -> str:
    if unknown:
        return "unnamed_method"
    if methods.actual:
        return "misnamed_method"
    if methods.named in values.WEAK_DIGESTS:
        return "weak_method"
    return "allowed" if allowed else "unchanged"


def _agrees(methods: Methods, reference: Reference) -> bool:
    try:
        return methods.agrees(reference)
    except PartError:
        return False  # there, and cannot be unpacked: not as it was


def _is_allowed(package: Package, case: Case, reference: Reference, cases: Sequence[Case]) -> bool:
    """Tell whether the change is what a further seal has to change: the list of signatures.

    The list must be nothing but a list, this signature must be in it, and so must a further one
    that holds and that this one does not know. Which ones it lists is judged one by one.
    """
    if reference.part is None or reference.part != case.entry.listing:
        return False
    known = {item.part for item in case.file.references} if case.file else set()
    further = [
        other
        for other in cases
        if other.value != case.value
        and other.entry.listing == case.entry.listing
        and other.holds
        and other.entry.part not in known
    ]
    try:
        return bool(further) and is_plain_list(package, reference.part)
    except PartError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a signature covers, and what it leaves out."""

    judgements: tuple[Judgement, ...]
    whole: bool
    unsigned: tuple[str, ...]


def judge_coverage(
    package: Package, case: Case, cases: Sequence[Case], documents: Sequence[Document]
) -> Coverage:
    """Hold what is shown and what is there against what the signature covers."""
    file = case.file
    if file is None:
        return Coverage(judgements=(), whole=False, unsigned=())
    covered = covered_parts(case)
    own = machinery(package, cases)
    unsigned = [part for part in package.parts() if part not in covered and part not in own]
    shown = _shown(case, cases, documents)
    bare = [part for part in shown if part not in covered]
    twice = [part for part in (*shown, *covered) if package.is_ambiguous(part)]
    if twice:
        found = judge("ambiguous", _places(twice), parts=some(list(dict.fromkeys(twice))))
    elif bare:
        found = judge("uncovered", _places(bare), parts=some(bare))
    elif unsigned:
        found = judge("shown", _places(unsigned), parts=some(unsigned))
    else:
        found = judge("whole", (case.place,), count=len(covered))
    return Coverage(judgements=(found,), whole=not unsigned, unsigned=tuple(unsigned))


def covered_parts(case: Case) -> set[str]:
    """Give the parts that a signature names, and those of its own."""
    file = case.file
    if file is None:
        return set()
    named = {item.part for item in file.references if item.part is not None}
    return {*named, case.entry.part, file.value}


def machinery(package: Package, cases: Sequence[Case]) -> set[str]:
    """Give the parts that signatures consist of: no seal can cover those that come after it."""
    found: set[str] = set()
    for case in cases:
        found |= {case.entry.listing, case.entry.part}
        if case.file is not None and case.holds:
            seal = package.look_up(case.entry.part, case.file.seal, case.entry.document.folder)
            found |= {case.file.value, *([seal] if case.file.seal and seal else [])}
    return found


def _shown(case: Case, cases: Sequence[Case], documents: Sequence[Document]) -> list[str]:
    """Give what is shown of the file, but for documents that the same holder sealed by themselves.

    What somebody else sealed is shown beside, and is not this holder's word.
    """
    elsewhere = {
        part
        for other in cases
        if other.holds and other.entry.document is not case.entry.document
        if other.certificate == case.certificate
        for part in covered_parts(other)
    }
    found: dict[str, None] = {}
    for document in documents:
        same = document is case.entry.document
        found |= {part: None for part in document.shown if same or part not in elsewhere}
    return list(found)


def _places(parts: Sequence[str]) -> tuple[PackagePart, ...]:
    return tuple(PackagePart(part=part) for part in dict.fromkeys(parts[:MOST_LISTED]))
