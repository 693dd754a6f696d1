"""Plots as plain shapes, drawn here once and rendered as SVG and on paper.

Coordinates are points from the top left; colours are words of the stylesheet, so that the page's
theme and contrast hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from service.causes.lettering import fitted, width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

Ink = Literal["ink", "quiet", "line", "good", "bad", "neutral", "accent"]
WIDTH = 640.0
LEFT, RIGHT = 56.0, 624.0
#: A fall of the rate by so much is drawn strongest.
WORST = 0.4
#: The foot of the waterfall.
BOTTOM = 180.0
#: Cells that the waterfall tells apart; what is beyond is put together.
MOST_BARS = 7
#: Evidence in one timeline: it has to fit on a page.
MOST_ITEMS = 28
#: A square of the heat map that is narrower tells its two rates one under the other.
NARROW = 72.0


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    ink: Ink
    #: How strongly it is filled, 0..1.
    strength: float = 1.0
    #: What a reader of the screen is told on pointing at it.
    told: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    points: tuple[tuple[float, float], ...]
    ink: Ink
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str
    ink: Ink = "ink"
    anchor: Literal["start", "middle", "end"] = "start"
    size: float = 11.0


Shape = Rect | Line | Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    title: str
    #: The same in words, for whoever does not see it.
    told: str
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The plots' words in the reader's language."""

    funnel: str
    heat: str
    timeline: str
    waterfall: str
    onset: str
    before: str
    mix: str
    rest: str
    #: How many cells are not told apart.
    others: str
    now: str
    everything: str


