"""200 rules a fact, against zen-engine and CLIPS (about a minute).

CPU time of the process, encoding included: ours checks all twelve fields of each fact. Engines take
turns; a figure is the median over five rounds of the ratio within a round, and of two workloads the
one that is worse for us. A peer is asked in two ways of its Python package and the faster counts;
zen-engine by its first example, which is much slower, is recorded beside it. What an engine matches
must be what the oracle says, in every round, or the benchmark fails.
"""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.promise import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks._rules_workload import Facts, Matched, Workload

    #: CPU seconds a fact, by engine, in the order of the rounds.
    Times = dict[str, list[float]]

ROUNDS = 5
#: Facts a round; the slow ways are asked fewer.
FACTS = {"durable": 4_000, "python": 4_000, "CLIPS, agenda": 2_000, "CLIPS, run": 2_000}
FEW = 800
#: How often a round goes through the facts in columns.
STRETCHES = 10
WAYS = {
    "durable": ("durable",),
    "python": ("python",),
    "columns": ("columns",),
    "zen": ("zen, loaded table", "zen, decision"),
    "zen_decision": ("zen, decision",),
    "clips": ("CLIPS, agenda", "CLIPS, run"),
}
AIMS = (
    ("durable", "zen", 8),
    ("durable", "clips", 2),
    ("durable", "zen_decision", 8),
    ("python", "zen", 20),
    ("python", "zen_decision", 20),
    ("python", "clips", 20),
    ("columns", "durable", 100),
)


def measure(workload: Workload) -> Times:
    """Let everyone take turns. Raises ValueError for a wrong answer."""
    from benchmarks import _rules_own as own  # noqa: PLC0415 - loads the engines
    from benchmarks import _rules_peers as peers  # noqa: PLC0415 - loads the engines

    makers: dict[str, Callable[[Workload], Callable[[Facts], Matched]]] = {
        "durable": own.durable,
        "python": own.python,
        "zen, loaded table": peers.zen_loaded,
        "zen, decision": peers.zen_decision,
        "CLIPS, agenda": peers.clips_agenda,
        "CLIPS, run": peers.clips_run,
    }
    expected = workload.expected()
    times: Times = {name: [] for name in (*makers, "columns")}
    for _ in range(ROUNDS):
        for name, make in makers.items():
            facts = workload.facts[: FACTS.get(name, FEW)]
            ask = make(workload)
            ask(facts[:50])
            began = time.process_time()
            matched = ask(facts)
            times[name].append((time.process_time() - began) / len(facts))
            _judge(name, workload, matched, expected)
        columns = own.Columns(workload)
        _judge("columns", workload, columns.matched(columns.ask()), expected)
        began = time.process_time()
        for _ in range(STRETCHES):
            columns.ask()
        spent = time.process_time() - began
        times["columns"].append(spent / (STRETCHES * own.COPIES * len(expected)))
    return times


def _judge(name: str, workload: Workload, matched: Matched, expected: Matched) -> None:
    if matched != expected[: len(matched)]:
        raise ValueError(f"{name} does not match what the oracle says of workload {workload.name}")


def best(times: Times, engine: str) -> str:
    """Name the fastest way to ask an engine, by its median."""
    return min(WAYS[engine], key=lambda way: median(times[way]))


def ratio(times: Times, fast: str, slow: str) -> float:
    """Say how many times as fast one way is as another, within rounds."""
    return median(b / a for a, b in zip(times[fast], times[slow], strict=True))


def print_table(name: str, firings: float, times: Times) -> None:
    print(f"workload {name}: {firings:.2f} matches a fact")
    for way, seconds in sorted(times.items(), key=lambda item: median(item[1])):
        low, high = min(seconds), max(seconds)
        print(
            f"  {way:18}{1 / median(seconds):>14,.0f} facts/s   ({1 / high:,.0f} … {1 / low:,.0f})"
        )


def keep_promise(aim: tuple[str, str, int], measured: dict[str, Times]) -> bool:
    """Record one ratio: that of the workload that is worse for us."""
    own, peer, factor = aim
    ratios = {
        name: ratio(times, best(times, own), best(times, peer)) for name, times in measured.items()
    }
    worst = min(ratios, key=lambda name: ratios[name])
    times = measured[worst]
    way = best(times, peer)
    note = "; ".join(f"{name} {value:.3g}" for name, value in ratios.items())
    others = [other for other in WAYS[peer] if other != way]
    note += "".join(
        f"; against {other}: "
        + ", ".join(f"{name} {ratio(one, own, other):.3g}" for name, one in measured.items())
        for other in others
    )
    return record(
        id=f"rules.{own}_vs_{peer}",
        value=ratios[worst],
        unit="ratio",
        better="higher",
        aim=factor,
        peer=_version(peer, way),
        peer_value=1 / median(times[way]),
        own_value=1 / median(times[own]),
        n=ROUNDS,
        note=f"facts a CPU second, workload {worst}; {note}",
    )


def _version(peer: str, way: str) -> str:
    from benchmarks._rules_peers import CLIPS, ZEN  # noqa: PLC0415 - loads the engines

    if peer == "durable":
        return "durable-rules 2.0.28, our executor"
    return f"{CLIPS if peer == 'clips' else ZEN} ({way})"


def main() -> int:
    """Measure; 2 where a peer is not installed."""
    missing = [name for name in ("zen", "clips", "numpy") if find_spec(name) is None]
    if missing:
        print(f"not installed: {', '.join(missing)}; pip install -e '.[bench]'", file=sys.stderr)
        return 2
    from benchmarks._rules_workload import workloads  # noqa: PLC0415 - after the question above

    measured: dict[str, Times] = {}
    for workload in workloads():
        firings = sum(map(len, workload.expected())) / len(workload.facts)
        measured[workload.name] = measure(workload)
        print_table(workload.name, firings, measured[workload.name])
    kept = [keep_promise(aim, measured) for aim in AIMS]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
