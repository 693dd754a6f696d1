"""How requests are read: strictly, by pydantic, into Invalid with every trouble at once.

This takes the place of APIFlask's own reading of pydantic models, which ignores the Content-Type,
drops repeated parameters and flattens where an error was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from apiflask.schema_adapters import registry
from apiflask.schema_adapters.pydantic import PydanticAdapter
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from werkzeug.exceptions import RequestEntityTooLarge

from service.api.json_text import check_json
from service.api.troubles import NOTHING, invalid, shown, too_large, trouble
from service.errors import Invalid, WrongMediaType
from verification.values import Text

if TYPE_CHECKING:
    from flask import Request


#: Nobody writes more by hand; files go by another way.
JSON_BYTES = 1024 * 1024
#: Of a body in chunks, which do not say how many bytes come.
MORE = Text(zh="更多内容", en="more than that")


class Body(BaseModel):
    """What a request may hold: nothing but the named fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Change(Body):
    """What is given is changed; at least one thing is given."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("nothing_to_change", "at least one field")
        return self


class NoQuery(Body):
    """A route without parameters says so, that a misspelt one is not ignored."""


class StrictReading(PydanticAdapter):
    """The adapter that `@input` uses for pydantic models."""

    def validate_input(self, request: Request, location: str, **_: Any) -> BaseModel:
        """Read one part of a request. Raises Invalid, MalformedJson or WrongMediaType."""
        try:
            if location == "json":
                read_json(request)
                return self.model_class.model_validate_json(request.get_data(), strict=True)
            return self.model_class.model_validate(read_query(request))
        except ValidationError as error:
            raise invalid(error, location) from error


# At import, because `@input` picks its adapter while the blueprints are being imported.
registry.register("pydantic", StrictReading)


def read_query(request: Request) -> dict[str, str]:
    """Give the query parameters. Raises Invalid for one that is given twice."""
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        troubles = tuple(
            trouble(
                shown(name).strip('"'),
                seen=shown(request.args.getlist(name)),
                expected=Text(zh="只出现一次", en="it once only"),
            )
            for name in repeated[:5]
        )
        raise Invalid(
            Text(zh="有查询参数重复出现。", en="A parameter is given more than once."),
            remedy=Text(zh="请每个参数只写一次。", en="Give each parameter once."),
            troubles=troubles,
        )
    return request.args.to_dict()


def read_json(request: Request) -> None:
    """Check that the body is JSON. Raises WrongMediaType and MalformedJson, saying where.

    Pydantic reads the bytes again by the strict rules for JSON (no "5" for 5); this reading finds
    what it would let pass: keys given twice, NaN.
    """
    require_media_type(request, "application/json")
    request.max_content_length = min(request.max_content_length or JSON_BYTES, JSON_BYTES)
    try:
        text = request.get_data(cache=True)
    except RequestEntityTooLarge as error:
        said = request.content_length
        seen = Text(zh=f"{said} 字节", en=f"{said} bytes") if said else MORE
        remedy = Text(
            zh="请分几次发送；没有保存任何内容。", en="Send it in parts; nothing was stored."
        )
        allowed = request.max_content_length
        raise too_large("body", seen=seen, allowed=allowed, remedy=remedy) from error
    check_json(text)


def require_media_type(request: Request, wanted: str) -> None:
    """Raise WrongMediaType unless the body is declared as `wanted`."""
    if request.mimetype == wanted:
        return
    seen = request.mimetype[:80] or NOTHING
    found = trouble("Content-Type", seen=seen, expected=Text(zh=f" {wanted}", en=wanted))
    raise WrongMediaType(
        found.message,
        remedy=Text(zh=f"请以 {wanted} 发送。", en=f"Send it as {wanted}."),
        troubles=(found,),
    )
