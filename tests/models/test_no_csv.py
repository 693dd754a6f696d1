"""Tables that people send by mistake: each is named, and what is CSV is not."""

from __future__ import annotations

import pytest

from models.no_csv import instead
from models.rca import CaseRefused
from models.rca.case import read as read_counts
from models.rca.deals import read as read_deals
from service.actions.stage_event_csv import read as read_events
from service.errors import Invalid
from training.closed_orders import OrdersRefused
from training.closed_orders import read as read_orders
from training.contract.table import TableRefused, from_csv

HEADER = "阶段,进入日期,转化日期"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"PK\x03\x04\x14\x00", "Excel workbook", id="a workbook"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel", id="a workbook of before 2007"),
        pytest.param(HEADER.encode("utf-16"), "UTF-16", id="what Excel calls Unicode text"),
        pytest.param(HEADER.replace(",", ";").encode(), "semicolons", id="semicolons"),
        pytest.param(HEADER.replace(",", "\t").encode("gb18030"), "tabs", id="tabs, GB 18030"),
        pytest.param(HEADER.replace(",", "，").encode(), "full-width", id="full-width commas"),
        pytest.param(HEADER.encode("utf-8-sig"), None, id="CSV"),
        pytest.param(b'"a;b;c",d\n', None, id="semicolons in a name"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_what_is_no_csv_is_named(data: bytes, told: str | None) -> None:
    found = instead(data)
    assert (found is None) == (told is None)
    if found is not None:
        assert told is not None
        assert told in found.en
        assert found.zh.startswith("以逗号分隔的 CSV；")


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14\x00", HEADER.replace(",", ";").encode()])
def test_every_reader_says_so(data: bytes) -> None:
    with pytest.raises(TableRefused, match="CSV with commas;"):
        from_csv(data)
    for read in (read_counts, read_deals):
        with pytest.raises(CaseRefused) as refused:
            read(data)
        assert "CSV with commas;" in refused.value.problems[0].expected.en
    with pytest.raises(OrdersRefused) as orders:
        read_orders(data)
    assert "CSV with commas;" in orders.value.problems[0].expected.en
    with pytest.raises(Invalid, match="CSV with commas;"):
        read_events(data.decode())
