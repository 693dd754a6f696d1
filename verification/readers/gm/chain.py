"""Certificate chains over SM2 and RSA, from the anchors and what lies beside the signature.

Path validation of RFC 5280, 6, as far as seals need it. Nothing is fetched: revocation is not
looked at, and a report says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from verification.readers.gm import values
from verification.readers.gm.certificate import Certificate, is_for_machines, read_certificate
from verification.readers.gm.der import DerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

#: Certificates from the anchor down to the signer's.
MOST_LINKS = 8
#: So many signatures of certificates are verified for one chain, however many lie in the file.
MOST_VERIFICATIONS = 64
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
Outcome = Literal["trusted", "unknown", "outside", "weak", "bad"]
Purpose = Literal["signing", "stamping", "sealing"]
#: Which outcome tells most, where several ways up were tried.
_BEST_FIRST: tuple[Outcome, ...] = ("trusted", "outside", "weak", "bad", "unknown")


@dataclass(frozen=True, slots=True)
class Chain:
    """What the search for a way up to an anchor came to."""

    outcome: Outcome
    #: The certificate at fault; the signer's where there is none.
    certificate: Certificate


class _Budget(Exception):
    """Too many signatures had to be verified."""


class _Search:
    def __init__(self, others: Sequence[Certificate], anchors: Sequence[bytes]) -> None:
        self._anchors = tuple(_readable(anchors))
        self._others = tuple(others)
        self._trusted = {anchor.der for anchor in self._anchors}
        self._left = MOST_VERIFICATIONS

    def paths(self, path: tuple[Certificate, ...]) -> Iterator[tuple[Certificate, ...]]:
        """Give the ways from a certificate up to an anchor, lowest first."""
        last = path[-1]
        if last.der in self._trusted:
            yield path
            return
        if len(path) >= MOST_LINKS:
            return
        for candidate in (*self._anchors, *self._others):
            if candidate in path or not same_name(candidate.subject_raw, last.issuer_raw):
                continue
            if self._issued(candidate, last):
                yield from self.paths((*path, candidate))

    def _issued(self, issuer: Certificate, certificate: Certificate) -> bool:
        if not self._left:
            raise _Budget
        self._left -= 1
        held = values.holds(
            issuer, certificate.algorithm, certificate.signature, certificate.signed_raw
        )
        return held.outcome == "holds"


def find_chain(
    certificate: Certificate,
    others: Sequence[Certificate],
    anchors: Sequence[bytes],
    *,
    at: datetime,
    purpose: Purpose = "signing",
) -> Chain:
    """Search the best way from `certificate` to an anchor that holds at `at`."""
    best = Chain("unknown", certificate)
    search = _Search(others, anchors)
    try:
        for path in search.paths((certificate,)):
            found = _judge(path, at, purpose)
            if _BEST_FIRST.index(found.outcome) < _BEST_FIRST.index(best.outcome):
                best = found
            if best.outcome == "trusted":
                break
    except _Budget:
        return best
    return best


def same_name(one: bytes, other: bytes) -> bool:
    """Compare two names as written; authorities write their own name in one way only."""
    return one == other


def _readable(anchors: Sequence[bytes]) -> Iterator[Certificate]:
    for der in anchors:
        try:
            yield read_certificate(der)
        except DerError:
            continue  # an anchor of another kind than ours leads nowhere


def _judge(path: tuple[Certificate, ...], at: datetime, purpose: Purpose) -> Chain:
    """Judge a way up, the anchor being believed as it is (RFC 5280, 6.1.1 d)."""
    signer = path[0]
    if not _fits(signer, purpose) or signer.unknown_critical:
        return Chain("bad", signer)
    for below, issuer in enumerate(path[1:]):
        longest = issuer.path_length
        too_long = longest is not None and below > longest
        anchored = issuer is path[-1]
        may = issuer.may_issue_as_anchor() if anchored else issuer.may_issue()
        if not may or too_long or issuer.unknown_critical:
            return Chain("bad", issuer)
    for certificate in path[:-1] or path:
        if not certificate.not_before <= at <= certificate.not_after:
            return Chain("outside", certificate)
        if len(path) > 1 and values.digest_of_signing(certificate.algorithm) in values.WEAK_DIGESTS:
            return Chain("weak", certificate)
    return Chain("trusted", signer)


def _fits(certificate: Certificate, purpose: Purpose) -> bool:
    if purpose == "stamping":
        return _TIME_STAMPING in (certificate.extended_usage or ())
    return certificate.may_sign() and not is_for_machines(certificate.extended_usage)
