"""What actions need of the world, as Protocols; `service/adapters/` has what fulfils them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from service.ports.gates import Gates
    from service.ports.records import Records
    from service.ports.rule_book import RuleBook
    from service.ports.storage import Storage
    from service.ports.verifier import Verifier
    from verification.limits import Limits


class EvidenceKey(Protocol):
    """The key that signs evidence packs (Ed25519)."""

    def sign(self, data: bytes) -> bytes:
        """Give the 64 bytes of the signature."""

    def public(self) -> bytes:
        """Give the 32 bytes that others check with."""


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Give the time now, aware UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything that `service/app.py` wires together for the actions."""

    records: Records
    storage: Storage
    verifier: Verifier
    clock: Clock
    gates: Gates
    #: Certificates that are trusted as roots, DER.
    anchors: tuple[bytes, ...]
    limits: Limits
    rules: RuleBook
    evidence_key: EvidenceKey
