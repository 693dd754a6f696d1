"""Everything that is taken from a child before it sees a byte of the file, in this order.

1. resource limits  2. no new privileges  3. landlock  4. seccomp (last: it forbids the others)
"""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from verification.sandbox import kernel, landlock, seccomp

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.sandbox.levels import Layer

#: Three null devices, channel, request, file, report, pixels; landlock needs one to start with.
OPEN_DESCRIPTORS = 16
BYTES_PER_PIXEL = 3


def written_bytes(limits: Limits) -> int:
    """Give the most that a child may write to one descriptor: a report or a page of pixels."""
    return max(limits.report_bytes, limits.render_side_px**2 * BYTES_PER_PIXEL)


def limit_resources(limits: Limits) -> None:
    """Cap memory, processor time, written bytes, descriptors; no core, no process, no lock."""
    caps = {
        resource.RLIMIT_AS: limits.address_bytes,
        resource.RLIMIT_FSIZE: written_bytes(limits),
        resource.RLIMIT_NOFILE: OPEN_DESCRIPTORS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    for name, most in caps.items():
        _, hard = resource.getrlimit(name)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(name, (allowed, allowed))
    # At the soft limit SIGXCPU tells what happened; the hard one follows if that is caught.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))


def confine(limits: Limits, layers: frozenset[Layer]) -> None:
    """Confine this process for good. Raises ConfinementError or OSError: then end at once."""
    limit_resources(limits)
    kernel.renounce_privileges()
    if "landlock" in layers:
        landlock.install()
    if "seccomp" in layers:
        seccomp.install()
