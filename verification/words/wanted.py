"""Whether anybody will ask for the words of pages: then the models must be loaded beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verification.terms import Terms


def wants_words(terms: Terms) -> bool:
    """Say whether what is asked under `terms` needs words that stand on pages."""
    asked = terms.requirement.content
    return (
        terms.look.words
        or asked.letter is not None
        or asked.quote is not None
        or asked.film is not None
        or (asked.signature is not None and bool(asked.signature.near))
        or (asked.seal is not None and asked.seal.holder is not None)
    )
