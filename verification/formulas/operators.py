"""What signs do with single values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.formulas import functions
from verification.formulas.values import (
    DIVISION,
    Faulty,
    NotComputed,
    Scalar,
    number,
    order,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _times(left: Scalar, right: Scalar) -> Scalar:
    return number(left) * number(right)


def _divide(left: Scalar, right: Scalar) -> Scalar:
    above, below = number(left), number(right)
    if below == 0:
        raise Faulty(DIVISION)
    return above / below


def _join(left: Scalar, right: Scalar) -> Scalar:
    return text(left) + text(right)


def _compare(test: Callable[[int], bool], *, sorts: bool) -> Callable[[Scalar, Scalar], Scalar]:
    def compare(left: Scalar, right: Scalar) -> Scalar:
        came = order(left, right)
        if sorts and abs(came) == 2 and _are_texts(left, right):  # noqa: PLR2004 - see order
            raise NotComputed("the order of texts")
        return test(came)

    return compare


def _are_texts(left: Scalar, right: Scalar) -> bool:
    """Say whether both are texts, whose order depends on the language."""
    return isinstance(left, str) and isinstance(right, str)


SIGNS: Mapping[str, Callable[..., Scalar]] = {
    "-": lambda one: 0.0 - number(one),
    "%": lambda one: number(one) / 100,
}
#: All but ``+`` and ``-``, which note how exact they are.
PAIRS: Mapping[str, Callable[..., Scalar]] = {
    "*": _times,
    "/": _divide,
    "^": lambda a, b: functions.power(number(a), number(b)),
    "&": _join,
    "=": _compare(lambda came: came == 0, sorts=False),
    "<>": _compare(lambda came: came != 0, sorts=False),
    "<": _compare(lambda came: came < 0, sorts=True),
    ">": _compare(lambda came: came > 0, sorts=True),
    "<=": _compare(lambda came: came <= 0, sorts=True),
    ">=": _compare(lambda came: came >= 0, sorts=True),
}
