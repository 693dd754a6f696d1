"""/tokens: access for programs."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, make_response
from pydantic import Field

from service import access
from service.actions import tokens as actions
from service.api.bodies import Body
from service.api.fields import Line, Moment, Out, PageQuery
from service.api.idempotency import refuse_key
from service.api.paging import page
from service.api.work import Work, reading, writing

tokens = APIBlueprint("tokens", __name__, url_prefix="/api/v1/tokens", tag="tokens")


#: `create_token` checks it; the document names what there is.
Scope = Annotated[
    str, Field(json_schema_extra={"enum": [access.EVERYTHING, *access.table().actions]})
]


class NewToken(Body):
    name: Line
    scopes: list[Scope] = Field(
        min_length=1, max_length=50, description="Names of actions, or `*` alone for all"
    )
    expires_at: Moment | None = None


class TokenOut(Out):
    id: str
    person_id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewTokenOut(TokenOut):
    secret: str = Field(description="Shown this once; only its hash is kept")


class TokensOut(Out):
    items: list[TokenOut]
    next: str | None


@tokens.get("")
@tokens.input(PageQuery, location="query", arg_name="query")
@tokens.output(TokensOut)
@reading
def list_tokens(work: Work, query: PageQuery) -> Any:
    """List one's tokens."""
    rows = actions.find_tokens(work.unit, work.actor, after=query.after, limit=query.limit + 1)
    return page(rows, query.limit, lambda token: token.id)


@tokens.post("")
@tokens.input(NewToken, arg_name="body")
@writing
@tokens.output(NewTokenOut, status_code=201)
def create_token(work: Work, body: NewToken) -> Any:
    """Make a token for oneself.

    The answer holds a secret and is not kept, so no Idempotency-Key is taken.
    """
    refuse_key()
    draft = actions.TokenDraft(
        name=body.name, scopes=tuple(body.scopes), expires_at=body.expires_at
    )
    token, secret = actions.create_token(
        work.unit, work.actor, person_id=work.actor.person_id, draft=draft
    )
    known = TokenOut.model_validate(token).model_dump()
    return NewTokenOut(**known, secret=secret)


@tokens.delete("/<token_id>")
@tokens.doc(responses={204: "Revoked"})
@writing
def revoke_token(work: Work, token_id: str) -> Response:
    """Revoke a token; again is no harm."""
    actions.revoke_token(work.unit, work.actor, token_id)
    return make_response("", 204)
