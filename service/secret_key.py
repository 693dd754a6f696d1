"""The key that signs cookies: given, or made once and kept."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from service.settings import SECRET_BYTES

if TYPE_CHECKING:
    from service.settings import Settings


def secret_key(settings: Settings) -> bytes:
    """Give the key that signs cookies; without a set one it is made once, readable only by us.

    Processes that start together agree: whoever links the file first has made it.
    """
    if settings.secret is not None:
        return settings.secret.encode()
    kept = settings.data / "secret-key"
    if not kept.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(prefix="secret-key-", dir=settings.data)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, kept)
        except FileExistsError:
            pass  # another process was faster; its key counts
        finally:
            Path(fresh).unlink()
    return kept.read_text(encoding="ascii").strip().encode()
