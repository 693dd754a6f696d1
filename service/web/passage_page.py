"""May a quote pass finance: asked by deal, quote or both, told with who holds it and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import make_response, render_template, request, url_for

from models.written import is_line
from rules.states import Phase
from service.actions import quote_passage
from service.api.identity import required
from service.api.site import site
from service.causes.report_words import PHASES
from service.errors import Invalid, NotFound
from service.funnel import funnel
from service.registered import called
from service.web import troubles
from service.web.frame import may
from service.web.translation import gettext as _
from service.web.translation import say
from verification.values import Text

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from service.actions.quote_passage import Hold, Passage

#: Longer than any id, as in the API.
LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    name: str
    #: Of the badge, and what it says.
    colour: str
    phase: str
    what: str
    #: What is said in Chinese alone, for whoever has it read out.
    only_chinese: bool
    breaker: str
    scope: str
    condition: str
    way_out: tuple[str, ...]
    measure: str
    #: Of its incident; empty where the reader may not see it.
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageView:
    passes: bool
    sentence: str
    deal: str
    #: What is known of the deal; empty where nothing is.
    known: str
    quote: str
    sheet: str
    holds: tuple[HoldView, ...]


def add_to(web: Blueprint) -> None:
    web.add_url_rule("/quote-passage", "passage", show)


def show() -> ResponseReturnValue:
    """Show the form, and the answer where something was asked; a refusal stands above the form."""
    deal, quote = (request.args.get(name, "").strip() for name in ("deal", "quote"))
    answer, trouble = None, None
    try:
        if {"deal", "quote"} & set(request.args):
            answer = _asked(deal, quote)
    except (Invalid, NotFound) as error:
        trouble = troubles.view(error)
    fields = {"deal": deal[:LONGEST], "quote": quote[:LONGEST]}
    page = render_template("passage.html", **fields, answer=answer, trouble=trouble)
    return make_response(page, trouble.status if trouble else 200)


def _asked(deal: str, quote: str) -> PassageView:
    if not deal and not quote:
        raise Invalid(
            Text(zh="没有填写商机或报价。", en="Neither a deal nor a quote was filled in."),
            remedy=Text(
                zh="请填写其中一项；两项都填，回答最准。",
                en="Fill in one of them; with both the answer is the most exact.",
            ),
        )
    for told in (deal, quote):
        if len(told) > LONGEST or not is_line(told):
            raise Invalid(
                Text(
                    zh=f"编号至多 {LONGEST} 个字，不含控制字符。",
                    en=f"An id has at most {LONGEST} characters, and no control characters.",
                ),
                remedy=Text(zh="请核对后重新填写。", en="Check it and fill it in again."),
            )
    actor = required().actor
    with site().ports.records.read() as unit:
        found = quote_passage.asked(unit, actor, deal=deal or None, quote=quote or None)
    return _view(found, sees_incidents=may(actor, "incidents.read"))


def _view(found: Passage, *, sees_incidents: bool) -> PassageView:
    return PassageView(
        passes=found.passes,
        sentence=_sentence(found),
        deal=found.deal or "",
        known=" & ".join(f"{name}={value}" for name, value in sorted(found.dims.items())),
        quote=found.quote or "",
        sheet=_sheet(verified=found.verified),
        holds=tuple(_hold(one, sees_incidents=sees_incidents) for one in found.holds),
    )


def _sentence(found: Passage) -> str:
    if found.passes:
        return _("It may pass: no measure of an open breaker holds it.")
    return _("It is held, by %(number)s of the measures in force.", number=len(found.holds))


def _sheet(*, verified: bool | None) -> str:
    if verified is None:
        return ""
    return _("verified and valid") if verified else _("not verified, or not valid")


def _hold(one: Hold, *, sees_incidents: bool) -> HoldView:
    breaker, scope, condition = one.why
    return HoldView(
        name=_name(one.stage),
        colour="failed" if one.phase is Phase.OPEN else "waiting",
        phase=say(PHASES[one.phase.value]),
        what=say(called(one.what)),
        only_chinese=called(one.what).en == one.what and not one.what.isascii(),
        breaker=say(breaker),
        scope=say(scope),
        condition=say(condition),
        way_out=tuple(say(way) for way in one.way_out),
        measure=one.measure,
        address=url_for("web.incident", incident_id=one.incident) if sees_incidents else "",
    )


def _name(stage: str) -> str:
    """Give the name of the breaker of a stage."""
    name = funnel().breakers[stage].name
    return say(Text(zh=name.zh, en=name.en))
