"""A child that dies as soon as it is told to look for what nobody asked."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from verification.sandbox import jobs

if TYPE_CHECKING:
    from verification.sandbox.jobs import Done


def _verify(data: bytes, request: Any) -> Done:
    if request["terms"]["look"]["marks"]:
        os.kill(os.getpid(), signal.SIGSEGV)
    return jobs.TABLE["verify"](data, request)


JOBS = {"verify": _verify}
