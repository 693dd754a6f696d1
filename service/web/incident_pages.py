"""Incidents of the funnel: the list, and one with its plots, causes, verdicts and breaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from markupsafe import Markup

from rules.states import Phase
from service.actions import (
    cause_verdicts,
    incident_breakers,
    incident_reports,
    incidents,
)
from service.api.identity import required
from service.api.site import site
from service.cause_records import CauseRole, IncidentState
from service.causes import plots
from service.causes.report import names, report
from service.causes.report_words import PHASES, ROLES
from service.errors import Invalid, ServiceError
from service.funnel import funnel
from service.web import views
from service.web.frame import may
from service.web.translation import language, say
from verification.values import Text

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from service.actors import Actor
    from service.cause_records import Incident
    from service.causes.report import Material, Section
    from service.ports.records import Unit

ROWS = 50
LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    address: str
    way: str
    onset: str
    alarm: str
    open: bool
    breaker: str
    opened: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    section: Section
    pictures: tuple[Markup, ...]


def add_to(web: Blueprint) -> None:
    web.add_url_rule("/incidents", "incidents", list_incidents)
    web.add_url_rule("/incidents/<incident_id>", "incident", show_incident)
    for name, view in (("verdicts", judge), ("breaker", move_breaker), ("closing", close)):
        web.add_url_rule(f"/incidents/<incident_id>/{name}", name, view, methods=["POST"])


def list_incidents() -> ResponseReturnValue:
    """Show the incidents, the latest first."""
    actor = required().actor
    with site().ports.records.read() as unit:
        after = request.args.get("after")
        found = incidents.find(unit, actor, where={}, after=after, limit=ROWS + 1)
        rows = [_row(unit, one) for one in found[:ROWS]]
        has_events = bool(rows) or bool(unit.causes.stage_events.find(limit=1))
    more = url_for("web.incidents", after=found[ROWS - 1].id) if len(found) > ROWS else None
    return render_template("incidents.html", rows=rows, more=more, has_events=has_events)


def show_incident(incident_id: str) -> ResponseReturnValue:
    """Show one incident."""
    return _show(incident_id)


def judge(incident_id: str) -> ResponseReturnValue:
    """Take a verdict; a refusal shows the page again with why."""
    actor = required().actor
    try:
        new = cause_verdicts.NewVerdict(
            role=_role(request.form.get("role", "")),
            candidate=request.form.get("candidate") or None,
            position=None,
            reason=_reason(),
        )
        with site().ports.records.begin() as unit:
            cause_verdicts.give(unit, actor, incident_id, new)
    except ServiceError as error:
        return _show(incident_id, error)
    return redirect(url_for("web.incident", incident_id=incident_id), code=303)


def move_breaker(incident_id: str) -> ResponseReturnValue:
    """Trip or close the breaker by a person's word."""
    actor = required().actor
    try:
        reason = _reason()
        with site().ports.records.begin() as unit:
            if request.form.get("step") == "close":
                incident, _examination = incidents.get(unit, actor, incident_id)
                incident_breakers.close_by_word(unit, actor, incident, reason)
            else:
                _trip(unit, actor, incident_id, reason)
    except ServiceError as error:
        return _show(incident_id, error)
    return redirect(url_for("web.incident", incident_id=incident_id), code=303)


def close(incident_id: str) -> ResponseReturnValue:
    """Close the incident, and with it its breaker."""
    actor = required().actor
    try:
        reason = _reason()
        with site().ports.records.begin() as unit:
            incidents.close(unit, actor, incident_id, reason)
    except ServiceError as error:
        return _show(incident_id, error)
    return redirect(url_for("web.incident", incident_id=incident_id), code=303)


def _trip(unit: Unit, actor: Actor, incident_id: str, reason: str) -> None:
    seen = incident_reports.material(unit, actor, incident_id)
    word = incident_breakers.Word(
        reason=reason, snapshot=lambda: incidents.snapshot_of(site().ports, seen.examination)
    )
    judged, _row_of = incident_breakers.trip_by_word(
        unit, actor, seen.incident, seen.told, word=word
    )
    if not judged.trips:
        raise Invalid(
            Text(
                zh="".join(one.zh for one in judged.reasons),
                en=" ".join(one.en for one in judged.reasons),
            )
        )


def _show(incident_id: str, error: ServiceError | None = None) -> ResponseReturnValue:
    actor = required().actor
    with site().ports.records.read() as unit:
        seen = incident_reports.material(unit, actor, incident_id)
    told = report(seen, language())
    is_open = seen.incident.state is IncidentState.OPEN
    is_held = seen.breaker is not None and seen.breaker.phase is not Phase.CLOSED
    page = render_template(
        "incident.html",
        incident=seen.incident,
        told=told,
        views=[_view(one) for one in told.sections],
        candidates=_candidates(seen),
        roles=[(role.value, say(ROLES[role.value])) for role in CauseRole],
        may_judge=may(actor, "incidents.judge"),
        may_trip=may(actor, "breakers.trip") and is_open and not is_held,
        may_close=may(actor, "breakers.close") and is_held,
        may_end=may(actor, "incidents.close") and is_open,
        may_ask=may(actor, "passage.read") and is_held,
        trouble=None if error is None else _trouble(error),
        files=[
            (name, url_for("incidents.show_report", incident_id=incident_id, format=kind))
            for name, kind in (("PDF", "pdf"), ("Markdown", "md"))
        ],
    )
    return page, 200 if error is None else error.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    message: str
    remedy: str


def _trouble(error: ServiceError) -> Trouble:
    remedy = "" if error.remedy is None else say(error.remedy)
    return Trouble(message=say(error.message), remedy=remedy)


def _view(section: Section) -> SectionView:
    # Every text in a plot is escaped where it is drawn.
    drawn = tuple(Markup(plots.svg(one)) for one in section.plots if one.shapes)  # noqa: S704
    return SectionView(section=section, pictures=drawn)


def _candidates(seen: Material) -> list[tuple[str, str]]:
    called = names(seen.told, language())
    ranked = [(one["id"], f"{one['rank']}. {called[one['id']]}") for one in seen.told["causes"]]
    return [*ranked, ("", say(ROLES["none_of_these"]))]


def _row(unit: Unit, one: Incident) -> IncidentRow:
    titles = {stage.id: say(stage.name) for stage in funnel().stages}
    breaker = unit.causes.breakers.get(one.id)
    return IncidentRow(
        address=url_for("web.incident", incident_id=one.id),
        way=f"{titles[one.stage]} → {titles[funnel().after(one.stage).id]}",
        onset=one.onset,
        alarm=one.alarm,
        open=one.state is IncidentState.OPEN,
        breaker="" if breaker is None else say(PHASES[breaker.phase.value]),
        opened=views.clock(one.opened_at),
    )


def _role(word: str) -> CauseRole:
    try:
        return CauseRole(word)
    except ValueError as error:
        raise Invalid(Text(zh="请选择一个角色。", en="Choose what it was.")) from error


def _reason() -> str:
    reason = " ".join(request.form.get("reason", "").split())
    if not 0 < len(reason) <= LONGEST or not reason.isprintable():
        raise Invalid(
            Text(
                zh=f"请写明理由，至多 {LONGEST} 个字。",
                en=f"Give a reason of at most {LONGEST} characters.",
            )
        )
    return reason
