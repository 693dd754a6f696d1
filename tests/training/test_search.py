"""A search of settings: who judges it, when it takes the fixed one's place, what it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.training.leads_world import DAY, FEATURES, world
from training.coefficient import win
from training.coefficient.boosting import (
    ROUNDS_OF,
    SMALL_WAYS,
    Recipe,
    Setting,
    Way,
    boosted,
    setting_of,
)
from training.coefficient.candidate import candidate
from training.coefficient.metrics import Interval
from training.coefficient.parts import metrics
from training.coefficient.search import Search, Searched, searched, unsearched
from training.coefficient.split import split
from training.coefficient.tried import Tried
from training.coefficient.win import Training
from training.report import ending

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.coefficient.leads import Leads
    from training.coefficient.search import Fit, Model

needs_optuna = pytest.mark.skipif(
    find_spec("optuna") is None, reason="optuna is not installed (extra: search)"
)
FIXED = setting_of(Way.STEADY)
EMBARGO = 20.0


def _true(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the log-odds that the world draws by."""
    return 0.9 * rows[:, 0] + 0.8 * (rows[:, 2] - 2) - 0.5


def _numbered(leads: Leads) -> Leads:
    """Put each lead's day where the noise was: a model of this test can tell who is asked about."""
    rows = leads.rows.copy()
    rows[:, 1] = (leads.assigned_at - 1.6e9) / DAY
    return replace(leads, rows=rows)


def _unvalued(leads: Leads) -> Leads:
    """Give the leads without values, so that no value model is fitted beside."""
    return replace(leads, value=np.full(leads.count, np.nan))


def _blunt(fixed: float, others: float, *, until: float = np.inf) -> Fit:
    """Give models that know the world by a share; after the day `until` the others know nothing."""

    def fit(_leads: Leads, setting: Setting) -> Model:
        def log_odds(rows: NDArray[np.float64]) -> NDArray[np.float64]:
            share = np.where(rows[:, 1] < until, others, 0.0) if setting != FIXED else fixed
            return share * _true(rows)

        return log_odds

    return fit


@needs_optuna
@pytest.mark.parametrize(
    ("fit", "nearer", "taken"),
    [
        pytest.param(_blunt(0.5, 1.0), True, True, id="a better one takes the place"),
        pytest.param(_blunt(1.0, 0.5), False, False, id="none is nearer: the fixed one stays"),
        pytest.param(_blunt(0.5, 1.0, until=290), True, False,
                     id="one that was lucky among those that rank proves nothing"),
        pytest.param(_blunt(0.97, 1.0), True, False, id="better, and not beyond doubt"),
    ],
)  # fmt: skip
def test_the_place_is_taken_only_beyond_doubt(fit: Fit, nearer: bool, taken: bool) -> None:  # noqa: FBT001
    found = searched(_numbered(world(4000)), FIXED, Search(tries=3), fit)
    assert (len(found.tried), found.difference is not None, found.taken) == (3, nearer, taken)
    assert (found.used != FIXED) == taken


@dataclass(slots=True)
class Watched:
    """A fit that remembers which leads taught and which were asked about."""

    taught: list[Leads] = field(default_factory=list)
    asked: list[NDArray[np.float64]] = field(default_factory=list)

    def fit(self, leads: Leads, setting: Setting) -> Model:
        self.taught.append(leads)

        def log_odds(rows: NDArray[np.float64]) -> NDArray[np.float64]:
            self.asked.append(1.6e9 + rows[:, 1] * DAY)
            return (0.5 if setting == FIXED else 1.0) * _true(rows)

        return log_odds


@needs_optuna
def test_older_leads_teach_newer_ones_rank_the_newest_prove_and_an_embargo_lies_between() -> None:
    leads = _numbered(world(6000))
    places = split(leads, embargo_days=EMBARGO, seed=20)
    learn, judge = leads.taken(places.learn), leads.taken(places.judge)
    watched = Watched()
    found = searched(learn, FIXED, Search(tries=4, embargo_days=EMBARGO), watched.fit)
    for taught, asked in zip(watched.taught, watched.asked, strict=True):
        assert taught.assigned_at.max() < asked.min() - EMBARGO * DAY + 1
        assert taught.known_at.max() < asked.min() + 1
    ranks, proves = watched.asked[:5], watched.asked[5:]
    assert len(proves) == 2
    assert max(rank.max() for rank in ranks) < proves[0].min()
    assert max(one.max() for one in proves) < judge.assigned_at.min()
    assert found.parts == (watched.taught[0].count, ranks[0].size, proves[0].size)


@needs_optuna
@pytest.mark.parametrize(
    "weighed", [pytest.param(False, id="not weighed"), pytest.param(True, id="weighed")]
)
def test_leads_that_ended_early_count_for_open_ones_in_every_part(
    weighed: bool,  # noqa: FBT001
) -> None:
    watched = Watched()
    searched(_numbered(world(4000)), FIXED, Search(tries=1, weighed=weighed), watched.fit)
    heaviest = [float(taught.weight.max()) for taught in watched.taught]
    assert len(heaviest) == 4
    assert all((weight > 1.0) == weighed for weight in heaviest)


@needs_optuna
def test_judges_take_no_part() -> None:
    leads = _unvalued(world(2000))
    judges = split(leads, embargo_days=0, seed=20).judge
    turned = leads.won.copy()
    turned[judges] = ~turned[judges]
    told = [
        candidate(one, training=Training(search=2)).win.searched
        for one in (leads, replace(leads, won=turned))
    ]
    assert told[0] is not None
    assert told[0].tried
    assert told[0] == told[1]


