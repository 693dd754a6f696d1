"""Whoever takes a file apart: the sandbox, behind two questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from verification.fingerprints.kept import FileFingerprint, FilmFingerprint
    from verification.fingerprints.texts import TextLine
    from verification.terms import Request
    from verification.values import Report


class Verifier(Protocol):
    def verify(self, file: BinaryIO, request: Request) -> Report:
        """Judge a file. Never raises for a bad one: a crash or time-out is a finding."""

    def render(
        self,
        file: BinaryIO,
        page: int,
        *,
        max_side: int,
        clip: tuple[float, float, float, float] | None = None,
    ) -> bytes:
        """Give page `page` (from 1), or the box `clip` of it in points, as PNG.

        Raises NotShowable with the reason where there is no picture to give.
        """

    def page_sizes(self, file: BinaryIO) -> tuple[tuple[float, float], ...]:
        """Give width and height of each page, in the units of evidence boxes.

        A page of 0 by 0 cannot be drawn. Raises NotShowable where there are no pages to show.
        """

    def fingerprints(self, file: BinaryIO) -> FileFingerprint:
        """Give what its pages are known again by; nothing where that cannot be had."""

    def film_fingerprint(self, file: BinaryIO, form: str) -> FilmFingerprint | None:
        """Give what a film of this format is known again by; None where that cannot be had."""

    def text_lines(self, file: BinaryIO) -> tuple[TextLine, ...]:
        """Give the lines that it holds as text; nothing where that cannot be had."""

    @property
    def level(self) -> str:
        """The sandbox level reached, as contracts name it."""

    def close(self) -> None:
        """End everything that runs for it."""
