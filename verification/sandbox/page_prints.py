"""Fingerprints made in the sandbox: each is one that can be read, or it is thrown away.

They have a child of their own: a page that takes too long to draw costs its fingerprints, and
never the verdict.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from verification.codec import CodecError, from_json, to_json
from verification.fingerprints.kept import PageFingerprint
from verification.fingerprints.pages import NoFingerprint, opened
from verification.sandbox.outcome import Death

if TYPE_CHECKING:
    from typing import BinaryIO

    from verification.sandbox.client import Sandbox


def fingerprint_file(sandbox: Sandbox, file: BinaryIO) -> tuple[PageFingerprint, ...]:
    """Give what is to be kept of a file's pages. Raises SandboxUnavailable and OSError."""
    outcome = sandbox.run("page_prints", json.dumps(to_json(sandbox.limits)).encode(), file)
    if isinstance(outcome, Death):
        return ()
    try:
        said = from_json(tuple[PageFingerprint, ...], json.loads(outcome.report))
    except (CodecError, ValueError, RecursionError):
        return ()
    return tuple(one for one in said if _is_whole(one))


def _is_whole(said: PageFingerprint) -> bool:
    try:
        opened(said)
    except NoFingerprint:
        return False
    return said.page > 0 and said.width > 0 and said.height > 0
