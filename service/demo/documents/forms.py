"""Plain papers of every industry: a report, a confirmation, a promise; signed where one must."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import yaml

from service.demo.documents.brief import PDF, Draft
from service.demo.documents.emblems import FACE_HEIGHT, FACE_WIDTH, signature_face, stamp_seal
from service.demo.documents.paper import LEFT, Letterhead, Paper, Place, Table
from service.demo.documents.pen import written
from service.demo.documents.poc_report import Unsigned
from service.demo.documents.properties import Properties
from service.demo.documents.sheet import Written, scanned
from service.demo.documents.signing import Signing, sign
from service.demo.documents.trades import TRADES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from PIL import Image

    from service.demo.authority import Credential
    from service.demo.documents.brief import Brief

ACCENT = (0.16, 0.30, 0.34)
SIGNED_AFTER = timedelta(minutes=35)
#: A figure that each customer has its own of, e.g. ``{11.0..11.9}``.
DRAWN = re.compile(r"\{([\d.]+)\.\.([\d.]+)\}")
#: Where nobody has to sign: far below the words, in points from the top.
ELSEWHERE = 664.0
#: A hand that the check knows as one on both sheets; of those drawn by chance it knows a third.
HAND = 6
SCANNER = "Countermark Demo Scanner 1"
#: What a dishonest hand puts in the place of each open point.
FLATTERY = "（已全部达标，无遗留问题）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One kind of paper, in the words of `forms.yaml`."""

    item: str
    title: str
    #: Whose paper it is: ``customer`` or ``seller``.
    by: str
    paragraphs: tuple[str, ...]
    #: Rows of a table, the first being its header; none: no table.
    rows: tuple[tuple[str, ...], ...] = ()
    #: The open point, told at the end; a flattering paper drops it.
    weak: str = ""
    #: Who signs it, a role of the customer's contacts; None: nobody.
    signer_role: str | None = None
    #: To whom a letter is written; empty: it is none.
    to: str = ""
    #: What a letter that says no has instead of its paragraphs.
    refusal: str = ""
    is_sealed: bool = True
    #: Who signs it with a pen, as stands above the place; such a paper is handed in as a scan.
    pen: str = ""
    #: What stands where the pen should have signed, and what became of the signature.
    by_hand: Literal["signed", "nobody", "typed", "elsewhere"] = "signed"
    #: Whose hand it is: which strokes the pen makes.
    hand: int | str = HAND
    #: Gives the ink of a name: in how many letters, how high, by which chance.
    strokes: Callable[[int, int, random.Random], Image.Image] = written
    #: What the ring of its seal states; empty: the registered name of whose paper it is.
    ring: str = ""

    def refusing(self) -> Form:
        return replace(self, paragraphs=(self.refusal,))

    def file_name(self, brief: Brief) -> str:
        return f"{brief.customer.name}_{self.title}.pdf"

    def write(self, brief: Brief) -> Draft:
        """Give the paper as it should be."""
        if self.signer_role is None:
            return self.dated(brief, brief.made_at)
        contact = brief.customer.contact(self.signer_role)
        data = self.signed_by(brief, brief.credential(contact), contact.name)
        return Draft(name=self.file_name(brief), media_type=PDF, data=data)

    def dated(self, brief: Brief, created: datetime) -> Draft:
        """Give it unsigned; Info says `created`, the XMP packet says when it was written."""
        data = self.unsigned(brief, created=created).data
        return Draft(name=self.file_name(brief), media_type=PDF, data=data)

    def signed_by(
        self, brief: Brief, credential: Credential, name: str, *, created: datetime | None = None
    ) -> bytes:
        """Give it signed by whomever, some time after it was written."""
        paper = self.unsigned(brief, created=created)
        when = brief.made_at + SIGNED_AFTER
        lines = (
            f"签署人：{name}",
            brief.customer.name,
            f"时间：{when:%Y-%m-%d %H:%M:%S} +08:00",
            f"事由：{self.title}",
        )
        return sign(
            paper.data,
            Signing(
                credential=credential,
                root=brief.authority.root,
                at=when,
                place=paper.signature_place,
                face=signature_face(name, lines, brief.rng(f"hand/{name}")),
                field="Signature1",
                reason=self.title,
            ),
        )

    def unsigned(
        self, brief: Brief, *, flattering: bool = False, created: datetime | None = None
    ) -> Unsigned:
        """Write it; a `flattering` one says nothing of the open point."""
        paper = Paper(self._letterhead(brief))
        paper.title(self.title, number=f"编号：{brief.customer.key.upper()}-{brief.made_at:%y%m%d}")
        self._body(paper, brief, flattering=flattering)
        by = self._organisation(brief).registered_name
        place = paper.reserve(FACE_WIDTH, FACE_HEIGHT, note=self._note(brief))
        paper.paragraph(f"{by}\u3000{brief.made_at:%Y 年 %m 月 %d 日}")
        if self.is_sealed:
            stamp_seal(
                paper.page, (170.0, place.top + 36), name=self.ring or by, purpose="业务专用章"
            )
        about = self._properties(brief, created or brief.made_at)
        if not self.pen:
            return Unsigned(data=paper.save(about), signature_place=place)
        signer = brief.customer.contacts[0].name
        if self.by_hand == "typed":
            _type(paper, place, signer)
        hand = random.Random(self.hand)  # noqa: S311 - the same person signs every time
        names = self._by_pen(place, len(signer), hand)
        data = scanned(paper.save(about), about, names, hand)
        return Unsigned(data=data, signature_place=place)

    def _properties(self, brief: Brief, created: datetime) -> Properties:
        return Properties(
            title=f"{brief.customer.name} {self.title}",
            author=brief.company.person(brief.customer.owner).name,
            creator=SCANNER if self.pen else "WPS 文字 12.1",
            producer="PyMuPDF",
            created=created,
            modified=created,
            xmp_created=brief.made_at,
        )

    def _by_pen(self, place: Place, letters: int, hand: random.Random) -> Sequence[Written]:
        if self.by_hand in {"nobody", "typed"}:
            return ()
        if self.by_hand == "elsewhere":
            wide, high = place.right - place.left, place.bottom - place.top
            place = Place(
                page=place.page,
                left=LEFT,
                top=ELSEWHERE,
                right=LEFT + wide,
                bottom=ELSEWHERE + high,
            )
        return (Written(place=place, letters=letters, hand=hand, strokes=self.strokes),)

    def _body(self, paper: Paper, brief: Brief, *, flattering: bool) -> None:
        if self.to:
            paper.paragraph(f"致：{self.to}", indent=False)
        paper.fields(
            (
                ("客户名称", brief.customer.registered_name),
                ("供应商", brief.company.organisation.registered_name),
                ("项目", TRADES[brief.customer.path].project),
                ("日期", f"{brief.made_at:%Y 年 %m 月 %d 日}"),
            )
        )
        own = brief.rng(f"figures/{self.item}")
        for text in self.paragraphs:
            paper.paragraph(_figures(text, own))
        if self.rows:
            head, *rows = ([_figures(text, own) for text in row] for row in self.rows)
            paper.table(Table(header=head, rows=rows, shares=(1.0,) * len(head)))
        if self.weak:
            paper.paragraph(FLATTERY if flattering else f"遗留事项：{self.weak}")

    def _letterhead(self, brief: Brief) -> Letterhead:
        by = self._organisation(brief)
        line = f"{by.address} · office@{by.domain}"
        return Letterhead(name=by.registered_name, line=line, accent=ACCENT)

    def _organisation(self, brief: Brief) -> Any:
        customer = brief.customer.organisation
        return customer if self.by == "customer" else brief.company.organisation

    def _note(self, brief: Brief) -> str:
        if self.signer_role is None:
            return self.pen or "经办人："
        return f"{brief.customer.contact(self.signer_role).title.zh}（签字）："


