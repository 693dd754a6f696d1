"""The lines of a file's text, read in the sandbox; what came in another shape is thrown away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from verification.codec import CodecError, from_json, to_json
from verification.fingerprints.texts import TextLine
from verification.sandbox.outcome import Death
from verification.sandbox.verify import printable

if TYPE_CHECKING:
    from typing import BinaryIO

    from verification.sandbox.client import Sandbox


def read_lines(sandbox: Sandbox, file: BinaryIO) -> tuple[TextLine, ...]:
    """Give the lines of a file; none where it holds no text. Raises SandboxUnavailable, OSError."""
    outcome = sandbox.run("text_lines", json.dumps(to_json(sandbox.limits)).encode(), file)
    if isinstance(outcome, Death):
        return ()
    try:
        return from_json(tuple[TextLine, ...], printable(json.loads(outcome.report)))
    except (CodecError, ValueError, RecursionError):
        return ()
