"""Any bytes of any size arrive as they were sent, however the form is cut on its way."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

import pytest

from service.api.form_parts import AROUND_BYTES, PARSED_BYTES
from service.records import Role
from tests.service.api.house import add_customer, body_of, requirement_of

if TYPE_CHECKING:
    from tests.service.api.house import House

RANDOM = random.Random(4)  # noqa: S311 - the same bytes in every run
LARGE = 2 * (PARSED_BYTES + AROUND_BYTES)

FILES = {
    "one byte": b"x",
    "line ends alone: any of them may begin the end of the form": b"\r\n" * (LARGE // 2),
    "returns alone": b"\r" * LARGE,
    "one line end, then nothing like it": b"\n" + bytes(LARGE),
    "no line end at all": bytes(LARGE),
    "what looks like the beginning of a boundary": b"\r\n--" * (LARGE // 4),
    "random bytes": RANDOM.randbytes(LARGE),
    "random bytes, more of them": RANDOM.randbytes(LARGE + 1),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_bytes_arrive_as_they_were_sent(house: House, data: bytes) -> None:
    seller = house.somebody("li", Role.SALESPERSON)
    requirement = requirement_of(seller, add_customer(seller), "poc_report")
    answer = seller.upload(requirement["id"], data)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert body_of(answer)["sha256"] == hashlib.sha256(data).hexdigest()
    assert body_of(answer)["size"] == len(data)
