"""Jobs of a child that was taken over: whatever the file says is written as the answer."""

from __future__ import annotations

import json
import os
from typing import Any, NoReturn

#: The channel is 3; then come request, file, report and pixels.
CHANNEL, REPORT, PIXELS = 3, 6, 7


def _verify(data: bytes, request: Any) -> NoReturn:  # noqa: ARG001 - the form of a job
    os.write(REPORT, data)
    os._exit(0)


def _render(data: bytes, request: Any) -> NoReturn:  # noqa: ARG001 - the form of a job
    said = json.loads(data)
    os.write(REPORT, json.dumps(said["report"]).encode())
    os.write(PIXELS, bytes(said["pixels"]))
    os._exit(0)


JOBS = {"verify": _verify, "render": _render, "page_sizes": _render}
