"""`countermark score`, as whoever closes a month uses it: an export, its log, a sealed model."""

from __future__ import annotations

import csv
import io
import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from service.cli import app
from training.closed_orders import OrdersRefused
from training.event_rows import read as read_events
from training.simulate.claims import BEGAN as WORLD_BEGAN
from training.simulate.exports import CONTRACT, ended, events_csv, leads_csv
from training.simulate.world import world

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

WORLD = world(1, leads=8000)
AT = f"{ended(WORLD):%Y-%m-%d}"
FIELDS = {
    "order", "coefficient", "origin", "origin_evidence", "p_win", "difficulty_band",
    "value_quantile", "value_band", "floor_applied", "reasons", "review", "model", "card", "data",
    "fallback",
}  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an export, a log, and a model trained on them; the key lies in `data`."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "leads.csv").write_text(leads_csv(WORLD), "utf-8")
    (folder / "events.csv").write_text(events_csv(WORLD), "utf-8")
    (folder / "leads.yaml").write_text(CONTRACT, "utf-8")
    arguments = ["train", "coefficient", "--data", str(folder / "leads.csv"), "--at", AT]
    arguments += ["--contract", str(folder / "leads.yaml"), "--out", str(folder / "out")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTERMARK_DATA", str(folder / "data"))
        done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(autouse=True)
def _house(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERMARK_DATA", str(office / "data"))


def run(orders: Path, *more: object) -> Result:
    return CliRunner().invoke(app, ["score", str(orders), *map(str, more), "--at", AT])


def scored(done: Result) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["order"]: one for one in found}


def test_every_won_order_is_scored_with_its_evidence_and_versions(office: Path) -> None:
    model, events = office / "out" / "model.zip", office / "events.csv"
    done = run(office / "leads.csv", "--model", model, "--events", events, "--json")
    found = scored(done)
    assert (done.exit_code, len(found)) == (0, int(WORLD.won.sum()))
    assert all(one.keys() == FIELDS for one in found.values())
    known = {row["id"] for row in csv.DictReader(io.StringIO(events_csv(WORLD)))}
    hard = [one for one in found.values() if one["origin"] == "hard_won"]
    assert len(hard) > 50
    assert all(one["origin_evidence"] and known >= set(one["origin_evidence"]) for one in hard)
    assert all(one["coefficient"] >= 1.3 for one in hard)
    verified = CliRunner().invoke(app, ["models", "verify", str(model), "--json"])
    assert {one["model"] for one in found.values()} == {json.loads(verified.stdout)["sha256"]}
    assert {one["card"] for one in found.values()} == {"attack/2026-01"}
    assert not any(one["fallback"] for one in found.values())


def test_evidence_that_contradicts_itself_calls_a_person(office: Path, tmp_path: Path) -> None:
    model, text = office / "out" / "model.zip", events_csv(WORLD)
    found = scored(
        run(office / "leads.csv", "--model", model, "--events", office / "events.csv", "--json")
    )
    hard = next(one for one in found.values() if one["origin"] == "hard_won")
    taken = hard["origin_evidence"][0]
    row = next(row for row in text.splitlines() if row.startswith(f"{taken},"))
    cells = row.split(",")
    # The same id on another day.
    cells[3] = cells[4] = f"{WORLD_BEGAN:%Y-%m-%d}T00:00:00+00:00"
    (tmp_path / "events.csv").write_text(f"{text}{','.join(cells)}\n", "utf-8")
    done = run(
        office / "leads.csv", "--model", model, "--events", tmp_path / "events.csv", "--json"
    )
    told = scored(done)[hard["order"]]
    assert (hard["review"], told["origin"]) == ([], "assisted")
    (review,) = told["review"]
    assert (review["doubt"], review["events"]) == ("id_taken_twice", [taken])
    assert taken in review["zh"]
    assert taken in review["en"]


def test_without_a_log_nothing_is_hard_won(office: Path) -> None:
    found = scored(run(office / "leads.csv", "--model", office / "out" / "model.zip", "--json"))
    assert {one["origin"] for one in found.values()} == {"natural"}


def test_without_a_model_the_seeds_rule_pays_and_says_so(tmp_path: Path) -> None:
    rows = [f"h{n},h{n},2025-02-01,100,5" for n in range(40)]
    rows += ["big,x,2025-05-01,300,9", "small,y,2025-05-01,299,9"]
    text = "\n".join(["order,customer,closed_at,value,commission", *rows])
    (tmp_path / "orders.csv").write_text(text, "utf-8")
    found = scored(run(tmp_path / "orders.csv", "--json"))
    assert [found[one]["coefficient"] for one in ("big", "small")] == [1.3, 1.0]
    assert all(one["fallback"] and one["model"] is None for one in found.values())


def test_gb18030_is_read_as_utf8_is(office: Path, tmp_path: Path) -> None:
    text = (office / "leads.csv").read_text("utf-8")
    (tmp_path / "leads.csv").write_bytes(text.encode("gb18030"))
    model = office / "out" / "model.zip"
    one, other = (
        run(folder / "leads.csv", "--model", model, "--json") for folder in (office, tmp_path)
    )
    assert one.stdout == other.stdout


def test_the_export_comes_back_with_columns_that_a_card_is_tried_on(
    office: Path, tmp_path: Path
) -> None:
    model, events = office / "out" / "model.zip", office / "events.csv"
    # Its 来源 is what the seller entered, and a row that is there twice is paid once.
    head, *rows = (office / "leads.csv").read_text("utf-8").splitlines()
    won = next(row for row in rows if "赢单" in row)
    text = "\n".join([f"{head},来源", *(f"{row},社群" for row in (*rows, won))])
    (tmp_path / "leads.csv").write_text(text, "utf-8")
    done = run(tmp_path / "leads.csv", "--model", model, "--events", events, "--csv")
    assert len(done.stdout.splitlines()) == 1 + int(WORLD.won.sum())
    (tmp_path / "scored.csv").write_text(done.stdout, "utf-8")
    card = tmp_path / "card.yaml"
    shipped = resources.files("models.coefficient").joinpath("attack.card.yaml")
    card.write_text(shipped.read_text("utf-8"), "utf-8")
    tried = CliRunner().invoke(
        app, ["card", "what-if", str(card), str(tmp_path / "scored.csv"), "--json"]
    )
    assert tried.exit_code == 0, tried.output


def spoiled(text: str, place: int, old: str, new: str) -> str:
    rows = text.splitlines()
    assert old in rows[place]
    rows[place] = rows[place].replace(old, new, 1)
    return "\n".join(rows) + "\n"


def test_a_row_with_a_mistake_is_told_and_the_others_are_scored(
    office: Path, tmp_path: Path
) -> None:
    text = leads_csv(WORLD)
    won = next(n for n, row in enumerate(text.splitlines()) if "赢单" in row)
    (tmp_path / "leads.csv").write_text(spoiled(text, won, "CNY", "USD"), "utf-8")
    done = run(tmp_path / "leads.csv", "--model", office / "out" / "model.zip", "--json")
    assert (done.exit_code, len(scored(done))) == (1, int(WORLD.won.sum()) - 1)
    assert f"line {won + 1}, currency: seen 'USD', expected only CNY" in done.stderr


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        pytest.param("leads.csv", ("金额", "总额"), "金额 → 总额?", id="a column renamed"),
        pytest.param("events.csv", ("response", "reply"), "events.csv:", id="an unknown kind"),
        pytest.param("events.csv", ("known_at", "seen"), "known_at (记录时间)", id="a log short"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_place(
    office: Path, name: str, change: tuple[str, str], said: str
) -> None:
    tmp_path = office / change[1]
    tmp_path.mkdir()
    texts = {"leads.csv": leads_csv(WORLD), "events.csv": events_csv(WORLD)}
    texts[name] = texts[name].replace(*change, 1)
    for file, text in texts.items():
        (tmp_path / file).write_text(text, "utf-8")
    model, events = office / "out" / "model.zip", tmp_path / "events.csv"
    done = run(tmp_path / "leads.csv", "--model", model, "--events", events, "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("known_at", "refused"),
    [
        pytest.param("2026-01-08 10:00", True, id="written down three days before"),
        pytest.param("2026-01-11 09:00", False, id="clocks that differ by an hour"),
        pytest.param("", True, id="nobody knows when: it might be long after"),
    ],
)
def test_an_event_is_written_down_once_it_has_happened(known_at: str, *, refused: bool) -> None:
    head = "id,kind,customer,at,known_at,by_system,answers"
    data = f"{head}\ne1,outreach,c1,2026-01-11 10:00,{known_at},yes,\n".encode()
    if not refused:
        assert len(read_events(data)) == 1
        return
    with pytest.raises(OrdersRefused) as told:
        read_events(data)
    assert (told.value.problems[0].line, told.value.problems[0].column) == (2, "known_at")


@pytest.mark.parametrize("with_model", [True, False])
@pytest.mark.parametrize("how", [["--json"], ["--csv"], []])
def test_a_header_alone_is_no_month_of_nothing(
    office: Path, tmp_path: Path, how: list[str], *, with_model: bool
) -> None:
    head = leads_csv(WORLD).splitlines()[0] if with_model else "订单号,客户,成交日期,金额,佣金"
    (tmp_path / "empty.csv").write_text(f"{head}\n", "utf-8")
    model = ["--model", office / "out" / "model.zip"] if with_model else []
    done = run(tmp_path / "empty.csv", *model, *how)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "empty.csv: a header and no row" in done.stderr


def test_where_every_row_is_rejected_nothing_was_scored(office: Path, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(leads_csv(WORLD).replace("CNY", "USD"), "utf-8")
    done = run(tmp_path / "leads.csv", "--model", office / "out" / "model.zip")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "rows are rejected; nothing was scored" in done.stderr


def test_leads_of_which_none_is_won_are_no_mistake(office: Path, tmp_path: Path) -> None:
    rows = leads_csv(WORLD).splitlines()
    lost = [row for row in rows[1:] if "赢单" not in row][:50]
    (tmp_path / "leads.csv").write_text("\n".join([rows[0], *lost]) + "\n", "utf-8")
    done = run(tmp_path / "leads.csv", "--model", office / "out" / "model.zip", "--json")
    assert (done.exit_code, done.stdout) == (0, "")


def test_a_model_that_was_changed_scores_nothing(office: Path, tmp_path: Path) -> None:
    data = bytearray((office / "out" / "model.zip").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "model.zip").write_bytes(data)
    done = run(office / "leads.csv", "--model", tmp_path / "model.zip", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "refused" in done.stderr


def test_a_model_of_another_installation_scores_nothing(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERMARK_DATA", str(tmp_path))
    done = run(office / "leads.csv", "--model", office / "out" / "model.zip", "--json")
    assert (done.exit_code, done.stdout) == (1, "")


def test_people_read_a_table_and_a_sentence(office: Path) -> None:
    model, events = office / "out" / "model.zip", office / "events.csv"
    done = run(office / "leads.csv", "--model", model, "--events", events)
    assert done.exit_code == 0
    assert f"{int(WORLD.won.sum())} orders:" in done.stdout
    assert "hard-won" in done.stdout


def test_a_trainer_who_is_trusted_here_needs_no_option(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = CliRunner().invoke(app, ["models", "key"]).stdout
    (tmp_path / "model-keys").mkdir()
    (tmp_path / "model-keys" / "team.pem").write_text(key, "ascii")
    monkeypatch.setenv("COUNTERMARK_DATA", str(tmp_path))
    model = office / "out" / "model.zip"
    assert run(office / "leads.csv", "--model", model, "--json").exit_code == 0
    assert CliRunner().invoke(app, ["models", "verify", str(model)]).exit_code == 0
