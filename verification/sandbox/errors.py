"""What goes wrong with the sandbox itself, never with a file in it."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox cannot do its work; no file is to blame."""


class SandboxTooWeak(SandboxError):
    """`require="strong"` was asked for and this machine does not give it."""

    def __init__(self, level: str, missing: tuple[str, ...]) -> None:
        super().__init__(
            f"a strong sandbox is required (seccomp, and landlock or bubblewrap), but this machine "
            f"reached {level!r}; missing: {' and '.join(missing)}. Install bubblewrap (make "
            f"system), allow user namespaces, or use a kernel with landlock (5.13 or later); or "
            f"lower the requirement to 'any'."
        )
        self.level, self.missing = level, missing


class SandboxUnavailable(SandboxError):
    """No server could be started, or none came back in time; trying later may help."""


class ConfinementError(SandboxError):
    """The kernel refused a layer that was asked for; the child ends before it reads a byte."""
