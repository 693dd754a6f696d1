"""The rate card as sales ops write it: YAML to a card, or everything that is wrong with it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, get_args

from models.coefficient import card as cards
from models.coefficient.card import Basis, Compare, HighValue, RateCard
from models.coefficient.yaml_reading import (
    Problems,
    Refused,
    items,
    members,
    number,
    root_of,
    shown,
    word,
)
from models.origin import Origin
from models.text import Text

if TYPE_CHECKING:
    import yaml


FORMAT = "card/v1"
#: More bands than these nobody reads aloud.
MOST_BANDS = 10
_KEYS = (
    "countermark",
    "id",
    "version",
    "difficulty_from",
    "value_from",
    "rates",
    "high_value",
    "cap",
    "budget",
)
_NOT_BELOW = Text(zh="不低于相邻各档的系数", en="a rate not below its neighbours")
_HIGH_VALUE = ("basis", "scope", "window_days", "compare", "amount", "weight")
#: A multiple, or per cent above.
_AMOUNTS = {Compare.AT_LEAST_MULTIPLE: (1.0, 100.0), Compare.EXCEEDS_BY_PCT: (0.0, 10_000.0)}
_FIXED = {"aggregate_by": "customer_period", "frozen_at": "period_start"}
#: A fraction is trimmed off each end, so that half of everything is left at least.
_FRACTIONS = {Basis.TRIMMED_MEAN: 0.25, Basis.QUANTILE: 1.0}


class CardRefused(Refused):
    """A card with mistakes."""


def read(text: str) -> RateCard:
    """Give the card that the text holds. Raises CardRefused with all its mistakes."""
    problems = Problems()
    root = root_of(text, problems)
    card = None if root is None else _card(root, problems)
    if problems.found or card is None:
        raise CardRefused(problems.found)
    return card


def _card(root: yaml.Node, problems: Problems) -> RateCard | None:
    found = members(root, _KEYS, problems, optional=("cap", "budget"))
    if not found.keys() >= set(_KEYS) - {"cap", "budget"}:
        return None
    word(found["countermark"], problems, among=(FORMAT,))
    cap = _optional(found, "cap", problems, default=cards.MOST, least=cards.LEAST)
    values: dict[str, Any] = {
        "id": word(found["id"], problems),
        "version": word(found["version"], problems),
        "difficulty_from": _edges(found["difficulty_from"], problems),
        "value_from": _edges(found["value_from"], problems),
        "high_value": _high_value(found["high_value"], problems),
        "cap": cap,
        "budget": _optional(found, "budget", problems, default=0.08, least=0.0, most=0.5),
    }
    shape = (len(values["difficulty_from"]) + 1, len(values["value_from"]) + 1)
    values["rates"] = _rates(found["rates"], shape, cap, problems)
    return None if problems.found else RateCard(**values)


def _optional(
    found: Any, name: str, problems: Problems, *, default: float, least: float, most: float = 1.5
) -> float:
    if name not in found:
        return default
    value = number(found[name], problems, least=least, most=most)
    return default if value is None else value


def _edges(node: yaml.Node, problems: Problems) -> tuple[float, ...]:
    """Read where bands begin: between 0 and 1, ascending."""
    found = [number(one, problems, least=0.0, most=1.0) for one in items(node, problems)]
    edges = tuple(one for one in found if one is not None)
    if len(edges) >= MOST_BANDS or any(later <= one for one, later in pairwise(edges)):
        message = Text(zh="分档界限应递增。", en="The beginnings of bands must ascend.")
        expected = Text(zh=f"少于 {MOST_BANDS} 个递增的数", en=f"< {MOST_BANDS} ascending numbers")
        problems.at(node, message, seen=f"{edges}", expected=expected)
    return edges


def _rates(node: yaml.Node, shape: tuple[int, int], cap: float, problems: Problems) -> Any:
    found = members(node, [origin.value for origin in Origin], problems)
    rates = {Origin(name): _table(rows, shape, cap, problems) for name, rows in found.items()}
    if problems.found:
        return {}
    for origin, row, column in cards.falls(rates):
        place = items(items(found[origin], problems)[row], problems)[column]
        message = Text(
            zh=f"{origin}、难度档 {row}、价值档 {column} 的系数低于较低的一档。",
            en=f"{origin}, difficulty band {row}, value band {column} pays less than a lower band.",
        )
        problems.at(place, message, seen=shown(place), expected=_NOT_BELOW)
    return rates


def _table(
    node: yaml.Node, shape: tuple[int, int], cap: float, problems: Problems
) -> tuple[tuple[float, ...], ...]:
    rows = items(node, problems)
    _expect_length(node, rows, shape[0], problems)
    table = []
    for row in rows:
        cells = items(row, problems)
        _expect_length(row, cells, shape[1], problems)
        read = (number(cell, problems, least=cards.LEAST, most=cap) for cell in cells)
        table.append(tuple(1.0 if rate is None else rate for rate in read))
    return tuple(table)


def _expect_length(
    node: yaml.Node, found: list[yaml.Node], length: int, problems: Problems
) -> None:
    if len(found) != length:
        message = Text(
            zh="档数与分档界限不符（界限数 + 1）。",
            en="Not as many bands as there are beginnings of bands, and one.",
        )
        problems.at(node, message, seen=f"{len(found)}", expected=f"{length}")


def _high_value(node: yaml.Node, problems: Problems) -> HighValue | None:
    import yaml  # noqa: PLC0415 - only its node types, which the reader has loaded

    if isinstance(node, yaml.ScalarNode):
        message = Text(
            zh="“超均值200%”有两种读法：均值的 3 倍（exceeds_by_pct: 200）或 2 倍"
            "（at_least_multiple: 2）。请写明 compare 与 amount。",
            en="'200 % above the mean' has two readings: three times the mean (exceeds_by_pct, 200)"
            " or twice (at_least_multiple, 2). Write compare and amount; "
            "`countermark card what-if` shows what each costs.",
        )
        problems.at(node, message, seen=shown(node), expected=", ".join(_HIGH_VALUE))
        return None
    known = (*_HIGH_VALUE, "fraction", *_FIXED)
    found = members(node, known, problems, optional=("fraction", *_FIXED))
    for name, only in _FIXED.items():
        if name in found:
            word(found[name], problems, among=(only,))
    if not found.keys() >= set(_HIGH_VALUE):
        return None
    basis = word(found["basis"], problems, among=[one.value for one in Basis])
    compare = word(found["compare"], problems, among=[one.value for one in Compare])
    least, most = _AMOUNTS[Compare(compare)] if compare else (0.0, math.inf)
    values: dict[str, Any] = {
        "scope": word(found["scope"], problems, among=get_args(cards.Scope)),
        "window_days": int(
            number(found["window_days"], problems, least=30, most=1_095, whole=True) or 0
        ),
        "amount": _amount(found["amount"], (least, most), problems),
        "weight": number(found["weight"], problems, least=cards.LEAST, most=cards.MOST),
        "fraction": _fraction(node, found.get("fraction"), basis, problems),
    }
    if problems.found or basis is None or compare is None:
        return None
    return HighValue(basis=Basis(basis), compare=Compare(compare), **values)


def _amount(node: yaml.Node, limits: tuple[float, float], problems: Problems) -> float | None:
    """Read how far above the basis; ``200%`` would be read as 2, and 2 % above is next to all."""
    if shown(node).endswith("%"):
        message = Text(
            zh="amount 不带百分号：超出 200% 写 exceeds_by_pct 与 200，"
            "2 倍写 at_least_multiple 与 2。",
            en="amount has no per cent sign: write 200 with exceeds_by_pct for 200 % above, "
            "2 with at_least_multiple for twice.",
        )
        problems.at(node, message, seen=shown(node), expected=f"{limits[0]:g}..{limits[1]:g}")
        return None
    return number(node, problems, least=limits[0], most=limits[1])


def _fraction(
    node: yaml.Node, given: yaml.Node | None, basis: str | None, problems: Problems
) -> float | None:
    if basis not in _FRACTIONS:
        return None
    if given is None:
        message = Text(zh=f"{basis} 需要 fraction。", en=f"{basis} needs a fraction.")
        problems.at(node, message, seen="", expected="fraction")
        return None
    return number(given, problems, least=0.0, most=_FRACTIONS[Basis(basis)])


def rewritten(text: str, card: RateCard) -> str:
    """Give the text with the card's rates in the places of its own; all else, comments too, stays.

    `text` is that of a card with the same bands. Raises CardRefused where it does not read.
    """
    read(text)
    problems = Problems()
    root = root_of(text, problems)
    assert root is not None  # noqa: S101 - it has just been read
    rows = members(members(root, _KEYS, problems)["rates"], list(Origin), problems)
    cells = [
        (cell, card.rates[origin][row][column])
        for origin in Origin
        for row, line in enumerate(items(rows[origin], problems))
        for column, cell in enumerate(items(line, problems))
    ]
    for cell, rate in sorted(cells, key=lambda one: one[0].start_mark.index, reverse=True):
        start, end = cell.start_mark.index, cell.end_mark.index
        text = f"{text[:start]}{rate:.2f}{text[end:]}"
    return text