def funnel(told: Mapping[str, Any], words: Words) -> Plot:
    """Each day's rate of those that came, before and since the onset."""
    days = [one for one in told["pictures"]["days"] if one["counted"] > 0]
    top, bottom = 24.0, 190.0
    rates = [min(1.0, one["converted"] / one["counted"]) for one in days]
    most = max([*rates, 0.1]) * 1.1
    step = (RIGHT - LEFT) / max(len(days) - 1, 1)
    shapes: list[Shape] = []
    for share in (0.0, 0.5, 1.0):
        y = bottom - (bottom - top) * share
        shapes.append(Line(((LEFT, y), (RIGHT, y)), "line"))
        shapes.append(Label(LEFT - 6, y + 4, f"{most * share:.0%}", "quiet", "end"))
    at = [
        (LEFT + place * step, bottom - (bottom - top) * rate / most)
        for place, rate in enumerate(rates)
    ]
    onset = next((i for i, one in enumerate(days) if one["day"] >= told["onset"]["at"]), None)
    shapes += [Line(tuple(at[: (onset or 0) + 1]), "good"), Line(tuple(at[onset or 0 :]), "bad")]
    if onset is not None:
        x, said = LEFT + onset * step, f"{words.onset} {told['onset']['at']}"
        shapes.append(Line(((x, top), (x, bottom)), "accent", dashed=True))
        if x - 4 - width(said, 11.0) >= 0:
            shapes.append(Label(x - 4, top - 8, said, "accent", "end"))
        else:
            shapes.append(Label(x + 4, top - 8, said, "accent"))
    for place in range(0, len(days), max(1, len(days) // 6)):
        day = days[place]["day"][5:]
        middle = min(LEFT + place * step, WIDTH - width(day, 11.0) / 2)
        shapes.append(Label(middle, bottom + 18, day, "quiet", "middle"))
    return Plot(
        title=words.funnel, told=_rates(told["change"], words), height=220.0, shapes=tuple(shapes)
    )


def _rates(change: Mapping[str, float] | None, words: Words) -> str:
    """Say both rates; nothing where one window has no deals."""
    if change is None:
        return ""
    return f"{words.before} {change['before']:.1%}, {words.now} {change['now']:.1%}"


def heat(told: Mapping[str, Any], words: Words) -> Plot:
    """Rates before and since by two dimensions; the stronger the worse."""
    grid = told["pictures"]["heat"]
    left, top, row_height = 110.0, 34.0, 26.0
    step = (RIGHT - left) / max(len(grid["columns"]), 1)
    shapes: list[Shape] = []
    for place, name in enumerate(grid["columns"]):
        shown = fitted(words.everything if name == "*" else name, step - 4, 11.0)
        shapes.append(Label(left + (place + 0.5) * step, top - 10, shown, "quiet", "middle"))
    for place, name in enumerate(grid["rows"]):
        shown = fitted(name, left - 8, 11.0)
        shapes.append(Label(left - 8, top + place * row_height + 17, shown, "ink", "end"))
    for one in grid["cells"]:
        row, column = grid["rows"].index(one["row"]), grid["columns"].index(one["column"])
        at = (left + column * step + 1, top + row * row_height + 1)
        shapes += _square(one, at, (step - 2, row_height - 2))
    fell = "; ".join(one.told for one in shapes if isinstance(one, Rect))
    height = top + len(grid["rows"]) * row_height + 8
    return Plot(title=words.heat, told=fell, height=height, shapes=tuple(shapes))


def _square(
    one: Mapping[str, Any], at: tuple[float, float], size: tuple[float, float]
) -> list[Shape]:
    before, since = (_rate(one, side) for side in ("before", "since"))
    drop = 0.0 if before is None or since is None else before - since
    shown = "–" if before is None or since is None else f"{before:.0%} → {since:.0%}"
    ink: Ink = "bad" if drop > 0 else "good"
    said = f"{one['row']} · {one['column']}: {shown}"
    # Half as strong at most: what is written on it must be read.
    strength = min(1.0, abs(drop) / WORST) * 0.5
    middle = at[0] + size[0] / 2
    if size[0] >= NARROW:
        lines = [Label(middle, at[1] + 16, shown, "ink", "middle", 10.0)]
    else:
        parts = [one for one in shown.replace("→ ", "→").split(" ") if one]
        lines = [
            Label(middle, at[1] + 10 + 11 * place, part, "ink", "middle", 9.0)
            for place, part in enumerate(parts)
        ]
    return [Rect(*at, *size, ink, strength, said), *lines]


def timelines(told: Mapping[str, Any], words: Words, names: Mapping[str, str]) -> tuple[Plot, ...]:
    """Evidence by its day, with the onset, as many plots as it takes; `names`: of the items."""
    items = sorted(
        (one for one in told["causes"] if one["at"]), key=lambda one: (one["at"], one["rank"])
    )
    days = [told["onset"]["at"], told["seen_until"], *(one["at"] for one in items)]
    ends = (_ordinal(min(days)), _ordinal(max(days)))
    called = [(one, names.get(one["id"], one["id"])) for one in items]
    return tuple(
        _timeline(told["onset"]["at"], words, ends, called[start : start + MOST_ITEMS])
        for start in range(0, len(items), MOST_ITEMS)
    )


def _timeline(
    onset: str, words: Words, ends: tuple[int, int], items: Sequence[tuple[Mapping[str, Any], str]]
) -> Plot:
    first, last = ends
    span, top, right = max(last - first, 1), 30.0, 300.0

    def x(day: str) -> float:
        return LEFT + (right - LEFT) * (_ordinal(day) - first) / span

    bottom, said = top + len(items) * 22.0, f"{words.onset} {onset}"
    shapes: list[Shape] = [
        Line(((x(onset), top - 8), (x(onset), bottom)), "accent", dashed=True),
        Label(max(x(onset), width(said, 11.0) / 2), top - 14, said, "accent", "middle"),
    ]
    for place, (one, name) in enumerate(items):
        y = top + place * 22.0 + 10
        ink: Ink = "bad" if one["role"] == "root" else "neutral"
        shapes.append(Line(((LEFT, y), (right, y)), "line"))
        shapes.append(Rect(x(one["at"]) - 4, y - 4, 8, 8, ink, told=one["at"]))
        shown = fitted(f"{one['at'][5:]} {name}", WIDTH - right - 12, 11.0)
        shapes.append(Label(right + 12, y + 4, shown))
    listed = "; ".join(f"{one['at']} {name}" for one, name in items)
    return Plot(title=words.timeline, told=listed, height=bottom + 12, shapes=tuple(shapes))


def waterfall(told: Mapping[str, Any], words: Words) -> Plot:
    """From the rate before to the rate now: mix, each cell that fell, the rest; it adds up."""
    change = told["change"]
    if change is None:
        return Plot(title=words.waterfall, told="", height=10.0, shapes=())
    bars = [(words.before, 0.0, change["before"])]
    level = change["before"]
    for name, size in parts(told, words):
        bars.append((name, level, level + size))
        level += size
    bars.append((words.now, 0.0, change["now"]))
    most = max(0.01, *(max(one[1:]) for one in bars)) * 1.1
    shapes: list[Shape] = [Line(((LEFT, BOTTOM), (RIGHT, BOTTOM)), "line")]
    for place, bar in enumerate(bars):
        shapes += _bar(bar, place, len(bars), most)
    said = "; ".join(f"{name} {end - begin:+z.1%}" for name, begin, end in bars)
    return Plot(title=words.waterfall, told=said, height=206.0, shapes=tuple(shapes))


def _bar(bar: tuple[str, float, float], place: int, count: int, most: float) -> list[Shape]:
    (name, begin, end), top = bar, 20.0
    step = (RIGHT - LEFT) / count
    x, middle = LEFT + place * step + 6, LEFT + (place + 0.5) * step
    high, low = (
        BOTTOM - (BOTTOM - top) * max(value, 0.0) / most
        for value in (max(begin, end), min(begin, end))
    )
    whole = place in {0, count - 1}
    ink: Ink = "neutral" if whole else "bad" if end < begin else "good"
    shown = f"{end:.1%}" if whole else f"{end - begin:+z.1%}"
    return [
        Rect(x, high, step - 12, max(low - high, 1.0), ink, 1.0, f"{name} {shown}"),
        Label(middle, high - 5, shown, "ink", "middle"),
        Label(middle, BOTTOM + 16, fitted(name, step - 4, 10.0), "quiet", "middle", 10.0),
    ]


def parts(told: Mapping[str, Any], words: Words) -> list[tuple[str, float]]:
    """Give the parts of the change: mix, the cells that fell, what is left of the rate.

    Of many cells those that cost most are told apart, and the others together.
    """
    change, counted = told["change"], told["window"]["counted_since"]
    sizes = [
        (cell_name(one["cell"], words.everything), -one["shortfall"] / counted if counted else 0.0)
        for one in told["cells"]
    ]
    if len(sizes) > MOST_BARS:
        sizes.sort(key=lambda one: one[1])
        others = sizes[MOST_BARS - 1 :]
        name = words.others.format(count=len(others))
        sizes = [*sizes[: MOST_BARS - 1], (name, sum(size for _, size in others))]
    left = change["now"] - change["before"] - change["mix"] - sum(size for _, size in sizes)
    return [(words.mix, change["mix"]), *sizes, (words.rest, left)]


def cell_name(cell: Mapping[str, str], everything: str) -> str:
    """Give a cell's values; the empty one is everything."""
    return " · ".join(cell.values()) or everything


def svg(plot: Plot) -> str:
    """Give a plot as SVG whose colours are classes of the stylesheet."""
    inner = "".join(_svg(one) for one in plot.shapes)
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH:g} {plot.height:g}" role="img" '
        f'aria-label="{escaped(f"{plot.title}: {plot.told}")}">{inner}</svg>'
    )


def escaped(text: str) -> str:
    """Give text as XML takes it, in attributes too."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return "".join(one for one in text if one >= " ")


def _svg(one: Shape) -> str:
    if isinstance(one, Rect):
        told = f"<title>{escaped(one.told)}</title>" if one.told else ""
        return (
            f'<rect class="fill-{one.ink}" x="{one.x:.1f}" y="{one.y:.1f}" width="{one.width:.1f}" '
            f'height="{one.height:.1f}" fill-opacity="{one.strength:.2f}">{told}</rect>'
        )
    if isinstance(one, Line):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in one.points)
        dashed = ' stroke-dasharray="4 3"' if one.dashed else ""
        return f'<polyline class="stroke-{one.ink}" points="{points}"{dashed}/>'
    return (
        f'<text class="fill-{one.ink}" x="{one.x:.1f}" y="{one.y:.1f}" font-size="{one.size:g}" '
        f'text-anchor="{one.anchor}">{escaped(one.text)}</text>'
    )


def _rate(one: Mapping[str, Any], side: str) -> float | None:
    counted = one[f"counted_{side}"]
    return min(1.0, one[f"converted_{side}"] / counted) if counted else None


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
