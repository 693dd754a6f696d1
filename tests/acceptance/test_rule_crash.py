"""Kill -9 between evaluate, commit and action: no fact lost, no firing lost, none doubled.

What is kept is held against the same facts played in memory by `rules.simulation`; what was done
against what the firings ordered.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import pytest
import sqlalchemy as sa

import rules
from rules import executors, simulation
from service.adapters.database import DatabaseRecords
from service.adapters.database.tables import EFFECTS, OUTBOX
from service.registered import registry
from service.rule_actions import ACT
from tests.acceptance import processes
from tests.acceptance.fact_senders import FactSender, admit_people
from tests.acceptance.houses import House, await_answer
from tests.acceptance.test_crash import Scene, await_finished
from tests.acceptance.uploaders import Uploader, Uploaders
from tests.service.laboratory import all_facts
from tests.service.servers import server_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rules.history import Fact
    from rules.states import Firing
    from service.rule_records import FiringRow

SEED = "issue 5"
#: One kill in so many takes the whole server.
HEADS = 5
MOST_ACKNOWLEDGED, MOST_WAIT_S = 10, 0.2
SUBJECTS = ("华东", "华北", "华南", "西南")
#: Together 40.
KILLS_EMBEDDED, KILLS_GROWN, HOUSES = 32, 8, 2
#: A firing of one region tells its manager and the vice president; one of all both managers too.
TOLD_OF_ONE, TOLD_OF_ALL = {"华东": 2, "华北": 2}, 3
BEGUN = ("notices.send", "measures.in_force", "measures.waiting")
RULES = """schema: countermark/v1
facts:
  pulses:
    label: {zh: 脉搏, en: Pulses}
    period: week
    subject: {zh: 大区, en: region}
    subjects: [华东, 华北, 华南, 西南]
    fields:
      pulse: {type: number, label: {zh: 脉搏值, en: pulse}, range: [0, 1]}
  moods:
    label: {zh: 情绪, en: Moods}
    period: moment
    subject: {zh: 大区, en: region}
    subjects: [华东, 华北, 华南, 西南]
    fields:
      mood: {type: number, label: {zh: 情绪值, en: mood}, range: [0, 1]}
rules:
  - id: pulse.red
    name: {zh: 连续过低, en: Low for two weeks}
    kind: warning
    on: pulses
    when: {pulse: "< 0.8 for 2 consecutive weeks"}
    level: red
    do:
      - notify: {to: [区域经理, 总部销售VP], template: plain}
      - freeze: {what: 新品配额}
    then:
      - notify: {to: [区域经理, 总部销售VP], template: cleared}
  - id: pulse.yellow
    name: {zh: 偏低, en: Low}
    kind: warning
    on: pulses
    when: {pulse: "< 0.72"}
    level: yellow
    inhibited_by: [pulse.red]
    do:
      - propose: {what: 关注, approvers: [销售运营], need: any, within: 72h}
  - id: mood.fuse
    name: {zh: 情绪熔断, en: Mood breaker}
    kind: breaker
    on: moods
    scope: every region
    open_when: {mood: "< 0.5"}
    close_when: {mood: ">= 0.5"}
    do:
      - suspend: {what: 财务审批}
      - push: {what: 应急包, to: [区域经理, 总部销售VP], template: emergency_pack}
