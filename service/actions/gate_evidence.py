"""What a gate's firing rests on: under each clause the deliverables, and in its sentence as well.

Names of files are left out: more people may see firings than deliverables.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rules.states import Event
from service.records import Decision, DeliverableState
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.records import Deliverable
    from service.rule_records import FiringRow

    #: Item → its deliverables.
    Evidence = Mapping[str, Sequence[Deliverable]]

#: A gate with many deliverables keeps a readable sentence; all of them stand under its clauses.
MOST_SAID = 8
REQUIRE = "require/"
_DECIDED = {
    Decision.ACCEPT: Text(zh="人工认可", en="was accepted by a reviewer"),
    Decision.REJECT: Text(zh="人工驳回", en="was rejected by a reviewer"),
}
_JUDGED = {
    "PASSED": Text(zh="核验通过", en="passed verification"),
    "FAILED": Text(zh="核验未通过", en="failed verification"),
    "INDETERMINATE": Text(zh="无法判定", en="could not be determined"),
}
_WAITING = Text(zh="待核验", en="waits for verification")
_QUARANTINED = Text(zh="核验中断，待人工审核", en="could not be verified and waits for a reviewer")


def counts(deliverable: Deliverable) -> bool:
    """A deliverable counts when it passed and nobody rejected it, or a reviewer accepted it."""
    if deliverable.decision is not None:
        return deliverable.decision is Decision.ACCEPT
    return deliverable.verdict == "PASSED"


def with_evidence(firing: FiringRow, evidence: Evidence) -> FiringRow:
    """Say under each clause of a requirement, and in the sentence, by which deliverables it is so.

    Of a gate that opened the sentence names what counts, else what does not.
    """
    wanted = firing.event is Event.UNLOCKED
    said = [text for item in evidence for text in _told(item, firing, evidence, counting=wanted)]
    if len(said) > MOST_SAID:
        more = len(said) - MOST_SAID
        said = [*said[:MOST_SAID], Text(zh=f"另有 {more} 份。", en=f"And {more} more.")]
    return replace(
        firing,
        explanation=tuple(_explained(clause, evidence) for clause in firing.explanation),
        sentence={
            "zh": firing.sentence["zh"] + "".join(text.zh for text in said),
            "en": " ".join([firing.sentence["en"], *(text.en for text in said)]),
        },
    )


def _explained(clause: dict[str, Any], evidence: Evidence) -> dict[str, Any]:
    item = _item(clause)
    if item is None:
        return clause
    return {**clause, "because": [_because(row) for row in evidence.get(item, ())]}


def _because(row: Deliverable) -> dict[str, Any]:
    return {
        "deliverable": row.id,
        "state": row.state.value,
        "verdict": row.verdict,
        "sub_indication": row.sub_indication,
        "decision": row.decision.value if row.decision else None,
    }


def _item(clause: Mapping[str, Any]) -> str | None:
    part = str(clause["part"])
    return part.removeprefix(REQUIRE) if part.startswith(REQUIRE) else None


def _told(item: str, firing: FiringRow, evidence: Evidence, *, counting: bool) -> Iterator[Text]:
    """Give a sentence for each deliverable of an item that the gate requires."""
    if not any(_item(clause) == item for clause in firing.explanation):
        return
    for row in evidence[item]:
        if counts(row) is counting:
            how = _how(row)
            why = f"（{row.sub_indication}）" if row.sub_indication else ""
            because = f" ({row.sub_indication})" if row.sub_indication else ""
            yield Text(
                zh=f"交付物 {row.id} {how.zh}{why}。", en=f"Deliverable {row.id} {how.en}{because}."
            )


def _how(row: Deliverable) -> Text:
    if row.decision is not None:
        return _DECIDED[row.decision]
    if row.verdict is not None:
        return _JUDGED[row.verdict]
    return _QUARANTINED if row.state is DeliverableState.QUARANTINED else _WAITING
