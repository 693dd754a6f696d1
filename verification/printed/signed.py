"""The file as the required person signed it: what others added later is not theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from verification.signers import of_required
from verification.values import ByteRange

if TYPE_CHECKING:
    from verification.examination import Context, Examination
    from verification.values import Signature


def as_signed(examination: Examination) -> Context | None:
    """Give the context with the revision that they signed last; None where it is the whole file.

    Also None where nobody is asked for or nobody's signature agrees: others say so.
    """
    context = examination.context
    data = context.submission.data
    theirs = of_required(examination.signatures, context.requirement.signer)
    end = max((_end(one) for one in theirs if one.kind == "pdf"), default=0)
    if not 0 < end < len(data):
        return None
    signed = replace(context.submission, data=data[:end])
    return replace(context, submission=signed, words=None)


def _end(signature: Signature) -> int:
    """Give the byte behind the last signed one; 0 where that is not known."""
    return max(
        (
            place.end
            for one in signature.judgements
            if one.question == "coverage"
            for place in one.evidence
            if isinstance(place, ByteRange)
        ),
        default=0,
    )
