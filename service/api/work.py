"""One request, one transaction: what a view is given to work with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask import Response, make_response

from service.api import idempotency
from service.api.identity import required
from service.api.site import site
from service.errors import AlreadyThere, StaleVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from service.actors import Actor
    from service.api.idempotency import Attempt
    from service.ports import Ports
    from service.ports.records import Unit

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    ports: Ports
    unit: Unit
    actor: Actor


def reading(view: Callable[..., R]) -> Callable[..., R]:
    """Give a view its work inside a reading transaction."""

    @wraps(view)
    def read(**arguments: Any) -> R:
        ports = site().ports
        with ports.records.read() as unit:
            return view(Work(ports=ports, unit=unit, actor=required().actor), **arguments)

    return read


def writing(view: Callable[..., Any]) -> Callable[..., Response]:
    """Give a view its work inside a writing transaction; its answer is committed with it.

    Stands above `@output`, so that the answer is complete, and below `@input`, so that no lock
    is held while a request is read.
    """
    return _writing(view, first=False)


def deciding(view: Callable[..., Any]) -> Callable[..., Response]:
    """Do the same before all who wait to write: what people seldom decide waits for no crowd."""
    return _writing(view, first=True)


def _writing(view: Callable[..., Any], *, first: bool) -> Callable[..., Response]:
    @wraps(view)
    def write(**arguments: Any) -> Response:
        body: BaseModel | None = arguments.get("body")
        content = {} if body is None else body.model_dump(mode="json", exclude_unset=True)
        actor = required().actor
        this = idempotency.attempt(actor, idempotency.canonical(content))
        return perform(this, lambda work: make_response(view(work, **arguments)), first=first)

    return write


def perform(
    this: Attempt | None, act: Callable[[Work], Response], *, first: bool = False
) -> Response:
    """Do something and store its answer in one transaction; a repeat gets the stored one."""

    def once() -> Response:
        with site().ports.records.begin(first=first) as unit:
            earlier = idempotency.replay(unit, this) if this else None
            return _enter(unit, this, act) if earlier is None else earlier

    return once() if this is None else _or_replay(this, once)


def perform_together(this: Attempt, act: Callable[[Work], Response]) -> Response:
    """Do the same where many do at once and it is known already that no answer is stored.

    The commit is shared with whoever comes at the same time. Should another process store an
    answer meanwhile, the unique key refuses ours.
    """
    return _or_replay(
        this, lambda: site().ports.records.together(lambda unit: _enter(unit, this, act))
    )


def perform_shared(this: Attempt | None, act: Callable[[Work], Response]) -> Response:
    """Do something small whose commit is shared, under a key or without one."""
    records = site().ports.records
    if this is None:
        return records.together(lambda unit: _enter(unit, None, act))
    with records.read() as unit:
        earlier = idempotency.replay(unit, this)
    return perform_together(this, act) if earlier is None else earlier


def _or_replay(this: Attempt, once: Callable[[], Response]) -> Response:
    with site().running.hold(this):
        try:
            return once()
        except (AlreadyThere, StaleVersion):
            # Another process may have done this very request meanwhile.
            with site().ports.records.read() as unit:
                answer = idempotency.replay(unit, this)
            if answer is None:
                raise
            return answer


def _enter(unit: Unit, this: Attempt | None, act: Callable[[Work], Response]) -> Response:
    answer = act(Work(ports=site().ports, unit=unit, actor=required().actor))
    if this is not None:
        idempotency.keep(unit, this, answer)
    return answer
