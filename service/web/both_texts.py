"""The lines of a file beside those of the earlier one whose words it has, where they differ.

Words are kept nowhere: both files are read again in the sandbox, and the earlier one only for
somebody who may see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from service.actions import deliverables
from service.actions.reuse import FIELD
from service.actions.reuse_texts import ID
from service.errors import FileLost
from verification.fingerprints.passages import passages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.ports import Ports
    from service.records import Deliverable
    from verification.fingerprints.passages import Passage

#: Letters of one line that are shown.
_MOST_LETTERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsView:
    may_see: bool
    #: Name and address of the earlier file; empty for who may not see it.
    name: str = ""
    address: str = ""
    #: None where the words of one of them cannot be read.
    passages: tuple[Passage, ...] | None = None


def texts(
    ports: Ports, deliverable: Deliverable, seen: Mapping[str, Deliverable]
) -> tuple[TextsView, ...]:
    """Give what differs from each earlier text that was told; `seen` are those one may see."""
    here = _lines(ports, deliverable) if seen else ()
    return tuple(
        _view(here, _lines(ports, seen[source]), seen[source])
        if source in seen
        else TextsView(may_see=False)
        for source in _sources(deliverable)
    )


def _view(here: tuple[str, ...], there: tuple[str, ...], earlier: Deliverable) -> TextsView:
    return TextsView(
        may_see=True,
        name=earlier.name,
        address=url_for("web.deliverable", deliverable_id=earlier.id),
        passages=passages(here, there) if here and there else None,
    )


def _lines(ports: Ports, deliverable: Deliverable) -> tuple[str, ...]:
    """Read the words of a file again; none where it is lost or holds none."""
    try:
        with deliverables.original(ports, deliverable) as file:
            return tuple(line.text[:_MOST_LETTERS] for line in ports.verifier.text_lines(file))
    except FileLost:
        return ()


def _sources(deliverable: Deliverable) -> Iterator[str]:
    for check in (deliverable.report or {}).get("checks", []):
        evidence = check["evidence"]
        if check["id"] == ID and evidence and evidence[0].get("source") == FIELD:
            yield str(evidence[0]["value"])
