"""Whether two quotes offer the same things, and how their prices stand to one another."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.quotes.stated import Item

#: Names that share so many of their pairs of letters mean one thing.
_ALIKE = 0.5
#: Lines beyond this are not compared: pairs grow with the square.
_MOST = 150
#: Prices that were scaled and rounded miss the factor by less: of few lines, and of four and more.
_FEW, _SLACK_FEW, _SLACK_MANY = 4, Decimal("0.0005"), Decimal("0.002")
_CENT = Decimal("0.005")
#: Of five lines and more, this share with one factor is no chance either.
_MOST_OF = Decimal("0.8")
#: Offers for one thing do not differ by so many times: another unit, or no offer that is meant.
_FAR = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing in both quotes."""

    ours: Item
    theirs: Item

    @property
    def prices(self) -> tuple[Decimal, Decimal] | None:
        """Give both prices of one piece, else both amounts; None where one is not known."""
        for one, other in (
            (self.ours.price, self.theirs.price),
            (self.ours.amount, self.theirs.amount),
        ):
            if one is not None and other is not None and one > 0 and other > 0:
                return one, other
        return None


def pair_up(ours: Sequence[Item], theirs: Sequence[Item]) -> tuple[Pair, ...]:
    """Match lines by their names, the most alike first, each once."""
    sets = [[(item, _pairs(item.name)) for item in items[:_MOST]] for items in (ours, theirs)]
    scored = [
        (-_alike(one, other), first, second)
        for first, (_item, one) in enumerate(sets[0])
        for second, (_other, other) in enumerate(sets[1])
    ]
    taken: tuple[set[int], set[int]] = (set(), set())
    found = []
    for score, first, second in sorted(scored):
        if -score >= _ALIKE and first not in taken[0] and second not in taken[1]:
            taken[0].add(first)
            taken[1].add(second)
            found.append((first, Pair(sets[0][first][0], sets[1][second][0])))
    return tuple(pair for _place, pair in sorted(found, key=lambda one: one[0]))


def _pairs(name: str) -> frozenset[str]:
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name).casefold())
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1)) or frozenset({plain})


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Give Dice's coefficient."""
    return 2 * len(one & other) / (len(one) + len(other))


def constant_factor(pairs: Sequence[Pair]) -> Decimal | None:
    """Give the factor between all prices of two quotes; None where there is none.

    One line proves nothing, and of two only an exact factor is told.
    """
    prices = [both for pair in pairs if (both := pair.prices) is not None]
    if len(prices) < 2 or len({both[0] for both in prices}) < 2:  # noqa: PLR2004 - one line proves nothing
        return None
    slack = _SLACK_FEW if len(prices) < _FEW else _SLACK_MANY
    low = max((theirs * (1 - slack) - _CENT) / ours for ours, theirs in prices)
    high = min((theirs * (1 + slack) + _CENT) / ours for ours, theirs in prices)
    if low > high:
        return None
    whole = [sum((both[side] for both in prices), Decimal(0)) for side in (0, 1)]
    return (whole[1] / whole[0]).quantize(Decimal("0.0001"))


def usual_factor(pairs: Sequence[Pair]) -> tuple[Decimal, int] | None:
    """Give the factor that all but a few of the prices have, and how many have it."""
    prices = [both for pair in pairs if (both := pair.prices) is not None]
    if len(prices) <= _FEW:
        return None
    ratios: list[Decimal] = sorted(theirs / ours for ours, theirs in prices)
    middle = ratios[len(ratios) // 2]
    kept = sum(abs(one / middle - 1) <= _SLACK_FEW for one in ratios)
    if kept == len(prices) or kept <= _FEW or kept < _MOST_OF * len(prices):
        return None
    return middle.quantize(Decimal("0.0001")), kept


def far_apart(pairs: Sequence[Pair]) -> Decimal | None:
    """Give how many times the dearer quote costs the other; None where that is usual."""
    prices = [both for pair in pairs if (both := pair.prices) is not None]
    whole = [sum((both[side] for both in prices), Decimal(0)) for side in (0, 1)]
    times = max(whole) / min(whole) if prices else Decimal(1)
    return times.quantize(Decimal("0.1")) if times >= _FAR else None


def constant_difference(pairs: Sequence[Pair]) -> Decimal | None:
    """Give what every price of one quote is higher by; None where they differ otherwise."""
    prices = [both for pair in pairs if (both := pair.prices) is not None]
    steps = {theirs - ours for ours, theirs in prices}
    return steps.pop() if len(prices) >= _FEW - 1 and len(steps) == 1 else None
