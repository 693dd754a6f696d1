"""Tokens for programs: a person's own, limited to named actions, until a day."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from service import access
from service.actions.accounts import OPERATOR, SECRET_BYTES, active, digest, instant
from service.actions.trail import record
from service.errors import Forbidden, Invalid, NotFound, Trouble, Unauthenticated
from service.records import Token
from verification.values import Text

if TYPE_CHECKING:
    from datetime import datetime

    from service.actors import Actor
    from service.ports.records import Unit
    from service.records import Person

#: Lets people and secret scanners see what it is.
PREFIX = "cm_"

_NOTHING = Text(zh="没有内容", en="nothing")
_LATER = Text(zh="以后的时间", en="a time to come")
MAKE_ANOTHER = Text(
    zh="请创建新令牌（POST /api/v1/tokens）。", en="Make another one (POST /api/v1/tokens)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDraft:
    name: str
    #: Names of actions, or ``*`` alone for all that its person may.
    scopes: tuple[str, ...]
    #: Aware; None: until it is revoked.
    expires_at: datetime | None = None


def create_token(
    unit: Unit, actor: Actor, *, person_id: str, draft: TokenDraft
) -> tuple[Token, str]:
    """Make a token and give its secret, which is kept nowhere.

    People make their own; only the operator of the machine makes somebody else's. A token cannot
    make a mightier one. Raises Forbidden and Invalid.
    """
    access.require(actor, "tokens.create")
    if actor.person_id not in {person_id, OPERATOR.person_id}:
        raise Forbidden(
            Text(zh="只能为自己创建令牌。", en="One makes tokens for oneself only."),
            remedy=Text(zh="请对方自行创建。", en="Let them make it."),
        )
    _check_scopes(actor, draft.scopes)
    if draft.expires_at is not None and draft.expires_at <= unit.now():
        raise _wrong("/expires_at", seen=instant(draft.expires_at), expected=_LATER)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = Token(
        id=unit.new_id(),
        person_id=person_id,
        name=draft.name,
        secret_hash=digest(secret),
        scopes=draft.scopes,
        created_at=unit.now(),
        expires_at=draft.expires_at,
    )
    unit.tokens.add(token)
    record(unit, "tokens.create", after=token, actor=actor)
    return token, secret


def revoke_token(unit: Unit, actor: Actor, token_id: str) -> Token:
    """Make a token worthless; doing it again changes nothing. Raises NotFound."""
    where: dict[str, Any] = access.scope(actor, "tokens.revoke", owner="person_id")
    found = unit.tokens.find({**where, "id": token_id}, limit=1)
    if not found:
        raise NotFound(Text(zh="找不到这个令牌。", en="There is no such token."))
    if found[0].revoked_at is not None:
        return found[0]
    after = unit.tokens.replace(replace(found[0], revoked_at=unit.now()))
    record(unit, "tokens.revoke", after=after, before=found[0], actor=actor)
    return after


def find_tokens(
    unit: Unit, actor: Actor, *, after: str | None = None, limit: int = 50
) -> tuple[Token, ...]:
    """Give the tokens that the actor may see, oldest first."""
    where: dict[str, Any] = access.scope(actor, "tokens.read", owner="person_id")
    return unit.tokens.find(where, after=after, limit=limit)


def identify_token(unit: Unit, secret: str) -> tuple[Person, Token]:
    """Say whose a token is. Raises Unauthenticated, saying why it is worth nothing."""
    found = unit.holders.of_secret(digest(secret))
    if found is None:
        raise Unauthenticated(
            Text(zh="令牌不存在。", en="There is no such token."), remedy=MAKE_ANOTHER
        )
    token, person = found
    if token.revoked_at is not None:
        when = instant(token.revoked_at)
        raise Unauthenticated(
            Text(zh=f"令牌已于 {when} 被吊销。", en=f"This token was revoked at {when}."),
            remedy=MAKE_ANOTHER,
        )
    if token.expires_at is not None and token.expires_at <= unit.now():
        when = instant(token.expires_at)
        raise Unauthenticated(
            Text(zh=f"令牌已于 {when} 过期。", en=f"This token expired at {when}."),
            remedy=MAKE_ANOTHER,
        )
    return active(person), token


def _check_scopes(actor: Actor, scopes: tuple[str, ...]) -> None:
    known = {*access.table().actions, access.EVERYTHING}
    unknown = [scope for scope in scopes if scope not in known]
    if unknown or not scopes:
        seen = unknown[0] if unknown else _NOTHING
        raise _wrong("/scopes", seen=seen, expected=", ".join(sorted(known)))
    if access.EVERYTHING not in actor.scopes and not set(scopes) <= set(actor.scopes):
        raise Forbidden(
            Text(zh="令牌不能创建权限更大的令牌。", en="A token cannot make a mightier token."),
            remedy=Text(
                zh=f"请只用这些权限：{', '.join(actor.scopes)}。",
                en=f"Use only these scopes: {', '.join(actor.scopes)}.",
            ),
        )


def _wrong(where: str, *, seen: str | Text, expected: str | Text) -> Invalid:
    saw, wanted = (
        one if isinstance(one, Text) else Text(zh=one, en=one) for one in (seen, expected)
    )
    text = Text(
        zh=f"{where}：看到 {saw.zh}，应为 {wanted.zh}。",
        en=f"{where}: saw {saw.en}, expected {wanted.en}.",
    )
    return Invalid(
        text, troubles=(Trouble(where=where, seen=saw.en, expected=wanted.en, message=text),)
    )
