"""What goes wrong with the sandbox itself, never with a file in it."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox cannot do its work; no file is to blame."""


class SandboxTooWeak(SandboxError):
    """`require="strong"` was asked for and this machine does not give it."""


class SandboxUnavailable(SandboxError):
    """No server could be started, or none came back in time; trying later may help."""


class ConfinementError(SandboxError):
    """The kernel refused a layer that was asked for; the child ends before it reads a byte."""
