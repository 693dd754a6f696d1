"""What an Outlook message says of itself: by whom and when it was sent, when it was received."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from verification.claims.mail_headers import note_headers
from verification.claims.metadata import Notes
from verification.examination import ClaimSource
from verification.moments import aware_moment
from verification.readers.email import MailError, read_headers
from verification.readers.olefile_message import MessageError, read_message
from verification.values import PackagePart

if TYPE_CHECKING:
    from datetime import datetime

    from verification.examination import Collected, Context
    from verification.values import Event


def collect(context: Context) -> Collected:
    notes = Notes()
    try:
        message = read_message(context.submission.data, context.limits)
    except MessageError as error:
        notes.unreadable("msg:properties", str(error))
        return notes.collected
    _note_time(notes, "msg:ClientSubmitTime", message.sent, "sent")
    _note_time(notes, "msg:MessageDeliveryTime", message.received, "received")
    notes.word("author", "msg:Sender", message.shown_sender or message.sender_name)
    try:
        headers = read_headers(message.mail)
    except MailError as error:
        notes.unreadable("msg:TransportMessageHeaders", str(error))
        return notes.collected
    if message.header:
        note_headers(notes, headers, context.mail_servers)
    return notes.collected


def _note_time(notes: Notes, source: str, when: datetime | None, event: Event) -> None:
    if when is None:
        return
    where = PackagePart(part="__properties_version1.0", path=source.partition(":")[2])
    moment = aware_moment(when.replace(tzinfo=UTC))
    notes.time(source, moment.text, lambda _: moment, event=event, evidence=where)


SOURCE = ClaimSource(id="outlook.message", formats=frozenset({"msg"}), collect=collect)
