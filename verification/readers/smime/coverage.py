"""Is what a reader is shown what was signed? (RFC 8551, 3.5; the attacks m1 to m4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.readers.mime import shown
from verification.readers.smime.case import Case, evidence_of
from verification.readers.smime.cases import judge
from verification.readers.smime.identity import PROTECTED, protected_header
from verification.values import ByteRange, PackagePart, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.mime.parts import Mail, Part
    from verification.values import Evidence, Judgement

#: What no signature of a mail covers unless it is repeated inside, in the order it is shown.
_SHOWN_FIELDS = ("from", "to", "cc", "subject", "date")


def coverage_of(case: Case, inner: Mail | None = None) -> list[Judgement]:
    """Answer whether what a reader sees is what was signed; the worst answer comes first."""
    standing = shown.stand(case.mail, case.place.part)
    where = (*evidence_of(case), *(_outside(case, part) for part in standing.outside[:5]))
    unsigned = "、".join(unsigned_of(case, inner))
    faults = []
    if standing.case != "whole":
        # A mail around another has fields of its own, if it has nothing else.
        names = standing.unsigned or tuple(name.title() for name in _SHOWN_FIELDS)
        faults.append(judge(standing.case, where, unsigned="、".join(names)))
    if standing.ambiguous:
        faults.append(judge("ambiguous", where, reason=standing.ambiguous))
    extra = case.place.part.children[2:] if case.place.form == "detached" else []
    if extra:
        faults.append(judge("wrapped", where, unsigned="、".join(map(shown.label, extra[:5]))))
    faults += _inside(case, inner, where)
    return faults or [judge("whole", where, unsigned=unsigned)]


def _inside(case: Case, inner: Mail | None, where: tuple[Evidence, ...]) -> Iterator[Judgement]:
    """Look at the signed content itself."""
    top = inner.root if inner else case.place.content
    mail = inner or case.mail
    if top is None:
        return
    reason = next((why for part in top.walk() if (why := shown.ambiguity(part))), None)
    if reason:
        yield judge("ambiguous", where, reason=reason)
    found = shown.look_into(mail, top)
    if found.hidden:
        yield judge("hidden", where, text=found.hidden)
    if found.different:
        yield judge("different", where)
    if found.frames or found.elsewhere:
        yield judge("frames", where, links="、".join((*found.frames, *found.elsewhere)))
    yield from _beside(case, mail, top, where)


def _beside(case: Case, mail: Mail, top: Part, where: tuple[Evidence, ...]) -> Iterator[Judgement]:
    """Look at what an Outlook file keeps beside the signed mail."""
    copied = case.envelope.copied_text
    if copied and not shown.tells_the_same(copied, mail, top):
        yield judge("copied_body", where, unsigned="__substg1.0_1000")
    if case.envelope.others:
        yield judge("footer", where, unsigned="、".join(case.envelope.others[:5]))


def _outside(case: Case, part: Part) -> Evidence:
    caption = Text(zh="未签名", en="not signed")
    if case.envelope.stream is not None or case.within is not None:
        return PackagePart(part=shown.label(part), caption=caption)
    return ByteRange(start=part.start, end=part.end, caption=caption)


def unsigned_of(case: Case, inner: Mail | None = None) -> tuple[str, ...]:
    """Name what no signature of this place covers: shown fields first, then parts."""
    top = inner.root if inner else case.place.content
    repeated = protected_header(top) if top is not None else None
    fields = [
        name.title()
        for name in _SHOWN_FIELDS
        if case.seen.header.first(name)
        and not (repeated is not None and name in PROTECTED and repeated.first(name))
    ]
    standing = shown.stand(case.mail, case.place.part)
    fetched = shown.look_into(inner or case.mail, top).fetched if top is not None else ()
    return (*fields, *standing.unsigned, *fetched)[:20]
