"""What a mail says of itself: Date, From, and every Received line on its way (RFC 5322, 5321).

All of it is container metadata (T2): whoever has the file can write any of these lines. What our
own mail servers wrote on top is a server's that we know (T4), where an administrator names them.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from verification.claims.metadata import Notes, shown
from verification.examination import ClaimSource
from verification.moments import mail_moment
from verification.readers.email import MailError, read_headers
from verification.values import HeaderLine, Text, Trust

if TYPE_CHECKING:
    from verification.examination import Collected, Context
    from verification.readers.email import Hop, MailHeaders


def collect(context: Context) -> Collected:
    notes = Notes()
    try:
        headers = read_headers(context.submission.data)
    except MailError as error:
        notes.unreadable("mail:headers", str(error))
        return notes.collected
    note_headers(notes, headers, context.mail_servers)
    return notes.collected


def note_headers(notes: Notes, headers: MailHeaders, servers: tuple[str, ...]) -> None:
    """Note dates, hops and names of a header; a hop to a server of ours is worth more."""
    for index, date in enumerate(headers.dates):
        source = f"mail:Date[{index}]" if index else "mail:Date"
        where = HeaderLine(name="Date", index=index)
        notes.time(source, date, mail_moment, event="sent", evidence=where)
    # The last servers write on top: below the first foreign line anything may be made up.
    ours = len([*takewhile(lambda hop: _is_ours(hop.by, servers), headers.hops)])
    for hop in headers.hops:
        _note(notes, hop, Trust.T4 if hop.index < ours else Trust.T2)
    notes.word("author", "mail:From", headers.sender)
    notes.word("software", "mail:X-Mailer", headers.mailer)


def _is_ours(server: str, servers: tuple[str, ...]) -> bool:
    return server in {name.lower().rstrip(".") for name in servers}


def _note(notes: Notes, hop: Hop, trust: Trust) -> None:
    by = shown(hop.by) or "?"
    where = HeaderLine(
        name="Received",
        index=hop.index,
        caption=Text(zh=f"服务器 {by} 收到的时间", en=f"received by {by}"),
    )
    if hop.date:
        source = f"mail:Received[{hop.index}]"
        notes.time(source, hop.date, mail_moment, event="received", trust=trust, evidence=where)


SOURCE = ClaimSource(id="mail.headers", formats=frozenset({"eml", "mht"}), collect=collect)
