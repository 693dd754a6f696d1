"""An incident's answer computed again: the same bytes, or why they are not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.actions import incidents
from service.errors import NotShowable
from service.ports.tariffs import RankerFiles
from verification.values import Text

if TYPE_CHECKING:
    from service.actors import Actor
    from service.cause_records import Examination
    from service.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The latest examination, and what this program makes of its snapshot."""

    examination: Examination
    again_sha256: str
    #: Hash of the sources that examined it; None: they did not say.
    program: str | None
    this_program: str

    @property
    def same(self) -> bool:
        return self.again_sha256 == self.examination.answer_sha256

    @property
    def why(self) -> Text | None:
        """Say why the bytes differ, and what to do; None where they are the same."""
        if self.same:
            return None
        if self.program == self.this_program:
            return Text(
                zh="由同一版程序得出，字节却不同：或是 Python、numpy 等库换了版本，"
                "或是存储的内容被改动。请运行 countermark audit verify。",
                en="This very version made it, and the bytes differ: a library (Python, numpy) is "
                "another, or what is stored was changed. Run countermark audit verify.",
            )
        return Text(
            zh="由另一版程序得出：本版算法不同，所以回答不同。原回答仍然有效；"
            "请重新检测以得到本版的回答，或用当时的版本重算。",
            en="Another version of the program made it, which reckons otherwise. Its answer "
            "stands; look again for this version's, or compute it with the version of then.",
        )


def again(ports: Ports, actor: Actor, incident_id: str) -> Again:
    """Compute the latest answer again from its snapshot.

    Raises NotFound, FileLost, and NotShowable for a ranker of another version.
    """
    from models.rca.causes.ranker import RankerRefused  # noqa: PLC0415 - numpy
    from service.causes import rankers, snapshot  # noqa: PLC0415

    with ports.records.read() as unit:
        _, examination = incidents.get(unit, actor, incident_id)
    taken = incidents.snapshot_of(ports, examination)
    rules, ranker = snapshot.read(taken).rules, None
    if rules.ranker is not None:
        trees, scale = (incidents.stored(ports, sha256) for sha256 in rules.ranker)
        ranker = RankerFiles(trees=trees, scale=scale, dag=rules.dag)
    try:
        answer = incidents.answered(taken, ranker)
    except RankerRefused as refused:
        raise NotShowable(
            Text(
                zh="作出这个回答的排序模型属于另一个版本，本版本不能重算。",
                en="The ranker of this answer is of another version: this one cannot compute it.",
            ),
            remedy=Text(
                zh="请用当时的版本重算，或重新检测。",
                en="Compute it with that version, or look again.",
            ),
        ) from refused
    return Again(
        examination=examination,
        again_sha256=hashlib.sha256(answer).hexdigest(),
        program=rules.program,
        this_program=rankers.program(),
    )
