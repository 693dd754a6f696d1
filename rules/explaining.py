"""Which clauses a firing is explained by."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from rules import explain
from rules.states import Event
from rules.text import Text

if TYPE_CHECKING:
    from rules.looked_at import LookedAt
    from rules.states import ClauseResult
    from rules.watching import Watched

#: Of a rule over many subjects so many others are listed.
MOST_OTHERS = 30
_BOTH = frozenset({Event.NO_DATA, Event.LOCKED, Event.UNLOCKED})
_ENDS = frozenset({Event.CLEARED, Event.CLOSED})


def explanation(watched: Watched, event: Event, looked_at: LookedAt) -> tuple[ClauseResult, ...]:
    """Give every clause of the condition that made the event, subject by subject."""
    named = explain.parts(watched.rule)
    if event in _ENDS:
        named = named[-1:]
    elif event not in _BOTH:
        named = named[:1]
    fact_id = looked_at.fact_ids[0] if looked_at.fact_ids else None
    results = [
        result
        for part, condition in named
        for result in explain.results(part, condition, looked_at.fact, fact_id)
    ]
    if not watched.whole:
        return tuple(results)
    results = [_of(looked_at.subject, result) for result in results]
    for subject, fact in islice(sorted(looked_at.others.items()), MOST_OTHERS):
        for part, condition in named:
            found = explain.results(part, condition, fact, None)
            results += [_of(subject, result) for result in found]
    return tuple(results)


def _of(subject: str, result: ClauseResult) -> ClauseResult:
    said = result.sentence
    text = Text(zh=f"{subject}：{said.zh}", en=f"{subject}: {said.en}")
    return replace(result, sentence=text)
