"""What a report's claims say of a quote, as values again: for checks and comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.quotes.table import Line
    from verification.values import Claim, ClaimKind, Evidence


#: Ends the source of a quote's `layout` where words beneath its scan are not what it shows.
DOUBTED = "doubted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of a quote; None where it does not say."""

    name: str
    quantity: Decimal | None
    price: Decimal | None
    amount: Decimal | None
    tax: Decimal | None
    gross: Decimal | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An amount that is printed, and where."""

    value: Decimal
    evidence: tuple[Evidence, ...]
    #: Tax that the prices hold already.
    included: bool = False
    #: In per cent, as its label says.
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A quote as its claims have it."""

    claims: tuple[Claim, ...]
    items: tuple[Item, ...]
    #: Every line was read whole.
    whole: bool
    #: It was read from text, not recognised in a picture.
    exact: bool
    #: It was read off a scan, and words that lie beneath say something else.
    doubted: bool

    def one(self, kind: ClaimKind) -> Claim | None:
        """Give the first claim of a kind."""
        return next((claim for claim in self.claims if claim.kind == kind), None)

    def every(self, kind: ClaimKind) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if claim.kind == kind)

    def figures(self, kind: ClaimKind) -> tuple[Figure, ...]:
        """Give the sums of a kind, in the order in which they stand."""
        return tuple(
            Figure(
                value=value,
                evidence=claim.evidence,
                included=":included" in claim.source,
                rate=number(claim.source.rpartition("@")[2]),
            )
            for claim in self.every(kind)
            if (value := number(claim.value)) is not None
        )

    def days(self, kind: ClaimKind) -> tuple[date, ...]:
        return tuple(date.fromisoformat(claim.value) for claim in self.every(kind))


def item_text(line: Line) -> str:
    """Write a line as one claim's value: six fields between tabs, empty where it does not say."""
    figures = (line.quantity, line.price, line.amount, line.tax, line.gross)
    name = " ".join(line.name.split())
    return "\t".join((name, *("" if f is None else f"{f:f}" for f in figures)))


def stated(claims: Iterable[Claim]) -> Stated:
    """Read claims back; what is no claim of a quote is left as it is."""
    kept = tuple(claims)
    items = tuple(item for claim in kept if claim.kind == "item" and (item := _item(claim)))
    read = [claim for claim in kept if claim.kind in {"item", "layout"}]
    return Stated(
        claims=kept,
        items=items,
        whole=bool(items) and not any(claim.source.endswith("/part") for claim in read),
        doubted=any(claim.source.endswith(f":{DOUBTED}") for claim in read),
        exact=all(claim.source.startswith("text") for claim in read),
    )


def number(text: str) -> Decimal | None:
    """Read a figure as `item_text` writes it; None for an empty field and for anything else."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _item(claim: Claim) -> Item | None:
    fields = claim.value.split("\t")
    if len(fields) != 6:  # noqa: PLR2004 - as item_text writes them
        return None
    quantity, price, amount, tax, gross = (number(field) for field in fields[1:])
    return Item(
        name=fields[0],
        quantity=quantity,
        price=price,
        amount=amount,
        tax=tax,
        gross=gross,
        evidence=claim.evidence,
    )
