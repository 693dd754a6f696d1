"""The sandbox as the actions know it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from service.adapters import outages
from service.errors import NoSuchPage, NotShowable
from verification.pages.picture import Wanted
from verification.pages.png import encode
from verification.sandbox.errors import SandboxUnavailable
from verification.sandbox.film_prints import fingerprint_film
from verification.sandbox.page_prints import fingerprint_file
from verification.sandbox.render import NotRendered, measure_pages, render_file
from verification.sandbox.text_lines import read_lines
from verification.sandbox.verify import verify_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.fingerprints.kept import FileFingerprint, FilmFingerprint
    from verification.fingerprints.texts import TextLine
    from verification.sandbox.client import Sandbox
    from verification.terms import Request
    from verification.values import Report


class SandboxVerifier:
    """`ports.verifier.Verifier`. Create it after a fork; close it at the end."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def verify(self, file: BinaryIO, request: Request) -> Report:
        with _in_our_words():
            return verify_file(self._sandbox, file, request)

    def render(
        self,
        file: BinaryIO,
        page: int,
        *,
        max_side: int,
        clip: tuple[float, float, float, float] | None = None,
    ) -> bytes:
        wanted = Wanted(page=page, max_side=max_side, clip=clip)
        with _in_our_words():
            picture = render_file(self._sandbox, file, wanted)
        if isinstance(picture, NotRendered):
            raise (NoSuchPage if picture.no_such_page else NotShowable)(picture.message)
        return encode(picture)

    def page_sizes(self, file: BinaryIO) -> tuple[tuple[float, float], ...]:
        with _in_our_words():
            sizes = measure_pages(self._sandbox, file)
        if isinstance(sizes, NotRendered):
            raise NotShowable(sizes.message)
        return sizes

    def fingerprints(self, file: BinaryIO) -> FileFingerprint:
        with _in_our_words():
            return fingerprint_file(self._sandbox, file)

    def film_fingerprint(self, file: BinaryIO, form: str) -> FilmFingerprint | None:
        with _in_our_words():
            return fingerprint_film(self._sandbox, file, form)

    def text_lines(self, file: BinaryIO) -> tuple[TextLine, ...]:
        with _in_our_words():
            return read_lines(self._sandbox, file)

    @property
    def level(self) -> str:
        return self._sandbox.level

    def close(self) -> None:
        self._sandbox.close()


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Tell a sandbox that cannot work as Unavailable: no file is to blame, a repeat may do."""
    try:
        yield
    except SandboxUnavailable as error:
        raise outages.of_sandbox() from error
    except OSError as error:
        raise outages.of_files(error) from error
