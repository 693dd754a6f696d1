"""Kill -9 while programs upload: nothing acknowledged is lost, nothing happens twice.

The moments are random from a fixed seed; what the clients were told is held against the rows, the
files and the audit trail. Only the processes that the test has started are killed, by their ids.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rules import executors, simulation
from service.adapters.database import DatabaseRecords
from service.adapters.database.tables import AUDIT, EFFECTS, OUTBOX
from service.adapters.rule_files import shipped
from service.adapters.storage import INCOMING, STALE_S, FolderStorage
from service.records import DeliverableState, ReviewState
from tests.acceptance import processes
from tests.acceptance.houses import START_S, House, await_answer
from tests.acceptance.uploaders import (
    Uploader,
    Uploaders,
    admit_seller,
    enter_requirements,
)
from tests.service.laboratory import all_facts
from tests.service.servers import fresh_queue, server_url

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.acceptance.uploaders import Acknowledged

SEED = "issue 4"
CLIENTS = 4
#: Together at least 40.
KILLS_EMBEDDED, KILLS_GROWN = 30, 12
#: One in so many dies while it still starts.
EARLY = 6
#: Acknowledgements between a start and the next kill, and a little more at random.
MOST_ACKNOWLEDGED, MOST_WAIT_S = 10, 0.2
FINISHED_S = 30.0
#: Where none of the kills met work in hand, at most so many times as many are dealt.
MOST_ROUNDS = 3


@dataclass(kw_only=True)
class Scene:
    """A house under attack: which of its processes run, and whom it serves."""

    house: House
    database_url: str
    #: ``serve``, and ``worker`` where there is a broker.
    roles: tuple[str, ...]
    random: random.Random
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    #: Who was killed, how often.
    killed: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def staffed(self) -> Iterator[None]:
        """Have every role running, and nobody left when the block ends, however it ends."""
        for role in self.roles:
            self.begin(role)
        try:
            yield
        finally:
            for role in tuple(self.running):
                self.kill(role)

    def begin(self, role: str) -> None:
        self.running[role] = self.house.start(role)

    def kill(self, role: str) -> None:
        """Kill a process with everything that it has started, and wait until all are gone."""
        head = self.running.pop(role)
        everybody = processes.family(head.pid)
        processes.kill(everybody)
        head.wait()
        processes.await_end(everybody)

    def attack(self, uploads: Uploaders, kills: int) -> None:
        """Strike so often, and on until a strike has met work in hand: the moments are random."""
        while (struck := self.killed.total()) < kills or not self.met_work():
            assert struck < MOST_ROUNDS * kills, f"none of {struck} kills met work in hand"
            self.strike(uploads)

    def met_work(self) -> bool:
        """Say whether work was begun a second time, or waits for it: its holder is dead."""
        orphaned = sa.and_(OUTBOX.c.state == "leased", OUTBOX.c.lease_until <= datetime.now(UTC))
        met = sa.exists().where(sa.or_(OUTBOX.c.attempts > 1, orphaned))
        records = DatabaseRecords(self.database_url)
        with records.read() as unit:
            connection = unit._scope.connection  # noqa: SLF001 - attempts are asked, which no port does
            found = connection.execute(sa.select(met)).scalar_one()
        records.close()
        return bool(found)

    def strike(self, uploads: Uploaders) -> None:
        """Wait for a random moment, kill somebody there, and start them again at once."""
        role = self.random.choice(self.roles)
        if self.random.randrange(EARLY) == 0:
            time.sleep(self.random.uniform(0.0, 2.0))
        else:
            self.await_progress(uploads, self.random.randint(1, MOST_ACKNOWLEDGED))
            time.sleep(self.random.uniform(0.0, MOST_WAIT_S))
        self.kill(role)
        self.killed[role] += 1
        self.begin(role)

    def await_progress(self, uploads: Uploaders, wanted: int) -> None:
        wanted, deadline = uploads.count + wanted, time.monotonic() + START_S
        while uploads.count < wanted:
            assert time.monotonic() < deadline, "nobody's upload is acknowledged any more"
            assert self.running["serve"].poll() is None, "the server has ended by itself"
            time.sleep(0.01)


def _scene(tmp_path: Path, settings: Mapping[str, str], *, roles: tuple[str, ...]) -> Scene:
    spool = tmp_path / "tmp"
    spool.mkdir()
    folder = tmp_path / "data"
    house = House(folder=folder, settings={**settings, "TMPDIR": str(spool)}, workers=0)
    url = settings.get("COUNTERMARK_DATABASE_URL", f"sqlite:///{folder}/countermark.db")
    moments = random.Random(SEED)  # noqa: S311 - the same moments in every run
    return Scene(house=house, database_url=url, roles=roles, random=moments)


@pytest.fixture
def embedded(tmp_path: Path) -> Scene:
    """SQLite and a thread pool: one server is everything."""
    return _scene(tmp_path, {}, roles=("serve",))


@pytest.fixture
def grown(tmp_path: Path, empty_postgres: str) -> Iterator[Scene]:
    """PostgreSQL and Celery on RabbitMQ: a server and a worker, either may die."""
    broker = server_url("RABBITMQ")
    with fresh_queue(broker) as queue:
        settings = {
            "COUNTERMARK_DATABASE_URL": empty_postgres,
            "COUNTERMARK_BROKER_URL": broker,
            "COUNTERMARK_QUEUE": queue,
        }
        yield _scene(tmp_path, settings, roles=("serve", "worker"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kills"),
    [
        pytest.param("embedded", KILLS_EMBEDDED, id="SQLite, thread pool"),
        pytest.param("grown", KILLS_GROWN, id="PostgreSQL, RabbitMQ", marks=pytest.mark.postgres),
    ],
)
def test_nothing_is_lost_and_nothing_happens_twice(
    name: str, kills: int, request: pytest.FixtureRequest
) -> None:
    scene: Scene = request.getfixturevalue(name)
    token = admit_seller(scene.house)
    with scene.staffed():
        await_answer(scene.house.address, scene.running["serve"])
        requirements = enter_requirements(scene.house.address)
        uploaders = [
            Uploader(
                scene.house.address,
                token,
                requirements,
                seed=f"client-{number}",
                at=datetime.now(UTC),
            )
            for number in range(CLIENTS)
        ]
        with Uploaders(*uploaders) as uploads:
            scene.attack(uploads, kills)
        # The last restart was just now; the clients have their last acknowledgement.
        await_finished(scene)
    assert scene.killed.total() >= kills
    assert uploads.surprises == ()
    _rows_are_what_clients_were_told(scene, uploads.history)
    _files_are_what_was_sent(scene, uploads.history)
    _every_effect_is_there_once(scene)
    _gates_fired_as_the_simulation_says(scene)
    _what_the_dead_left_is_swept(scene)
    _the_trail_is_whole(scene)


def await_finished(scene: Scene) -> None:
    """Wait until nothing is on the outbox any more; that takes 30 s at most."""
    since = datetime.now(UTC)
    records = DatabaseRecords(scene.database_url)
    deadline = time.monotonic() + FINISHED_S
    while True:
        with records.read() as unit:
            depth = dict(unit.outbox.depth())
        if not depth.get("ready") and not depth.get("leased"):
            break
        assert time.monotonic() < deadline, f"{FINISHED_S:g} s after {since} there is {depth}"
        time.sleep(0.1)
    records.close()


def _rows_are_what_clients_were_told(scene: Scene, history: tuple[Acknowledged, ...]) -> None:
    records = DatabaseRecords(scene.database_url)
    with records.read() as unit:
        rows = {row.id: row for row in unit.deliverables.find()}
    records.close()
    told = {one.ids[0]: one for one in history}
    assert [one for one in history if len(set(one.ids)) != 1] == [], "a repeat was a second upload"
    assert told.keys() - rows.keys() == set(), "acknowledged and lost"
    assert rows.keys() - told.keys() == set(), "entered twice"
    wrong = [
        one
        for deliverable_id, one in told.items()
        if (rows[deliverable_id].sha256, rows[deliverable_id].requirement_id)
        != (one.sha256, one.requirement_id)
    ]
    assert wrong == []
    unfinished = [row for row in rows.values() if row.state is DeliverableState.PENDING]
    assert unfinished == []


def _files_are_what_was_sent(scene: Scene, history: tuple[Acknowledged, ...]) -> None:
    storage = FolderStorage(scene.house.folder / "files")
    for one in history:
        with storage.open(one.sha256) as file:  # raises FileLost where its hash is another one
            assert file.read(5) == b"From:"


def _every_effect_is_there_once(scene: Scene) -> None:
    """One verdict a deliverable, one review where it did not pass, one entry for each."""
    records = DatabaseRecords(scene.database_url)
    with records.read() as unit:
        rows = unit.deliverables.find()
        reviews = Counter(review.deliverable_id for review in unit.reviews.find())
        waiting = unit.reviews.find({"state": ReviewState.WAITING.value})
        connection = unit._scope.connection  # noqa: SLF001 - effects are counted, which no port does
        effects = set(connection.execute(sa.select(EFFECTS.c.key)).scalars())
        done = connection.execute(sa.select(AUDIT.c.action, AUDIT.c.object_id))
        entries = Counter((action, object_id) for action, object_id in done)
    records.close()
    assert effects == {f"verdict:{row.id}" for row in rows}
    assert reviews == Counter(row.id for row in rows if row.verdict != "PASSED")
    assert len(waiting) == reviews.total()
    for row in rows:
        assert entries["deliverables.upload", row.id] == 1
        judged = "judged" if row.state is DeliverableState.JUDGED else "quarantined"
        assert entries[f"deliverables.{judged}", row.id] == 1


def _gates_fired_as_the_simulation_says(scene: Scene) -> None:
    """Every fact of a stage told once what it changed, and nothing that it did not."""
    records = DatabaseRecords(scene.database_url)
    known = shipped().rule_set
    with executors.default(known) as executor:
        played = simulation.run(known, executor, all_facts(records))
    with records.read() as unit:
        kept = unit.rules.firings.find()
        rows = unit.rules.state_rows.find()
        stages = unit.stages.find()
    records.close()
    assert Counter(one.key for one in kept) == Counter(one.key for one in played.firings)
    states = {(row.rule, row.subject): (row.phase, row.missing) for row in rows}
    assert states == {key: (one.phase, one.missing) for key, one in played.states.items()}
    listed = {stage.id: tuple(item["item"] for item in stage.missing) for stage in stages}
    assert listed == {subject: missing for (_, subject), (_, missing) in states.items()}


def _what_the_dead_left_is_swept(scene: Scene) -> None:
    """Half-written files are few, are gone an hour later, and nothing lies anywhere else."""
    incoming = scene.house.folder / "files" / INCOMING
    left = tuple(incoming.iterdir())
    assert len(left) <= CLIENTS * scene.killed.total()
    old = datetime.now(UTC) - timedelta(seconds=STALE_S + 60)
    for path in left:
        os.utime(path, (old.timestamp(), old.timestamp()))
    (incoming / "old").touch()
    os.utime(incoming / "old", (old.timestamp(), old.timestamp()))
    with scene.staffed():
        deadline = time.monotonic() + START_S
        while any(incoming.iterdir()):
            assert time.monotonic() < deadline, "what is old stays"
            time.sleep(0.05)
    spooled = [path for path in (scene.house.folder.parent / "tmp").rglob("*") if path.is_file()]
    # gunicorn makes its heartbeat's file and takes the name away: killed between the two, it stays.
    assert [path for path in spooled if not _is_heartbeat(path)] == []


def _is_heartbeat(path: Path) -> bool:
    return path.name.startswith("wgunicorn-") and path.stat().st_size == 0


def _the_trail_is_whole(scene: Scene) -> None:
    done = scene.house.run("audit", "verify", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["breaks"] == []
