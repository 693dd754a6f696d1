"""The borders of a form's parts are found where werkzeug's own patterns find them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from werkzeug.sansio.multipart import MultipartDecoder

from service.api.form_borders import Border, Decoder

if TYPE_CHECKING:
    from re import Match

    from service.api.form_borders import Found

BOUNDARY = b"-x-"
#: Pieces of which near misses are made.
PIECES = (b"\r", b"\n", b"\r\n", b"-", b"--", b"x", b"-x-", b"---x-", b" ", b"\t", b"\x0b", b"a")
RANDOM = random.Random(7)  # noqa: S311 - the same bytes in every run

PLACES = {
    "a part begins": b"\r\n---x-\r\n",
    "the form ends": b"\r\n---x---",
    "the form ends with a line": b"\r\n---x---\r\n",
    "no line break before": b"---x-\r\n",
    "a line feed alone before": b"a\n---x-\n",
    "a return alone before": b"a\r---x-\r",
    "blanks behind": b"\r\n---x- \t\r\n",
    "something else behind": b"\r\n---x-a\r\n",
    "something else behind, then the border": b"\r\n---x-a\r\n---x-\r\n",
    "nothing behind yet": b"\r\n---x-",
    "one within the other": b"\r\n---x---x-\r\n",
    "nothing at all": b"",
}


@pytest.mark.parametrize("data", PLACES.values(), ids=PLACES)
def test_a_border_is_found_where_the_pattern_finds_it(data: bytes) -> None:
    for place in range(len(data) + 1):
        _same(bytearray(data), place)


def test_a_border_is_found_among_near_misses() -> None:
    for _ in range(20_000):
        data = b"".join(RANDOM.choices(PIECES, k=RANDOM.randint(1, 12)))
        _same(bytearray(data), RANDOM.randint(0, len(data)))


def test_a_decoder_takes_the_borders_of_its_own_boundary() -> None:
    ours, theirs = Decoder(BOUNDARY, max_form_memory_size=100), MultipartDecoder(BOUNDARY)
    assert vars(ours).keys() == vars(theirs).keys()
    assert ours.boundary == theirs.boundary
    assert ours.preamble_re == Border(BOUNDARY, after_break=False)
    assert ours.boundary_re == Border(BOUNDARY, after_break=True)


def _same(data: bytearray, place: int) -> None:
    theirs = MultipartDecoder(BOUNDARY)
    for after_break, pattern in ((False, theirs.preamble_re), (True, theirs.boundary_re)):
        found = Border(BOUNDARY, after_break=after_break).search(data, place)
        assert _seen(found) == _seen(pattern.search(data, place)), (bytes(data), place)


def _seen(found: Found | Match[bytes] | None) -> tuple[int, int, bytes] | None:
    return None if found is None else (found.start(), found.end(), found.group(1))
