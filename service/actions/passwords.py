"""Passwords: argon2id with the parameters of RFC 9106 for little memory."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.errors import Invalid, Trouble
from verification.values import Text

SHORTEST, LONGEST = 10, 200


def hash_password(password: str) -> str:
    """Give what is stored. Raises Invalid for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        expected = f"{SHORTEST} to {LONGEST} characters"
        text = Text(
            zh=f"密码长度应为 {SHORTEST} 到 {LONGEST} 个字符。",
            en=f"A password has {expected}.",
        )
        seen = f"{len(password)} characters"
        found = Trouble(where="/password", seen=seen, expected=expected, message=text)
        raise Invalid(text, troubles=(found,))
    return _hasher().hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Compare; takes as long for nobody's password, so that time does not tell who exists."""
    try:
        _hasher().verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")
