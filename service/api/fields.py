"""The kinds of value that requests and answers are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

#: What leaves no mark on paper: blanks of every width, joiners, marks of direction, fillers.
_UNSEEN = (
    r"\s\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
#: One line that a person wrote: no control characters, and something of it is seen.
LINE = rf"^[^\u0000-\u001f\u007f]*[^{_UNSEEN}][^\u0000-\u001f\u007f]*$"
#: Several lines.
LINES = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"

#: One line without a blank at either end: what names something is the same however it is read.
KEY = (
    r"^[^\s\u0000-\u001f\u007f]"
    r"([^\u0000-\u001f\u007f\u0085\u2028\u2029]*[^\s\u0000-\u001f\u007f])?$"
)

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=LINE)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=KEY)]
Paragraph = Annotated[str, StringConstraints(max_length=2000, pattern=LINES)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
#: How machines name things: roles of contacts, items, formats.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
Mail = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[!-?A-~]{1,64}@[0-9A-Za-z.-]{1,189}$")
]
#: A certificate's SHA-256 as certificate viewers show it: pairs of digits, with or without colons.
Fingerprint = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$", max_length=95)
]


def _whole(value: object) -> object:
    """2.0 is a whole number in JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _yes_or_no(value: object) -> object:
    """A query says true or false, and no other word for it."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


#: What happened earlier no system of today wrote down.
FIRST_YEAR = 1900


def _datable(value: datetime) -> datetime:
    """Refuse what no calendar holds once it is put in UTC, or what is so early that it is none."""
    try:
        year = value.astimezone(UTC).year
    except OverflowError:
        year = 0
    if year < FIRST_YEAR:
        raise PydanticCustomError("datetime_range", "in the years 1900 to 9999, in UTC")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_datable)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no), Strict()]
Days = Annotated[int, Field(ge=1, le=36_500), BeforeValidator(_whole)]


class Out(BaseModel):
    """Part of an answer; made from records as well as from JSON."""

    model_config = ConfigDict(from_attributes=True)


class Both(Out):
    """A sentence in both languages."""

    zh: str
    en: str


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(50, ge=1, le=100, description="Rows on a page")
    after: Id | None = Field(
        None, description="`next` of the page before; the Link header has the whole address"
    )