@needs_optuna
def test_the_seed_decides_what_is_tried() -> None:
    leads = _numbered(world(4000))
    one, again, other = (
        searched(leads, FIXED, Search(tries=14, seed=seed), _blunt(0.5, 1.0)).tried
        for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other
    assert len({tried.setting for tried in one}) == 14


@needs_optuna
@pytest.mark.parametrize(
    ("count", "embargo", "tried"),
    [
        pytest.param(500, 0, 0, id="too few to rank"),
        pytest.param(2000, 0, 2, id="enough"),
        pytest.param(2000, 250, 0, id="an embargo that leaves none to teach"),
        pytest.param(2000, 500, 0, id="an embargo longer than the history"),
    ],
)
def test_too_few_leads_are_not_searched(count: int, embargo: float, tried: int) -> None:
    search = Search(tries=2, embargo_days=embargo)
    found = searched(_numbered(world(count)), FIXED, search, _blunt(0.5, 1.0))
    assert (found.tries, len(found.tried)) == (2, tried)
    assert found.taken == (tried > 0)


def test_where_lines_alone_are_open_nothing_is_tried() -> None:
    found = win.chosen(world(800), Training(), Search(tries=2)).searched
    assert found == unsearched(Search(tries=2), found.fixed if found else FIXED)


@needs_optuna
def test_what_was_found_is_what_is_fitted_told_and_drawn_again() -> None:
    leads = _unvalued(world(4000))
    # Stripes, one in ten turned: many small trees come nearer than the fixed setting, and surely.
    turned = np.random.default_rng(5).random(leads.count) < 0.1
    stripes = (np.floor(leads.rows[:, 1] * 6) % 2 == 0) ^ turned
    own = candidate(replace(leads, won=stripes), training=Training(search=5))
    found = own.win.searched
    assert found is not None
    assert found.taken
    assert own.win.way == found.used
    numbers = found.used.numbers
    text = own.win.boosted.model.text  # type: ignore[union-attr]
    assert f"[learning_rate: {numbers['learning_rate']:g}]" in text
    assert f"[num_leaves: {numbers['num_leaves']}]" in text
    assert text.count("Tree=") == numbers["rounds"]
    assert "[monotone_constraints: 1,0,0]" in text
    told = metrics(own)
    assert (told["search_tries"], told["search_taken"]) == (5.0, 1.0)
    assert told["search_learning_rate"] == numbers["learning_rate"]
    assert told["search_difference_high"] < 0


@pytest.mark.parametrize("way", [Way.STEADY, *SMALL_WAYS])
def test_a_ways_own_setting_grows_the_same_trees(way: Way) -> None:
    leads = world(600)
    setting = setting_of(way)
    assert (setting.way, setting.rounds) == (way, ROUNDS_OF[way])
    texts = {
        boosted(
            FEATURES, leads.rows, leads.won, Recipe(objective="binary", seed=1, rounds=3, way=one)
        ).text
        for one in (way, setting)
    }
    assert len(texts) == 1


@needs_optuna
@pytest.mark.parametrize("way", list(Way))
def test_what_is_tried_lies_around_what_is_fixed(way: Way) -> None:
    from training.coefficient.proposals import SPACE  # noqa: PLC0415 - needs the extra

    numbers = setting_of(way).numbers
    assert numbers.keys() == SPACE.keys()
    for name, number in numbers.items():
        assert SPACE[name].low < number < SPACE[name].high


def _ended(difference: Interval | None) -> Searched:
    return Searched(
        tries=1,
        fixed=FIXED,
        fixed_loss=0.5,
        tried=(Tried(setting=replace(FIXED, rounds=100), loss=0.49),),
        difference=difference,
    )


@pytest.mark.parametrize(
    ("found", "en", "zh"),
    [
        pytest.param(unsearched(Search(tries=9), FIXED), "9 settings asked for, none tried",
                     "要求尝试 9 组参数，未尝试", id="nothing tried"),
        pytest.param(_ended(None), "none was nearer", "无一优于", id="none nearer"),
        pytest.param(_ended(Interval(mean=-0.01, low=-0.03, high=0.01)), "not better beyond doubt",
                     "并非确定更好", id="in doubt"),
        pytest.param(_ended(Interval(mean=-0.02, low=-0.03, high=-0.01)), "takes the fixed",
                     "取代固定参数", id="taken"),
    ],
)  # fmt: skip
def test_each_ending_has_its_sentence(found: Searched, en: str, zh: str) -> None:
    said = ending(found)
    assert en in said.en
    assert zh in said.zh


ALONE = """
import json, sys
seen = []
def hook(event, args):
    writes = event == "open" and set(str(args[1])) & set("wax+")
    if writes or event.split(".")[0] in {"socket", "subprocess", "sqlite3"}:
        seen.append(f"{event} {args}")
sys.dont_write_bytecode = True
import training.run, service.cli.train, training.coefficient.win
before = "optuna" in sys.modules
sys.addaudithook(hook)
from training.coefficient.boosting import Way, setting_of
from training.coefficient.proposals import tried
found = tried(setting_of(Way.STEADY), 12, 1, lambda setting: setting.learning_rate)
databases = [name for name in ("sqlalchemy", "alembic") if name in sys.modules]
print(json.dumps([before, len(found), seen, databases]))
"""


@needs_optuna
def test_the_library_loads_when_asked_opens_no_socket_and_writes_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [False, 13, [], []]
    assert done.stderr == ""