def _figures(text: str, own: random.Random) -> str:
    """Put a figure of this customer's own wherever the words say between which two it lies."""

    def drawn(found: re.Match[str]) -> str:
        low, high = found.groups()
        places = len(low.partition(".")[2])
        scale = 10**places
        number = own.randint(round(float(low) * scale), round(float(high) * scale))
        return f"{number / scale:.{places}f}"

    return DRAWN.sub(drawn, text)


def _type(paper: Paper, place: Place, name: str) -> None:
    """Type a name where somebody must sign."""
    below, paper.y = paper.y, place.top + 40
    paper.write(place.left + 8, name, size=22)
    paper.y = below


@cache
def _words() -> dict[str, dict[str, dict[str, Any]]]:
    text = files(__package__).joinpath("forms.yaml").read_text("utf-8")
    found: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(text)
    return found


def form_of(path: str, item: str, title: str, signer_role: str | None) -> Form:
    """Give the form of an item. Raises KeyError where forms.yaml has no words for it."""
    words = _words()[path][item]
    plain = Form(
        item=item,
        title=title,
        by=words["by"],
        paragraphs=tuple(words["paragraphs"]),
        signer_role=signer_role,
    )
    rows = tuple(tuple(map(str, row)) for row in words.get("rows", ()))
    return replace(
        plain,
        rows=rows,
        weak=words.get("weak", ""),
        pen=words.get("pen", ""),
        to=words.get("to", ""),
        refusal=words.get("refusal", ""),
    )
