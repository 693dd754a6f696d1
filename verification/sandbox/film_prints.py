"""The fingerprint of a film, made in the sandbox: it is one that can be read, or thrown away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from verification.codec import CodecError, from_json
from verification.fingerprints.films import opened
from verification.fingerprints.kept import FilmFingerprint
from verification.fingerprints.pages import NoFingerprint
from verification.sandbox.outcome import Death

if TYPE_CHECKING:
    from typing import BinaryIO

    from verification.sandbox.client import Sandbox


def fingerprint_film(sandbox: Sandbox, file: BinaryIO, form: str) -> FilmFingerprint | None:
    """Give what is to be kept of a film of this format; None where too little of it can be seen.

    It has a child of its own: a film that takes too long to decode costs its fingerprint, never
    the verdict. Raises SandboxUnavailable and OSError.
    """
    outcome = sandbox.run("film_print", json.dumps(form).encode(), file)
    if isinstance(outcome, Death):
        return None
    try:
        said = from_json(tuple[FilmFingerprint, ...], json.loads(outcome.report))
        for one in said:
            opened(one)
    except (CodecError, NoFingerprint, ValueError, RecursionError):
        return None
    return next((one for one in said if one.width > 0 and one.height > 0), None)
