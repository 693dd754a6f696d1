"""Under which terms a file is examined: what is asked, trusted and allowed, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the codec reads the annotations at run time

from verification.content import AS_ASKED, Look
from verification.limits import Limits
from verification.values import MailKey, Requirement
from verification.verdict import Policy  # noqa: TC001 - the codec reads the annotations


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Everything that a report depends on besides the bytes."""

    #: The clock, always given from outside; aware.
    at: datetime
    policy: Policy
    requirement: Requirement = field(default_factory=Requirement)
    #: Certificates that are trusted as roots, DER.
    anchors: tuple[bytes, ...] = ()
    limits: Limits = field(default_factory=Limits)
    #: Keys with which mail domains sign; nothing is ever looked up.
    mail_keys: tuple[MailKey, ...] = ()
    #: Our own mail servers, as their Received lines name them.
    mail_servers: tuple[str, ...] = ()
    look: Look = AS_ASKED

    @property
    def needs_words(self) -> bool:
        """Say whether a check may ask for words: the models must be loaded before."""
        asked = self.requirement.content
        return (
            self.look.words
            or any(part is not None for part in (asked.letter, asked.quote))
            or (asked.signature is not None and bool(asked.signature.near))
            or (asked.seal is not None and asked.seal.holder is not None)
            # Of a PDF: does its text layer say what is seen?
            or asked.hints
            # PP-OCR is the second reader of clocks in films.
            or (asked.video is not None and asked.video.clock)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What travels to the process that reads the bytes, beside the bytes themselves."""

    name: str
    media_type: str | None = None
    received_at: datetime | None = None
    terms: Terms
