"""A reviewer decides, and goes on to the next that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

from flask import redirect, request, url_for

from service.actions import reviews
from service.api.identity import required
from service.api.site import site
from service.errors import Invalid, ServiceError
from service.records import Decision
from service.web import review_page
from verification.values import Text

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

LONGEST_COMMENT = 2000
#: Control and format characters (among them those that turn the direction of writing),
#: surrogates, unassigned ones, and separators of lines.
UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def add_to(web: Blueprint) -> None:
    web.add_url_rule("/reviews/<review_id>/decision", "decide", decide, methods=["POST"])


def decide(review_id: str) -> ResponseReturnValue:
    """Decide; a refusal shows the same page again, with why and with what was filled in."""
    ports, actor = site().ports, required().actor
    draft = review_page.Draft(
        decision=request.form.get("decision", ""),
        reason_code=request.form.get("reason_code", ""),
        comment=_plain(request.form.get("comment", "")),
    )
    try:
        ruling = _ruling(draft)
        with ports.records.begin() as unit:
            reviews.decide(ports, unit, actor, review_id=review_id, ruling=ruling)
    except ServiceError as error:
        with ports.records.read() as unit:
            review = reviews.get(unit, actor, review_id)
        return review_page.show(review.deliverable_id, error, draft)
    with ports.records.read() as unit:
        following = review_page.next_address(unit, actor, after=review_id, decided=review_id)
    return redirect(following or url_for("web.queue", decided=review_id), code=303)


def _plain(comment: str) -> str:
    """Leave out what cannot be seen, but for the ends of lines."""
    lines = comment.replace("\r\n", "\n")
    return "".join(c for c in lines if c == "\n" or category(c) not in UNSAFE).strip()


def _ruling(draft: review_page.Draft) -> reviews.Ruling:
    try:
        decision = Decision(draft.decision)
    except ValueError as error:
        raise Invalid(
            Text(
                zh="请先选择“通过”“驳回”或“要求补充”。", en="Choose to accept, reject or ask again."
            )
        ) from error
    if not draft.reason_code:
        raise Invalid(
            Text(zh="请选择一个理由，提交人会看到它。", en="Choose a reason; the uploader sees it.")
        )
    if len(draft.comment) > LONGEST_COMMENT:
        raise Invalid(
            Text(
                zh=f"说明有 {len(draft.comment)} 个字，最多 {LONGEST_COMMENT} 个，请缩短。",
                en=f"The comment has {len(draft.comment)} characters; at most "
                f"{LONGEST_COMMENT} are kept. Shorten it.",
            )
        )
    return reviews.Ruling(
        decision=decision, reason_code=draft.reason_code, comment=draft.comment or None
    )
