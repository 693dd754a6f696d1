"""What actions need of the world, as Protocols; `service/adapters/` has what fulfils them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from service.ports.records import Records
    from service.ports.rule_book import RuleBook
    from service.ports.storage import Storage
    from service.ports.tariffs import Tariffs
    from service.ports.verifier import Verifier
    from verification.limits import Limits
    from verification.values import MailKey


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
class RulePorts:
    """What facts and rules need: neither files nor a verifier."""

    records: Records
    clock: Clock
    rules: RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports(RulePorts):
    """Everything that `service/app.py` wires together for the actions."""

    storage: Storage
    verifier: Verifier
    #: Certificates that are trusted as roots, DER.
    anchors: tuple[bytes, ...]
    limits: Limits
    evidence_key: EvidenceKey
    tariffs: Tariffs
    #: Keys with which mail domains sign, and our own mail servers.
    mail_keys: tuple[MailKey, ...] = ()
    mail_servers: tuple[str, ...] = ()
