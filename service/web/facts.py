"""What is known of a file besides its findings: what it is, what times and signatures it states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.web import views
from service.web.translation import gettext as _
from service.web.words import TRUSTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.records import Deliverable


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    title: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeView:
    """A time that the file states, and how much that is worth."""

    source: str
    value: str
    trust: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureView:
    signer: str
    status: str
    cause: str
    time: str
    covers: str


def of(deliverable: Deliverable) -> tuple[Fact, ...]:
    """Give what the file is, and how it was examined."""
    report = deliverable.report or {}
    kind = report.get("type", {})
    known = [
        (_("Format"), _format(kind) if kind else ""),
        (_("Size"), views.size(deliverable.size)),
        (_("Received"), views.clock(deliverable.received_at)),
        (_("Declared as"), deliverable.declared_type or ""),
        ("SHA-256", deliverable.sha256),
        (_("Policy"), report.get("policy", "")),
        (_("Sandbox"), report.get("sandbox", "")),
    ]
    return tuple(Fact(title=title, value=value) for title, value in known if value)


def times(deliverable: Deliverable) -> tuple[TimeView, ...]:
    """Give the times that the file states, as they were found."""
    return tuple(
        TimeView(source=claim["source"], value=_time(claim), trust=_trust(claim["trust"]))
        for claim in (deliverable.report or {}).get("claims", [])
        if claim["kind"] == "time"
    )


def signatures(deliverable: Deliverable) -> tuple[SignatureView, ...]:
    return tuple(
        SignatureView(
            signer=signature["signer"] or _("unknown"),
            status=signature["status"],
            cause=views.cause_title(signature["sub_indication"]),
            time=signature["time"] or "",
            covers=_covers(signature["covers"]),
        )
        for signature in (deliverable.report or {}).get("signatures", [])
    )


def _format(kind: Mapping[str, Any]) -> str:
    name = kind.get("format") or _("not recognised")
    return _("%(format)s, encrypted", format=name) if kind.get("encrypted") else name


def _time(claim: Mapping[str, Any]) -> str:
    value, zone = str(claim["value"]), claim.get("zone")
    if not zone:
        return _("%(time)s, no time zone given", time=value) if "T" in value else value
    return value if value.endswith((str(zone), "Z")) else f"{value} {zone}"


def _trust(trust: str) -> str:
    return f"{trust} · {TRUSTS[trust]}" if trust in TRUSTS else trust


def _covers(covers: str) -> str:
    name, _space, number = covers.partition(" ")
    known = {
        "whole": _("the whole file"),
        "part": _("a part of the file"),
        "revision": _("signed revision %(revision)s", revision=number),
    }
    return known.get(name, covers)
