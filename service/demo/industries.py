"""The deliverables of the other decision paths: each item's good file, and its bad twins.

What a path asks for says how its files are made: who signs, in which format, how many.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from service.demo import film_twins, seen_twins
from service.demo.documents import film, it_mail, photo, quotes, roi_sheet
from service.demo.documents.forms import form_of
from service.demo.names import RIVALS
from service.demo.software_twins import twin as like
from service.demo.twins import (
    ANSWERS,
    BACK_DATED_BY,
    MAIL_SHARE,
    TOLD,
    TOO_OLD_BY,
    SignedPaper,
    Twin,
    back_dated_workbook,
    renamed,
    too_old,
    truncated,
    twins_of_signed,
)
from service.paths import load
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.demo.documents.brief import Brief, Draft
    from service.demo.documents.forms import Form
    from service.paths import PathRequirement

    Write = Callable[[Brief], Draft]

CONFIRMING = {"tech_mail": "tech_lead", "sponsor_mail": "sponsor"}
#: Twins of the software path that quotes and workbooks of every path have.
FAULTS_OF_QUOTES = ("total_wrong", "expired", "tax_number_wrong", "seal_missing", "painted_over")
FAULTS_OF_SHEETS = ("figure_altered", "hidden_sheet")
#: Of a plain PDF, workbook or photo what a broken line lets through.
SHARE = 0.6
#: Which row of ANSWERS tells of a file that was cut off, by its format.
TRUNCATED = {"pdf": "truncated_pdf", "jpg": "truncated_photo", "mp4": "truncated_film"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One good file of an item; `step` is what the story calls it."""

    step: str
    item: str
    write: Write
    told: Text


@cache
def pieces(path: str) -> tuple[Piece, ...]:
    """Give everything that a customer on this path hands in, in order."""
    return tuple(
        piece
        for stage in load(path).stages
        for need in stage.requirements
        for piece in _pieces(path, need)
    )


@cache
def twins(path: str) -> tuple[Twin, ...]:
    """Give the bad files of this path."""
    return tuple(
        twin
        for stage in load(path).stages
        for need in stage.requirements
        for twin in _twins(path, need)
    )


def _pieces(path: str, need: PathRequirement) -> Iterator[Piece]:
    write = _writer(path, need)
    for rank in range(need.needed):
        step = need.item if need.needed == 1 else f"{need.item}{rank + 1}"
        told = Text(zh=str(need.title["zh"]), en=str(need.title["en"]))
        yield Piece(step=step, item=need.item, write=partial(write, rank), told=told)


def _writer(path: str, need: PathRequirement) -> Callable[[int, Brief], Draft]:
    title = str(need.title["zh"])
    first = need.formats[0]
    if first == "eml":
        return lambda _, brief: it_mail.write(brief, None, _topic(need))
    if first == "xlsx":
        return lambda _, brief: _workbook(title, brief, roi_sheet.write(brief))
    if first == "jpg":
        return lambda rank, brief: photo.write(brief, title, rank)
    if first == "mp4":
        return lambda _, brief: film.write(brief, title)
    if need.needed > 1:
        return lambda rank, brief: quotes.write(brief, rank)
    form = _form(path, need)
    return lambda _, brief: form.write(brief)


def _form(path: str, need: PathRequirement) -> Form:
    return form_of(path, need.item, str(need.title["zh"]), need.signer_role)


def _topic(need: PathRequirement) -> it_mail.Topic:
    return it_mail.confirmation(CONFIRMING[need.item], str(need.title["zh"]))


def _workbook(title: str, brief: Brief, draft: Draft) -> Draft:
    return replace(draft, name=f"{brief.customer.name}_{title}.xlsx")


def _twins(path: str, need: PathRequirement) -> Iterator[Twin]:
    yield from _twins_of_content(path, need)
    yield from _seen_elsewhere(path, need)
    if "signature" in need.content:
        yield from seen_twins.by_hand(need.item, _form(path, need))
    if need.signer_role is not None:
        yield from twins_of_signed(_signed_paper(path, need))
        return
    write = partial(_writer(path, need), need.needed - 1)
    first = need.formats[0]
    yield _twin(need, "renamed_type", partial(_renamed, write))
    if first != "mp4":  # a film dated back is one of `film_twins`: its clock tells
        yield _twin(need, "back_dated", _back_dated(path, need))
    old = "too_old_quote" if "quote" in need.content else None
    yield _twin(need, "too_old", partial(too_old, write, by=_too_old_by(need)), old)
    share = MAIL_SHARE if first == "eml" else SHARE
    answer = TRUNCATED.get(first, "truncated")
    yield _twin(need, "truncated", partial(truncated, write, share), answer)