"""


class RuleScene(Scene):
    """Most kills take only the process that evaluates; its head starts another one at once."""

    def strike(self, uploads: Uploaders) -> None:
        head = self.running["serve"]
        if self.random.randrange(HEADS) == 0 or "worker" in self.roles:
            super().strike(uploads)
            return
        self.await_progress(uploads, self.random.randint(1, MOST_ACKNOWLEDGED))
        time.sleep(self.random.uniform(0.0, MOST_WAIT_S))
        for child in processes.children(head.pid):
            everybody = processes.family(child)
            processes.kill(everybody)
            processes.await_end(everybody)
        self.killed["serve"] += 1


def _scene(tmp_path: Path, settings: Mapping[str, str], *, roles: tuple[str, ...]) -> RuleScene:
    spool, folder, files = tmp_path / "tmp", tmp_path / "data", tmp_path / "rules"
    spool.mkdir()
    files.mkdir()
    (files / "crash.yaml").write_text(RULES, "utf-8")
    given = {**settings, "TMPDIR": str(spool), "COUNTERMARK_RULES": str(files)}
    house = House(folder=folder, settings=given, workers=0)
    url = settings.get("COUNTERMARK_DATABASE_URL", f"sqlite:///{folder}/countermark.db")
    moments = random.Random(f"{SEED} {tmp_path.name[-1]}")  # noqa: S311 - the same in every run
    return RuleScene(house=house, database_url=url, roles=roles, random=moments)


@pytest.mark.slow
def test_no_firing_is_lost_and_none_is_doubled_on_sqlite(tmp_path: Path) -> None:
    """One server is everything; two houses are attacked side by side."""
    scenes = []
    for number in range(HOUSES):
        folder = tmp_path / str(number)
        folder.mkdir()
        scenes.append(_scene(folder, {}, roles=("serve",)))
    with ThreadPoolExecutor(HOUSES) as pool:
        list(pool.map(_attack, scenes, [KILLS_EMBEDDED // HOUSES] * HOUSES))


@pytest.mark.slow
@pytest.mark.postgres
def test_no_firing_is_lost_and_none_is_doubled_on_postgresql(
    tmp_path: Path, empty_postgres: str
) -> None:
    """Celery on RabbitMQ: a server and a worker, either may die."""
    settings = {
        "COUNTERMARK_DATABASE_URL": empty_postgres,
        "COUNTERMARK_BROKER_URL": server_url("RABBITMQ"),
    }
    _attack(_scene(tmp_path, settings, roles=("serve", "worker")), KILLS_GROWN)


def _attack(scene: Scene, kills: int) -> None:
    token = admit_people(scene.house)
    with scene.staffed():
        await_answer(scene.house.address, scene.running["serve"])
        senders = [FactSender(scene.house.address, token, subject=one) for one in SUBJECTS]
        with Uploaders(*cast("list[Uploader]", senders)) as sending:
            scene.attack(sending, kills)
        await_finished(scene)
    assert scene.killed.total() >= kills
    assert sending.surprises == ()
    records = DatabaseRecords(scene.database_url)
    facts = all_facts(records)
    acknowledged = Counter(one for sender in senders for ids in sender.acknowledged for one in ids)
    assert acknowledged == Counter(fact.id for fact in facts), "lost, or entered twice"
    fired = _firings(records)
    played = _played(facts)
    assert Counter((one.key, one.event) for one in fired) == Counter(
        (one.key, one.event) for one in played
    )
    assert len(fired) > kills
    _each_action_is_done_once(records, fired)
    records.close()
    done = scene.house.run("audit", "verify", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["breaks"] == []


def _firings(records: DatabaseRecords) -> tuple[FiringRow, ...]:
    with records.read() as unit:
        return unit.rules.firings.find()


def _played(facts: list[Fact]) -> tuple[Firing, ...]:
    known = rules.load_rule_set(RULES, "crash.yaml", registry=registry())
    with executors.default(known) as executor:
        return simulation.run(known, executor, facts).firings


def _each_action_is_done_once(records: DatabaseRecords, fired: tuple[FiringRow, ...]) -> None:
    ordered: dict[str, tuple[FiringRow, dict[str, Any]]] = {
        action["key"]: (firing, action) for firing in fired for action in firing.actions
    }
    with records.read() as unit:
        connection = unit._scope.connection  # noqa: SLF001 - effects are counted, which no port does
        effects = Counter(connection.execute(sa.select(EFFECTS.c.key)).scalars())
        states = connection.execute(sa.select(OUTBOX.c.state)).scalars().all()
        measures = Counter(one.key for one in unit.rules.measures.find())
        notices = Counter(one.key.rpartition(":")[0] for one in unit.rules.notices.find())
        trail: Counter[str] = Counter()
        seq = 0
        while entries := unit.audit.entries(after=seq):
            seq = entries[-1].seq
            trail.update(one.object_id for one in entries if one.action in BEGUN)
    assert set(states) == {"done"}
    assert effects == Counter(f"{ACT}:{key}" for key in ordered)
    lasting = {"freeze", "suspend", "propose"}
    assert measures == Counter(k for k, (_, a) in ordered.items() if a["name"] in lasting)
    for key, (firing, action) in ordered.items():
        wanted = TOLD_OF_ALL if firing.subject == "*" else TOLD_OF_ONE.get(firing.subject, 1)
        if action["name"] in {"notify", "push"}:
            assert notices[key] == wanted, (firing.subject, action)
    assert set(trail.values()) == {1}
