"""People, and the sessions in which they are signed in."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from service import access
from service.actions.passwords import hash_password, matches
from service.actions.trail import record
from service.actors import Actor
from service.errors import AlreadyThere, Invalid, NotFound, Trouble, Unauthenticated
from service.records import Person, Role, Session
from verification.values import Text

if TYPE_CHECKING:
    from datetime import datetime

    from service.ports import Ports
    from service.ports.records import Unit

SESSION_HOURS = 12
SECRET_BYTES = 32

#: Letters that nobody can take for others: the trail is read by these names.
LOGIN = r"^[0-9A-Za-z][0-9A-Za-z._@+-]{1,99}$"

#: Whoever runs commands on the machine itself: adds the first people, makes tokens for programs.
OPERATOR = Actor(person_id="operator", name="command line", role=Role.ADMIN, region=None, team=None)

SIGN_IN_AGAIN = Text(zh="请重新登录。", en="Sign in again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    login: str
    name: str
    role: Role
    region: str | None = None
    team: str | None = None
    #: None: somebody who cannot sign in with a password.
    password: str | None = None
    locale: str = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A fresh session. `secret` is for the cookie and is kept nowhere."""

    person: Person
    session: Session
    secret: str


def digest(secret: str) -> str:
    """Give the form in which secrets of sessions and tokens are stored."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def actor_of(
    person: Person, *, scopes: tuple[str, ...] = ("*",), request_id: str | None = None
) -> Actor:
    """Give the person as the one who acts."""
    return Actor(
        person_id=person.id,
        name=person.name,
        role=person.role,
        region=person.region,
        team=person.team,
        scopes=scopes,
        request_id=request_id,
        locale=person.locale,
    )


def sign_in(ports: Ports, *, login: str, password: str, request_id: str | None = None) -> SignedIn:
    """Open a session. Raises Unauthenticated without saying whether login or password is wrong.

    The password is checked outside any transaction: it takes long on purpose.
    """
    with ports.records.read() as unit:
        found = unit.people.find({"login": login.strip().lower()}, limit=1)
    person = found[0] if found else None
    right = matches(person.password_hash if person else None, password)
    if person is None or not right or not person.active:
        raise Unauthenticated(
            Text(zh="登录名或密码不正确。", en="The login or the password is wrong."),
            remedy=Text(
                zh="请核对后重试；忘记密码请找管理员。",
                en="Check both and try again; ask an administrator for a new password.",
            ),
        )
    with ports.records.begin() as unit:
        return _open_session(unit, person, request_id)


def _open_session(unit: Unit, person: Person, request_id: str | None) -> SignedIn:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    session = Session(
        id=digest(secret),
        person_id=person.id,
        csrf=secrets.token_urlsafe(SECRET_BYTES),
        created_at=unit.now(),
        expires_at=unit.now() + timedelta(hours=SESSION_HOURS),
    )
    unit.sessions.add(session)
    record(unit, "sessions.open", after=session, actor=actor_of(person, request_id=request_id))
    return SignedIn(person=person, session=session, secret=secret)


def sign_out(unit: Unit, actor: Actor, session: Session) -> Session:
    """Revoke a session; the cookie is worth nothing from then on."""
    after = unit.sessions.replace(replace(session, revoked_at=unit.now()))
    record(unit, "sessions.close", after=after, before=session, actor=actor)
    return after


def identify_session(unit: Unit, secret: str) -> tuple[Person, Session]:
    """Say who a cookie belongs to. Raises Unauthenticated, saying why it is worth nothing."""
    session = unit.sessions.get(digest(secret))
    if session is None:
        raise Unauthenticated(
            Text(zh="会话不存在。", en="There is no such session."), remedy=SIGN_IN_AGAIN
        )
    if session.revoked_at is not None:
        raise Unauthenticated(
            Text(zh="会话已退出。", en="This session was signed out."), remedy=SIGN_IN_AGAIN
        )
    if session.expires_at <= unit.now():
        when = instant(session.expires_at)
        raise Unauthenticated(
            Text(zh=f"会话已于 {when} 过期。", en=f"This session expired at {when}."),
            remedy=SIGN_IN_AGAIN,
        )
    return active_person(unit, session.person_id), session


def active_person(unit: Unit, person_id: str) -> Person:
    """Give a person who may act. Raises Unauthenticated."""
    return active(unit.people.get(person_id))


def active(person: Person | None) -> Person:
    """Give the person, who may act. Raises Unauthenticated."""
    if person is None or not person.active:
        raise Unauthenticated(
            Text(zh="该账号已停用。", en="This account is no longer active."),
            remedy=Text(zh="请联系管理员。", en="Ask an administrator."),
        )
    return person


def add_person(unit: Unit, actor: Actor, draft: PersonDraft) -> Person:
    """Add somebody. Raises AlreadyThere for a login that is taken, Invalid for a bad one."""
    access.require(actor, "people.add")
    login = draft.login.strip().lower()
    if not re.fullmatch(LOGIN, login, re.ASCII):
        raise Invalid(
            Text(zh=f"{login!r} 不能作登录名。", en=f"{login!r} cannot be a login."),
            remedy=Text(
                zh="请用 2 到 100 个字符：以字母或数字开头，只含英文字母、数字和 . _ @ + -。",
                en="Take 2 to 100 characters: a letter or digit, then English letters, digits and "
                ". _ @ + - only.",
            ),
        )
    if unit.people.find({"login": login}, limit=1):
        text = Text(zh=f"登录名“{login}”已被使用。", en=f"The login {login!r} is taken.")
        found = Trouble(where="/login", seen=login, expected="another login", message=text)
        raise AlreadyThere(
            text, remedy=Text(zh="请换一个登录名。", en="Choose another."), troubles=(found,)
        )
    person = Person(
        id=unit.new_id(),
        login=login,
        name=draft.name,
        role=draft.role,
        region=draft.region,
        team=draft.team,
        password_hash=None if draft.password is None else hash_password(draft.password),
        locale=draft.locale,
        active=True,
        created_at=unit.now(),
    )
    unit.people.add(person)
    record(unit, "people.add", after=person, actor=actor)
    return person


def find_people(
    unit: Unit, actor: Actor, *, after: str | None = None, limit: int = 50
) -> tuple[Person, ...]:
    """Give the people that the actor may see, oldest account first."""
    where: dict[str, Any] = access.scope(actor, "people.read", owner="id")
    return unit.people.find(where, after=after, limit=limit)


def get_person(unit: Unit, login: str) -> Person:
    """Give a person by login, for the command line. Raises NotFound."""
    found = unit.people.find({"login": login.strip().lower()}, limit=1)
    if not found:
        raise NotFound(
            Text(zh=f"没有登录名为“{login}”的人。", en=f"Nobody has the login {login!r}.")
        )
    return found[0]


def instant(at: datetime) -> str:
    """Write a time as people and programs read it, to the second, UTC."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
