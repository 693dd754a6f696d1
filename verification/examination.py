"""What a check is given, and what a check and a claim source are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verification.content import AS_ASKED
from verification.films.reel import NO_REEL, Reel
from verification.identify.pieces import NOT_DISSECTED
from verification.words import NO_WORDS, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from verification.content import Content, Look
    from verification.identify.pieces import Anatomy
    from verification.limits import Limits
    from verification.pages.raster import Pages
    from verification.reconcile import Timeline
    from verification.values import (
        Claim,
        FileType,
        Finding,
        Limit,
        MailKey,
        Mark,
        Requirement,
        Signature,
        Submission,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The part of an examination that is known before anything is read."""

    submission: Submission
    requirement: Requirement
    file_type: FileType
    #: The clock, always given from outside; aware.
    at: datetime
    #: Certificates that are trusted as roots, DER.
    anchors: tuple[bytes, ...]
    limits: Limits
    #: Keys with which mail domains sign, and our own mail servers.
    mail_keys: tuple[MailKey, ...] = ()
    mail_servers: tuple[str, ...] = ()
    #: The formats in the file and where they lie.
    anatomy: Anatomy = NOT_DISSECTED
    look: Look = AS_ASKED
    #: The words of the file's pages, read when somebody asks; None: whoever asks reads them.
    words: Words | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one source read out of the file."""

    claims: tuple[Claim, ...] = ()
    signatures: tuple[Signature, ...] = ()
    #: A source reports here what it could not read; it never raises for a bad file.
    findings: tuple[Finding, ...] = ()
    #: Caps that only a later step would break: what the source read still holds.
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Everything that a check may look at."""

    context: Context
    claims: tuple[Claim, ...]
    signatures: tuple[Signature, ...]
    timeline: Timeline
    #: Drawn when somebody looks.
    pages: Pages
    #: What was seen by those sources of marks that were asked, or told to look.
    marks: tuple[Mark, ...] = ()
    #: The words of its pages, read when a check asks for them.
    words: Words = field(default=NO_WORDS, repr=False, compare=False)
    #: Frames of a film, decoded when a check asks for them.
    reel: Reel = field(default=NO_REEL, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSource:
    """A file in `verification/claims/` defines one as SOURCE and is found by being there."""

    id: str
    #: `FileType.format`s that it reads; empty: all.
    formats: frozenset[str]
    collect: Callable[[Context], Collected]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one source of marks saw."""

    marks: tuple[Mark, ...] = ()
    #: What it could not look at; heard only where somebody asked for the marks.
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSource:
    """A file in `verification/marks/` defines one as SOURCE and is found by being there.

    It looks where its marks are asked for, and where the terms say to look for any.
    """

    id: str
    #: `FileType.format`s that it looks at.
    formats: frozenset[str]
    asked: Callable[[Content], bool]
    #: Given the examination as it is before any mark is known.
    collect: Callable[[Examination], Seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A file in `verification/checks/` defines one as CHECK and is found by being there.

    `run` gives one finding for each thing it judged; none means NOT_APPLICABLE.
    """

    id: str
    version: int
    #: Formats it can judge; empty: all.
    formats: frozenset[str]
    run: Callable[[Examination], Iterable[Finding]]
