"""200 rules a fact, against zen-engine and CLIPS (about a minute).

CPU time of the process, encoding included: ours checks all twelve fields of each fact. Engines take
turns; every round has facts of its own, so that nobody is asked about one fact twice. Ours are
compiled once, peers anew for each round: some of them slow down as they go on. A figure is the
median over five rounds of the ratio within a round, and of two workloads the one that is worse for
us. What an engine matches must be what the oracle says, in every round, or the benchmark fails.

Two peers have a promise each for an easier and a harder reading of their aim. zen-engine by
`create_decision` fits the figures that the aim was set from; by its own static loader it is faster.
`durable` is the executor as it is used, which asks the engine once about facts that no rule can
tell apart; `durable_asked` asks it about every fact.
"""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.promise import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks._rules_workload import Facts, Matched, Workload

    #: CPU seconds a fact, by engine, in the order of the rounds.
    Times = dict[str, list[float]]

ROUNDS = 5
#: Facts a round; the slow ways are asked fewer.
FACTS = {
    "durable": 4_000,
    "durable, asked": 4_000,
    "python": 4_000,
    "CLIPS, agenda": 2_000,
    "CLIPS, run": 2_000,
}
FEW = 800
#: How often a round goes through the facts in columns.
STRETCHES = 10
WAYS = {
    "durable": ("durable",),
    "durable_asked": ("durable, asked",),
    "python": ("python",),
    "columns": ("columns",),
    "zen": ("zen, loaded table", "zen, decision"),
    "zen_decision": ("zen, decision",),
    "clips": ("CLIPS, agenda", "CLIPS, run"),
}
AIMS = (
    *((own, peer, 8) for own in ("durable", "durable_asked") for peer in ("zen", "zen_decision")),
    *((own, "clips", 2) for own in ("durable", "durable_asked")),
    *(("python", peer, 20) for peer in ("zen", "zen_decision", "clips")),
    *(("columns", peer, 100) for peer in ("durable_asked", "durable")),
)


def measure(rounds: Sequence[Workload]) -> Times:
    """Let everyone take turns: some facts of the first round to begin with, then one of the rest.

    Raises ValueError for a wrong answer.
    """
    from benchmarks import _rules_own as own  # noqa: PLC0415 - loads the engines
    from benchmarks import _rules_peers as peers  # noqa: PLC0415 - loads the engines

    first, *timed = rounds
    ours = {
        "durable": own.durable(first),
        "durable, asked": own.durable_asked(first),
        "python": own.python(first),
    }
    theirs: dict[str, Callable[[Workload], Callable[[Facts], Matched]]] = {
        "zen, loaded table": peers.zen_loaded,
        "zen, decision": peers.zen_decision,
        "CLIPS, agenda": peers.clips_agenda,
        "CLIPS, run": peers.clips_run,
    }
    times: Times = {name: [] for name in (*ours, *theirs, "columns")}
    for workload in timed:
        expected = workload.expected()
        for name in (*ours, *theirs):
            ask = ours[name] if name in ours else theirs[name](first)
            ask(first.facts[:50])
            facts = workload.facts[: FACTS.get(name, FEW)]
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
        + ", ".join(
            f"{name} {ratio(one, best(one, own), other):.3g}" for name, one in measured.items()
        )
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
        own_value=1 / median(times[best(times, own)]),
        n=ROUNDS,
        note=f"facts a CPU second, workload {worst}; {note}",
    )


def _version(peer: str, way: str) -> str:
    from benchmarks._rules_peers import CLIPS, ZEN  # noqa: PLC0415 - loads the engines

    if peer.startswith("durable"):
        return f"durable-rules 2.0.28, our executor ({way})"
    return f"{CLIPS if peer == 'clips' else ZEN} ({way})"


def main() -> int:
    """Measure; 2 where a peer is not installed."""
    missing = [name for name in ("zen", "clips", "numpy") if find_spec(name) is None]
    if missing:
        print(f"not installed: {', '.join(missing)}; pip install -e '.[bench]'", file=sys.stderr)
        return 2
    from benchmarks._rules_workload import workloads  # noqa: PLC0415 - after the question above

    measured: dict[str, Times] = {}
    for rounds in zip(*map(workloads, range(ROUNDS + 1)), strict=True):
        first = rounds[0]
        firings = sum(map(len, first.expected())) / len(first.facts)
        measured[first.name] = measure(rounds)
        print_table(first.name, firings, measured[first.name])
    kept = [keep_promise(aim, measured) for aim in AIMS]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
