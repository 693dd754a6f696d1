"""What a chain of certificates is built from: a signature, what is believed, and a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from asn1crypto import core, x509


class Signed(Protocol):
    """What a chain is built from, whatever kind of signature the certificate stands in."""

    @property
    def certificate(self) -> x509.Certificate | None: ...
    @property
    def others(self) -> tuple[x509.Certificate, ...]: ...
    @property
    def name(self) -> str: ...
    def signed_attribute(self, oid: str) -> core.Asn1Value | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What is believed, and when: the anchors, our clock, and what the file brings along."""

    at: datetime
    anchors: tuple[bytes, ...]
    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The time at which a chain must hold; `proven` when a trusted time stamp says so."""

    time: datetime
    proven: bool = False
    #: When the signer says that it signed; never believed in the signer's favour.
    claimed: datetime | None = None
