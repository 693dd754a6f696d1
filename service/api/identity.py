"""Who sends a request: a session's cookie, or a token's Bearer header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import g, request

from service.actions import accounts, tokens
from service.api.site import site
from service.errors import Unauthenticated
from verification.values import Text

if TYPE_CHECKING:
    from flask import Response

    from service.actions.accounts import SignedIn
    from service.actors import Actor
    from service.ports.records import Unit
    from service.records import Session

#: The prefix makes browsers refuse the cookie unless it is Secure and for this host alone.
SECURE_PREFIX = "__Host-"
COOKIE = "countermark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    actor: Actor
    #: None: a token was shown, and no browser sends one by itself.
    session: Session | None


def current() -> Identity | None:
    """Give who is behind the request; looked up once, kept in `flask.g` as `identity`."""
    if "identity" not in g:
        g.refusal, found = None, None
        try:
            # A session's person may be read a moment later: the newer state is the better one.
            found = site().ports.records.glance(_identify)
        except Unauthenticated as error:
            g.refusal = error
        g.identity = found  # not before: who asks again during an outage is no stranger
    return cast("Identity | None", g.identity)


def required() -> Identity:
    """Give who is behind the request. Raises Unauthenticated, saying why nobody is."""
    identity = current()
    if identity is not None:
        return identity
    if g.refusal is not None:
        raise cast("Unauthenticated", g.refusal)
    raise Unauthenticated(
        Text(zh="请先登录，或提供访问令牌。", en="Sign in first, or send an access token."),
        remedy=Text(
            zh="网页请登录；程序请发送 Authorization: Bearer cm_…。",
            en="People sign in; programs send Authorization: Bearer cm_….",
        ),
    )


def remember(response: Response, signed_in: SignedIn) -> None:
    """Put a fresh session's secret into the cookie."""
    response.set_cookie(
        cookie_name(),
        signed_in.secret,
        expires=signed_in.session.expires_at,
        secure=site().settings.https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget(response: Response) -> None:
    """Take the cookie away."""
    response.delete_cookie(
        cookie_name(), secure=site().settings.https, httponly=True, samesite="Lax", path="/"
    )


def cookie_name() -> str:
    return SECURE_PREFIX + COOKIE if site().settings.https else COOKIE


def sign_in(login: str, password: str) -> SignedIn:
    """Sign in from this request's address. Raises Unauthenticated, or Slowed after many tries."""
    address = request.remote_addr or "unknown"
    site().throttle.check(login, address)
    try:
        return accounts.sign_in(
            site().ports, login=login, password=password, request_id=g.request_id
        )
    except Unauthenticated:
        site().throttle.failed(login, address)
        raise


def _identify(unit: Unit) -> Identity | None:
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise Unauthenticated(
                Text(
                    zh="Authorization 头应为 Bearer 加令牌。",
                    en="The Authorization header is `Bearer` and a token.",
                ),
                remedy=tokens.MAKE_ANOTHER,
            )
        person, token = tokens.identify_token(unit, secret.strip())
        actor = accounts.actor_of(person, scopes=token.scopes, request_id=g.request_id)
        return Identity(actor=actor, session=None)
    cookie = request.cookies.get(cookie_name())
    if not cookie:
        return None
    person, session = accounts.identify_session(unit, cookie)
    return Identity(actor=accounts.actor_of(person, request_id=g.request_id), session=session)
