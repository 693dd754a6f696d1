"""By what a command judges files: the options of every command that does, and what they come to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.house import telling_errors
from service.cli.messages import give_up
from verification.values import Text

if TYPE_CHECKING:
    from verification.terms import Terms

PolicyName = Annotated[str, typer.Option(help="How findings make a verdict.")]
AsOf = Annotated[
    str | None, typer.Option(help="Judge as of this time (ISO 8601); now if left out.")
]
TrustFolder = Annotated[
    Path | None, typer.Option(help="Folder of root certificates (PEM or DER) to trust.")
]
MailKeys = Annotated[
    Path | None, typer.Option(help="File or folder of DKIM key records of mail domains.")
]


def terms_for(policy: PolicyName, at: AsOf, trust: TrustFolder, mail_keys: MailKeys) -> Terms:
    """Read what was asked for; a mistake is told and ends the command."""
    from service.anchors import read_anchors
    from service.mail_keys import read_mail_keys
    from verification import policies
    from verification.terms import Terms

    with telling_errors():
        anchors = read_anchors(trust)
        keys = read_mail_keys(mail_keys)
    try:
        chosen = policies.load(policy)
    except policies.PolicyError:
        known = policies.names()
        give_up(
            Text(
                zh=f"--policy：没有名为“{policy}”的判定策略。可选：{'、'.join(known)}。"
                "请从中选一个，或不写 --policy。",
                en=f"--policy: there is no policy named {policy!r}. "
                f"Choose one of {', '.join(known)}, or leave --policy out.",
            )
        )
    return Terms(at=_moment(at), policy=chosen, anchors=anchors, mail_keys=keys)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        give_up(
            Text(
                zh=f"--at：看到“{text}”，应为 ISO 8601 时间，例如 2026-01-15T09:00:00+08:00。",
                en=f"--at: saw {text!r}, expected ISO 8601, e.g. 2026-01-15T09:00:00+08:00.",
            )
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
