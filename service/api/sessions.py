"""/sessions: sign in, see who one is, sign out."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Any

from apiflask import APIBlueprint
from flask import Response, make_response
from pydantic import Field

from service.actions import accounts
from service.api import identity
from service.api.bodies import Body, NoQuery
from service.api.fields import Out
from service.api.idempotency import refuse_key
from service.api.people import PersonOut
from service.api.work import Work, reading, writing
from service.errors import NotFound
from verification.values import Text

if TYPE_CHECKING:
    from service.records import Session

sessions = APIBlueprint("sessions", __name__, url_prefix="/api/v1/sessions", tag="sessions")


class Credentials(Body):
    login: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=200)


class SessionOut(Out):
    person: PersonOut
    expires_at: datetime
    csrf_token: str = Field(description="Send it as X-CSRF-Token with every change")


@sessions.post("")
@sessions.input(Credentials, arg_name="body")
@sessions.output(SessionOut, status_code=201)
def open_session(body: Credentials) -> Any:
    """Sign in.

    The cookie that comes back is the session. The answer holds a secret and is not kept, so no
    Idempotency-Key is taken.
    """
    refuse_key()
    signed_in = identity.sign_in(body.login, body.password)
    out = SessionOut(
        person=PersonOut.model_validate(signed_in.person),
        expires_at=signed_in.session.expires_at,
        csrf_token=signed_in.session.csrf,
    )
    response = make_response(out.model_dump(mode="json"), 201)
    identity.remember(response, signed_in)
    return response


@sessions.get("/current")
@sessions.input(NoQuery, location="query")
@sessions.output(SessionOut)
@reading
def show_session(work: Work, query_data: NoQuery) -> SessionOut:
    """Say who is signed in, until when, and the CSRF token."""
    del query_data
    session = _session()
    person = accounts.active_person(work.unit, session.person_id)
    return SessionOut(
        person=PersonOut.model_validate(person),
        expires_at=session.expires_at,
        csrf_token=session.csrf,
    )


@sessions.delete("/current")
@sessions.doc(responses={204: "Signed out"})
@writing
def close_session(work: Work) -> Response:
    """Sign out: the session is revoked."""
    accounts.sign_out(work.unit, work.actor, _session())
    response = make_response("", 204)
    identity.forget(response)
    return response


def _session() -> Session:
    session = identity.required().session
    if session is None:
        raise NotFound(
            Text(zh="使用令牌访问时没有会话。", en="A token has no session."),
            remedy=Text(zh="请用 GET /api/v1/people/me。", en="Use GET /api/v1/people/me."),
        )
    return session