def _twins_of_content(path: str, need: PathRequirement) -> Iterator[Twin]:
    """Give files that say, or lack, what the item must not."""
    if "quote" in need.content:
        yield from (replace(like("quotes", name), item=need.item) for name in FAULTS_OF_QUOTES)
    elif "workbook" in need.content:
        title = str(need.title["zh"])
        for name in FAULTS_OF_SHEETS:
            one = like("roi_sheet", name)
            yield replace(one, item=need.item, make=partial(_titled, title, one.make))
    elif "video" in need.content:
        yield from film_twins.twins(need.item, str(need.title["zh"]))
    elif "letter" in need.content:
        refusing = _form(path, need).refusing()
        yield replace(like("cto_letter", "refusing"), item=need.item, make=refusing.write)
    if "seal" in need.content and "quote" not in need.content:
        bare = replace(_form(path, need), is_sealed=False)
        yield replace(like("cto_letter", "seal_missing"), item=need.item, make=bare.write)
        if need.content["seal"].get("of") == "customer":
            other = replace(_form(path, need), ring=RIVALS[0].registered_name)
            yield replace(like("cto_letter", "seal_other"), item=need.item, make=other.write)


def _seen_elsewhere(path: str, need: PathRequirement) -> Iterator[Twin]:
    """Give files that were handed in for another customer before."""
    if not need.content.get("unseen"):
        return
    if need.formats[0] == "jpg":
        yield seen_twins.photo_of_another(need.item, str(need.title["zh"]), need.needed - 1)
        return
    if need.formats[0] == "mp4":
        yield seen_twins.film_of_another(need.item, str(need.title["zh"]))
        return
    write = partial(_writer(path, need), 0)
    yield from seen_twins.papers(need.item, write, is_signed=need.signer_role is not None)


def _titled(title: str, make: Write, brief: Brief) -> Draft:
    return _workbook(title, brief, make(brief))


def _twin(need: PathRequirement, name: str, make: Write, answer: str | None = None) -> Twin:
    return Twin(
        item=need.item,
        name=name,
        make=make,
        answer=ANSWERS[answer or name],
        told=TOLD[name],
    )


def _too_old_by(need: PathRequirement) -> timedelta:
    return max(TOO_OLD_BY, timedelta(days=(need.max_age_days or 0) + 60))


def _renamed(write: Write, brief: Brief) -> Draft:
    good = write(brief)
    if good.media_type == photo.JPEG:  # a workbook under a photo's name
        return replace(good, data=roi_sheet.write(brief).data)
    return renamed(brief, good.name, good.media_type)


def _back_dated(path: str, need: PathRequirement) -> Write:
    first = need.formats[0]
    if first == "eml":
        topic = _topic(need)
        return lambda brief: it_mail.write(
            brief,
            it_mail.Journey(written_at=brief.made_at - BACK_DATED_BY, sent_at=brief.made_at),
            topic,
        )
    if first == "xlsx":
        title = str(need.title["zh"])
        return lambda brief: _workbook(title, brief, back_dated_workbook(brief))
    if first == "jpg":
        title = str(need.title["zh"])
        return lambda brief: photo.write(
            brief, title, need.needed - 1, changed=brief.made_at - BACK_DATED_BY
        )
    if need.needed > 1:
        return lambda brief: quotes.write(
            brief, need.needed - 1, created=brief.made_at - BACK_DATED_BY
        )
    form = _form(path, need)
    return lambda brief: form.dated(brief, brief.made_at - BACK_DATED_BY)


def _signed_paper(path: str, need: PathRequirement) -> SignedPaper:
    form = _form(path, need)
    role = need.signer_role or ""
    other = next(name for name in load(path).contacts if name != role)
    return SignedPaper(
        item=need.item,
        file_name=form.file_name,
        write=form.write,
        signed_by=form.signed_by,
        unsigned=form.unsigned,
        signer_role=role,
        other_role=other,
    )
