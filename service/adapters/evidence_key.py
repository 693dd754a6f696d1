"""The key of the data folder, read when the first pack is signed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from service import keys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from service.settings import Settings


class KeptEvidenceKey:
    """`ports.EvidenceKey`. Both methods raise Invalid where the file holds no such key."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)

    def public(self) -> bytes:
        return keys.public_bytes(self._key)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return keys.evidence_key(self._settings)
