"""What a mail says of itself: Date, From, and every Received line on its way (RFC 5322, 5321).

All of it is container metadata (T2): whoever has the file can write any of these lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import Notes, shown
from verification.examination import ClaimSource
from verification.moments import mail_moment
from verification.readers.email import MailError, read_headers
from verification.values import HeaderLine, Text

if TYPE_CHECKING:
    from verification.examination import Collected, Context
    from verification.readers.email import Hop


def collect(context: Context) -> Collected:
    notes = Notes()
    try:
        headers = read_headers(context.submission.data)
    except MailError as error:
        notes.unreadable("mail:headers", str(error))
        return notes.collected
    for index, date in enumerate(headers.dates):
        source = f"mail:Date[{index}]" if index else "mail:Date"
        where = HeaderLine(name="Date", index=index)
        notes.time(source, date, mail_moment, event="sent", evidence=where)
    for hop in headers.hops:
        _note(notes, hop)
    notes.word("author", "mail:From", headers.sender)
    notes.word("software", "mail:X-Mailer", headers.mailer)
    return notes.collected


def _note(notes: Notes, hop: Hop) -> None:
    by = shown(hop.by) or "?"
    where = HeaderLine(
        name="Received",
        index=hop.index,
        caption=Text(zh=f"服务器 {by} 收到的时间", en=f"received by {by}"),
    )
    if hop.date:
        source = f"mail:Received[{hop.index}]"
        notes.time(source, hop.date, mail_moment, event="received", evidence=where)


SOURCE = ClaimSource(id="mail.headers", formats=frozenset({"eml", "mht"}), collect=collect)
