"""`countermark reproduce`: paid coefficients, computed again from what the payments name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house
from service.cli.messages import COULD_NOT, WRONG, say, tell
from verification.values import Text

if TYPE_CHECKING:
    from service.actions.reproducing import Difference, Reproduced
    from service.ports.records import Unit
    from service.ports.tariffs import Tariffs


def reproduce(
    payments: Annotated[
        list[str], typer.Argument(help="Ids of payments.", metavar="PAYMENT…", show_default=False)
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a payment.")] = False,
) -> None:
    """Compute paid coefficients again from their model, card, data and offset.

    Which model is the champion now makes no difference. Exit code 0: the same figures, byte for
    byte; 1: they differ, or a row is not as the audit trail has it, and what differs is told;
    2: one could not be computed, the others were.
    """
    from service.adapters.storage import open_storage
    from service.adapters.tariffs import KeptTariffs

    chosen = house.settings()
    with house.open_records() as records:
        tariffs = KeptTariffs(chosen, open_storage(chosen))
        with records.read() as unit:
            codes = [_told(unit, tariffs, one, as_json=as_json) for one in payments]
    raise typer.Exit(max(codes))


def _told(unit: Unit, tariffs: Tariffs, payment: str, *, as_json: bool) -> int:
    """Compute one again and tell it; gives the exit code that it alone would end with."""
    from service.actions.reproducing import reproduce as again
    from service.errors import ServiceError

    try:
        found = again(unit, tariffs, payment)
    except ServiceError as error:
        said = [error.message, *([error.remedy] if error.remedy else [])]
        zh, en = "".join(one.zh for one in said), " ".join(one.en for one in said)
        tell(Text(zh=f"{payment}：{zh}", en=f"{payment}: {en}"))
        return COULD_NOT
    typer.echo(json.dumps(_json(found), ensure_ascii=False) if as_json else _lines(found))
    for one in found.differences:
        tell(_difference(one))
    return WRONG if found.differences else 0


def _json(found: Reproduced) -> dict[str, object]:
    paid = found.payment
    return {
        "payment": paid.id,
        "order": paid.order_id,
        "reproduced": not found.differences,
        "coefficient": paid.coefficient,
        "model": paid.model_sha256,
        "card": paid.card,
        "card_sha256": paid.card_sha256,
        "data": paid.data_sha256,
        "offset": paid.offset_version,
        "figures": json.loads(found.figures),
        "differences": [
            {"against": one.against, "field": one.field, "paid": one.paid, "found": one.found}
            for one in found.differences
        ],
    }


def _lines(found: Reproduced) -> str:
    paid = found.payment
    model = (paid.model_sha256 or "-")[:12]
    by = Text(
        zh=f"模型 {model}，费率卡 {paid.card}，数据 {(paid.data_sha256 or '-')[:12]}，"
        f"偏移 {paid.offset_version}",
        en=f"model {model}, card {paid.card}, data {(paid.data_sha256 or '-')[:12]}, "
        f"offset {paid.offset_version}",
    )
    same = Text(zh="逐字节一致", en="the same, byte for byte")
    other = Text(zh="不一致", en="not the same")
    answer = other if found.differences else same
    told = Text(zh=f"{answer.zh}（{by.zh}）", en=f"{answer.en} ({by.en})")
    return f"{paid.order_id}  ×{paid.coefficient:g}  {say(told)}"


def _difference(one: Difference) -> Text:
    rebuilt = one.against == "rebuilt"
    return Text(
        zh=f"{one.field}：支付为 {one.paid!r}，{'重算' if rebuilt else '审计记录'}为 {one.found!r}",
        en=f"{one.field}: paid {one.paid!r}, {'rebuilt' if rebuilt else 'in the audit trail'} "
        f"{one.found!r}",
    )
