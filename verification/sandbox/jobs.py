"""What a child can be asked to do, by name."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

from verification import pipeline
from verification.codec import from_json, to_json
from verification.fingerprints import film_making
from verification.fingerprints.kept import FileFingerprint
from verification.fingerprints.making import fingerprints
from verification.fingerprints.texts import TextLine
from verification.identify import identify
from verification.limits import Limits
from verification.pages import drawing
from verification.policies import load as load_policy
from verification.printed.reading import text_of
from verification.readers import pyhanko, rapidocr, workbook
from verification.sandbox import warmth
from verification.terms import Request, Terms
from verification.workbooks import templates

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Done:
    """What a job leaves: a JSON value, and pixels where pixels were asked for."""

    report: object
    pixels: bytes = b""


#: From the file's bytes and the request as JSON; runs in the child. May raise whatever it likes.
Job = Callable[[bytes, Any], Done]


def unknown(data: bytes, request: Any) -> Done:  # noqa: ARG001 - the form of a job
    """Stand in for a job that is in no table."""
    raise LookupError("no such job")


def _nothing(data: bytes, request: Any) -> Done:  # noqa: ARG001 - the form of a job
    """Answer at once: how long the way there and back takes."""
    return Done(len(data))


def _verify(data: bytes, request: Any) -> Done:
    return Done(pipeline.examine_json(data, request))


def _render(data: bytes, request: Any) -> Done:
    try:
        picture = drawing.render(data, from_json(drawing.Wanted, request))
    except drawing.CannotRender as error:
        return Done({"cannot": error.reason})
    return Done({"width": picture.width, "height": picture.height}, picture.rgb)


def _page_sizes(data: bytes, request: Any) -> Done:
    try:
        return Done({"sizes": drawing.sizes(data, from_json(Limits, request))})
    except drawing.CannotRender as error:
        return Done({"cannot": error.reason})


def _page_prints(data: bytes, request: Any) -> Done:
    try:
        made = fingerprints(data, from_json(Limits, request))
    except drawing.CannotRender:
        made = FileFingerprint()
    # Of twenty scans they are more than a report may be.
    return Done(None, json.dumps(to_json(made)).encode())


def _film_print(data: bytes, request: Any) -> Done:
    made = film_making.fingerprint(data, str(request))
    return Done([] if made is None else [to_json(made)])


def _text_lines(data: bytes, request: Any) -> Done:
    limits = from_json(Limits, request)
    printed = text_of(data, identify(data, limits).format, limits)
    rows = printed.rows if printed is not None else ()
    return Done([to_json(TextLine(text=row.text, where=row.cells[0].where)) for row in rows])


def _fingerprint(data: bytes, request: Any) -> Done:
    try:
        book = workbook.read(data, from_json(Limits, request))
    except workbook.BookError as error:
        return Done({"cannot": error.part})
    said = templates.declared(book, "")
    versions = list(dict.fromkeys(one.version for one in said))
    return Done({"fingerprint": templates.fingerprint(book), "versions": versions[:20]})


#: The smallest mail there is.
_MAIL = b"From: a@example.org\r\nSubject: a\r\nDate: Sat, 1 Jan 2000 00:00:00 +0000\r\n\r\na\r\n"


def _document() -> bytes:
    """Make the smallest Office document that has what each has: parts, types, relationships."""
    types = "application/vnd.openxmlformats"
    main = f"{types}-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Default Extension="rels" ContentType="{types}-package.relationships+xml"'
        f'/><Override PartName="/a.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument" Target="a.xml"/></Relationships>',
        "a.xml": "<a/>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


@cache
def _rehearsals() -> tuple[tuple[Job, bytes, Any], ...]:
    """Give what comes every day, with small files of our own."""
    terms = Terms(at=_LONG_AGO, policy=load_policy())
    kinds = {**drawing.samples(), "a.eml": _MAIL, "a.docx": _document()}
    page = (_render, kinds["a.pdf"], to_json(drawing.Wanted(max_side=50)))
    return (
        page,
        *(
            (_verify, kinds[name], to_json(Request(name=name, received_at=_LONG_AGO, terms=terms)))
            for name in ("a.pdf", "a.jpeg", "a.eml", "a.docx")
        ),
    )


def rehearse() -> None:
    """Go the way of every file once, with files of our own.

    A child that was just forked shares its memory with the server, and the first touch of each
    page costs a copy: most of its processor time. It may as well be spent while it waits. Only
    what comes every day is rehearsed, so that nothing is spent for nothing.
    """
    for job, data, request in _rehearsals():
        json.dumps(job(data, request).report)


TABLE: Mapping[str, Job] = {
    "nothing": _nothing,
    "verify": _verify,
    "render": _render,
    "page_sizes": _page_sizes,
    "page_prints": _page_prints,
    "film_print": _film_print,
    "text_lines": _text_lines,
    "fingerprint": _fingerprint,
}


def load(extra: str | None, *, words: bool = False) -> Mapping[str, Job]:
    """Import everything that a child may need; `extra` is a module whose JOBS are added.

    `words`: the models that read pages as well, where they are installed.
    """
    pipeline.warm()
    drawing.warm()
    warmth.load_all()
    pyhanko.warm()
    if words:
        rapidocr.warm()
    _page_prints(drawing.samples()["a.pdf"], to_json(Limits()))  # seldom asked for: not rehearsed
    rehearse()
    return TABLE if extra is None else {**TABLE, **import_module(extra).JOBS}
