"""A file uploaded from a customer's page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import redirect, request, url_for

from service.actions import deliverables, requirements
from service.api.identity import required
from service.api.multipart import receive_part
from service.api.site import site
from service.errors import Invalid, ServiceError, TooLarge
from service.web import customer_pages, troubles
from verification.values import Text

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from service.api.multipart import ReceivedFile
    from service.ports.storage import StoredFile

#: As the page makes it.
KEY = re.compile(r"[0-9a-f]{32}")


def add_to(web: Blueprint) -> None:
    web.add_url_rule(
        "/requirements/<requirement_id>/deliverables", "upload", upload, methods=["POST"]
    )


def upload(requirement_id: str) -> ResponseReturnValue:
    """Take one file for a requirement; the same form sent twice is one upload.

    By now the form is spooled to disk, and within the cap on requests.
    """
    ports, actor = site().ports, required().actor
    with ports.records.read() as unit:
        need = requirements.get(unit, actor, requirement_id, action="deliverables.upload")
    try:
        received = _received()
        stored = ports.storage.put(received.chunks(), max_bytes=_most())
        entered = _enter(requirement_id, received, stored)
    except ServiceError as error:
        return customer_pages.show(need.customer_id, error)
    page = url_for(
        "web.customer",
        customer_id=need.customer_id,
        received=entered,
        renamed=1 if received.notices else None,
        _anchor=f"need-{need.id}",
    )
    return redirect(page, code=303)


def _received() -> ReceivedFile:
    part = request.files.get("file")
    if part is None or not part.filename:
        raise Invalid(
            Text(zh="还没有选择文件。", en="No file was chosen."),
            remedy=Text(zh="请先选择文件，再上传。", en="Choose a file first, then upload."),
        )
    try:
        return receive_part(part, _most())
    except TooLarge as error:
        raise troubles.too_large(request.content_length or 0, _most()) from error


def _enter(requirement_id: str, received: ReceivedFile, stored: StoredFile) -> str | None:
    """Enter the upload once for each form and file; give its id, None for a repeat."""
    ports, actor = site().ports, required().actor
    given = request.form.get("idempotency_key", "")
    if not KEY.fullmatch(given):
        raise Invalid(troubles.WRONG_FORM, remedy=troubles.REMEDIES[400])
    key = f"upload:{actor.person_id}:{requirement_id}:{given}:{stored.sha256}"
    sent = deliverables.Upload(
        name=received.name, declared_type=received.declared_type, stored=stored
    )
    with ports.records.begin() as unit:
        if not unit.effects.claim(key):
            return None
        wanted, _ = requirements.for_upload(unit, actor, requirement_id)
        entered = deliverables.receive(ports, unit, actor, wanted=wanted, upload=sent)
    return entered.id


def _most() -> int:
    return site().settings.max_upload_bytes
