"""What is said of a request about incidents that cannot be."""

from __future__ import annotations

from service.errors import Invalid, Trouble
from verification.values import Text


def wrong(where: str, seen: str, expected: Text) -> Invalid:
    """Give the refusal of one field: where, what was seen, what is expected."""
    message = Text(
        zh=f"{where}：看到“{seen}”，应为{expected.zh}。",
        en=f"{where}: saw {seen!r}, expected {expected.en}.",
    )
    trouble = Trouble(where=where, seen=seen, expected=expected.en, message=message)
    return Invalid(
        message,
        remedy=Text(zh="请改正后重试。", en="Correct it and try again."),
        troubles=(trouble,),
    )
