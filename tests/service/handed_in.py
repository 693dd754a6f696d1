"""Which files of the demo's other paths are handed in over HTTP (tests/acceptance/test_paths).

The rest is judged in process alone (test_demo_answers), which takes less time.
"""

from __future__ import annotations

from service.demo import deliverables, industries

#: Twins of which a reviewer is shown a piece of a page, or a frame of the film with a box in it.
SHOWN = {
    "changed_after_signing": "page_box",
    "spliced": "video_box",
    "clock_stands": "video_box",
    "wrong_day": "video_box",
}
#: Of several bad ones of one item only the first may be handed in (test_paths).
ONE_BY_ONE = frozenset({"quotes", "bids"})


def handed_in(path: str) -> frozenset[str]:
    """Give the steps of a path whose files are handed in: every good one, and of the twins some."""
    alone = {f"{one.item}!{one.name}" for one in industries.twins(path) if one.after == "nothing"}
    return frozenset(
        step
        for place, step in enumerate(deliverables.steps_of(path))
        if "!" not in step
        or (step in alone and (place % 4 == 0 or step.partition("!")[2] in SHOWN))
    )
