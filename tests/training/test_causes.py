"""The ranker's training: injected causes, verdicts, history, gates, and the sealed artefact."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.artefact.causes import open_causes
from models.artefact.containers import parts_of_zip
from models.artefact.manifest import Origin
from models.artefact.opening import open_artefact
from models.artefact.packing import Signer
from models.artefact.parts import EVIDENCE, GOLDEN, RANKER, RANKER_SCALE
from models.artefact.refusal import ArtefactRefused
from models.rca import CaseRefused, catalogue, rank_causes
from models.rca.causes.candidates import candidates
from models.rca.causes.evidence import catalogue_text
from service.adapters.storage import open_storage
from service.adapters.tariffs import KeptTariffs
from service.causes import rankers
from service.settings import load
from training.gates.gate import Answer
from training.rca import asking
from training.rca.fitting import boosted, text_of
from training.rca.golden import ROOT, golden
from training.rca.history_file import read_history, windows
from training.rca.injecting import injected
from training.rca.judging import by_chance, ece
from training.rca.lesson import drawn
from training.rca.profiles import CLEAN, NOISY, UNRECORDED
from training.rca.quiet import simulated
from training.rca.run import CausesTrained, CausesTraining, TooFew, trained
from training.rca.sealing import sealed
from training.rca.verdicts import VerdictRefused, example_of, read_verdicts, standing
from training.sealing import Workshop

if TYPE_CHECKING:
    from pathlib import Path

    from training.rca.lesson import Example
    from training.rca.sealing import SealedCauses

DAG = catalogue()
_KEY = Ed25519PrivateKey.from_private_bytes(b"\3" * 32)
SIGNER = Signer(sign=_KEY.sign, public_key=_KEY.public_key().public_bytes_raw())
WORKSHOP = Workshop(author="ML", code="abc", software={"numpy": "2"}, signer=SIGNER)
DEALS_A_DAY = 30.0


@pytest.fixture(scope="module")
def result() -> CausesTrained:
    return trained(DAG, CausesTraining(incidents=60, judges=20))


@pytest.fixture(scope="module")
def archive(result: CausesTrained) -> SealedCauses:
    """Gates of so few judges fail by chance now and then: here they are taken for passed."""
    passed = tuple(
        gate if gate.answer is Answer.NOT_ASKED else replace(gate, answer=Answer.PASSED)
        for gate in result.gates
    )
    return sealed(replace(result, gates=passed), catalogue_text(), "0" * 64, WORKSHOP)


def test_a_cause_takes_conversions_away_and_adds_none() -> None:
    draw = np.random.default_rng(4)
    quiet = simulated(draw, DEALS_A_DAY)
    found = injected(quiet, DAG, CLEAN, draw)
    before = dict(zip(quiet.deals.ids, quiet.deals.converted, strict=True))
    after = dict(zip(found.incident.deals.ids, found.incident.deals.converted, strict=True))
    changed = [name for name in after if after[name] != before[name]]
    assert changed
    assert all(after[name] == -1 for name in changed)
    assert found.roles[found.root] == "root"
    assert found.verdict == found.root


def test_whom_a_remedy_reached_recovers_and_whom_it_missed_goes_on_falling() -> None:
    bare = replace(CLEAN, remedy=1.0, second=0.0, idle_chain=0.0, decoys=(0, 0))
    lost, before = np.zeros(2), np.zeros(2)
    for place in range(8):
        draw = np.random.default_rng([9, place])
        quiet = simulated(draw, DEALS_A_DAY)
        told = injected(quiet, DAG, bare, draw)
        missed = next(
            one for one in candidates(told.incident, DAG) if told.roles[one.id] == "contributing"
        )
        deals = told.incident.deals
        late = deals.entered >= told.incident.onset.at.toordinal() - missed.lead
        assert missed.members is not None
        won = np.isin(deals.ids, np.array(quiet.deals.ids)[quiet.deals.converted >= 0])
        for side, chosen in enumerate((~missed.members, missed.members)):
            before[side] += (late & chosen & won).sum()
            lost[side] += (late & chosen & won & (deals.converted < 0)).sum()
    reached, gone = lost / before
    assert reached < gone - 0.1


def test_incidents_are_drawn_by_their_seeds_alone() -> None:
    first, again, more = (drawn(DAG, (NOISY,), count, seed=5) for count in (2, 2, 3))
    assert all(
        (a.rows == b.rows)[~np.isnan(a.rows)].all() for a, b in zip(first, again, strict=True)
    )
    assert [one.ids for one in more[:2]] == [one.ids for one in first]


def test_where_the_root_was_not_recorded_a_cell_is_the_answer() -> None:
    found = drawn(DAG, (replace(UNRECORDED, no_record=1.0),), 4, seed=6)
    assert any(one.ids[one.root] == "*" or "=" in one.ids[one.root] for one in found)


def test_the_same_examples_give_the_same_text_on_any_number_of_threads() -> None:
    lessons = drawn(DAG, (CLEAN,), 12, seed=7)
    assert text_of(boosted(lessons, seed=1)) == text_of(boosted(lessons, seed=1, threads=2))


def test_a_small_training_beats_the_rule_and_names_the_golden_root(result: CausesTrained) -> None:
    answers = {gate.id: gate.answer for gate in result.gates}
    assert [answers[one] for one in ("G1", "G2", "G13", "G14")] == [Answer.PASSED] * 4
    assert [answers[one] for one in ("G4", "G12")] == [Answer.NOT_ASKED] * 2
    assert result.metrics["clean.ac1"] > 0.6


@pytest.mark.parametrize(
    ("gate", "answer"),
    [
        pytest.param(asking.enough(49), Answer.FAILED, id="49 incidents are too few"),
        pytest.param(asking.enough(50), Answer.PASSED, id="50 are enough"),
        pytest.param(asking.golden({"a": 1, "b": 2}), Answer.FAILED, id="the golden root second"),
        pytest.param(asking.golden({"a": 1, "b": 1}), Answer.PASSED, id="first in both"),
        pytest.param(asking.leakage({"x": 0.95, "y": 0.1}), Answer.FAILED, id="a feature knows"),
        pytest.param(asking.leakage({"x": 0.6}), Answer.PASSED, id="no feature knows"),
        pytest.param(asking.stable(0.8), Answer.FAILED, id="another seed differs in a fifth"),
        pytest.param(
            asking.skill(np.array([True, False] * 20), np.array([True, False] * 20)),
            Answer.FAILED,
            id="no better than the rule by hand",
        ),
    ],
)
def test_a_gate_passes_and_fails(gate: Any, answer: Answer) -> None:
    assert gate.answer is answer


def test_nothing_to_learn_from_is_told() -> None:
    with pytest.raises(TooFew):
        trained(DAG, CausesTraining(incidents=3, judges=20))


def test_a_sealed_ranker_opens_and_ranks(archive: SealedCauses) -> None:
    opened = open_causes(parts_of_zip(archive.archive), trusted={SIGNER.public_key})
    assert (opened.sha256, opened.manifest.kind) == (archive.sha256, "causes")
    found = rank_causes(golden(), opened.dag, opened.ranker)
    assert (found[0].id, found[0].by) == (ROOT, "model")
    told = {gate.id: gate.answer for gate in archive.result.gates}
    assert told["G12"] is Answer.PASSED


@pytest.mark.parametrize(
    ("part", "change", "code"),
    [
        pytest.param(RANKER, lambda text: text + b" ", "hash", id="a byte more in the trees"),
        pytest.param(GOLDEN, lambda text: text.replace(b"0", b"1", 1), "hash", id="a golden row"),
        pytest.param(EVIDENCE, None, "part_missing", id="no evidence types"),
    ],
)
def test_a_changed_ranker_is_refused(
    archive: SealedCauses, part: str, change: Any, code: str
) -> None:
    parts = dict(parts_of_zip(archive.archive))
    if change is None:
        del parts[part]
    else:
        parts[part] = change(parts[part])
    with pytest.raises(ArtefactRefused) as refused:
        open_causes(parts, trusted={SIGNER.public_key})
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        pytest.param(RANKER, b"objective=lambdarank", b"objective=binary sigmoid:1", id="a chance"),
        pytest.param(RANKER_SCALE, b'"temperature": ', b'"temperature": -', id="a negative heat"),
        pytest.param(RANKER_SCALE, b'"share"', b'"shares_of"', id="another feature"),
        pytest.param(
            EVIDENCE, b"caused_by: [sync_gap", b"caused_by: [sync_gaps", id="no such type"
        ),
    ],
)
def test_a_ranker_signed_anew_still_has_to_make_sense(
    archive: SealedCauses, part: str, old: bytes, new: bytes
) -> None:
    from models.artefact.causes import pack_causes  # noqa: PLC0415 - beside its use

    parts = dict(parts_of_zip(archive.archive))
    for name in ("manifest.json", "manifest.sig", GOLDEN):
        del parts[name]
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new, 1)
    origin = Origin(
        data_sha256="0" * 64,
        code_commit="abc",
        seeds={},
        threads=1,
        author="",
        software={},
        metrics={},
    )
    with pytest.raises(ArtefactRefused) as refused:
        pack_causes(parts, origin, np.zeros((8, 3)), SIGNER)
    assert (refused.value.code, refused.value.part) == ("model", part)


def test_a_ranker_is_no_coefficient(archive: SealedCauses) -> None:
    with pytest.raises(ArtefactRefused, match="causes"):
        open_artefact(parts_of_zip(archive.archive), trusted={SIGNER.public_key})


def _incident() -> dict[str, Any]:
    day = {"rep": "r", "dims": {}}
    return {
        "incident": "i",
        "stage": "s",
        "onset": {"at": "2026-01-09"},
        "seen_until": "2026-01-15",
        "dimensions": [],
        "deals": [
            {**day, "id": "d1", "entered": "2026-01-02", "converted": "2026-01-03"},
            {**day, "id": "d2", "entered": "2026-01-10"},
        ],
        "cells": [{"cell": {}}],
        "evidence": [
            {"id": "e1", "type": "sync_gap", "at": "2026-01-08", "exposure": {"all": True}},
            {"id": "e2", "type": "survey", "at": "2026-01-12"},
        ],
    }


def verdict(**told: Any) -> bytes:
    return json.dumps({"incident": _incident(), "verdict": told}).encode()


@pytest.mark.parametrize(
    ("told", "root", "weight"),
    [
        pytest.param({"roles": {"e1": "root", "e2": "symptom"}}, "e1", 10.0, id="a person's word"),
        pytest.param(
            {"roles": {"e1": "root"}, "shown": ["e1", "e2"]}, "e1", 7.0, id="what stood first"
        ),
        pytest.param(
            {"roles": {"e2": "root"}, "shown": ["e1", "e2"]}, "e2", 10.0, id="what did not"
        ),
        pytest.param({"roles": {"e1": "unrelated"}}, "*", 10.0, id="none of these: the cell"),
    ],
)
def test_a_verdict_weighs_by_what_was_shown(told: Any, root: str, weight: float) -> None:
    found: Example | None = example_of(read_verdicts(verdict(**told))[0], DAG)
    assert found is not None
    assert (found.ids[found.root], found.weight) == (root, weight)


def test_an_answer_of_the_service_is_read_as_its_items() -> None:
    one = json.loads(verdict(roles={"e1": "root"})) | {"person": "p"}
    found = read_verdicts(json.dumps({"items": [one, one]}).encode())
    assert [(one.roles, one.person) for one in found] == [({"e1": "root"}, "p")] * 2


ROOT_1, ROOT_2 = {"e1": "root"}, {"e2": "root"}


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        pytest.param([("p", ROOT_1), ("q", ROOT_1)], [ROOT_1, ROOT_1], id="two people agree"),
        pytest.param([("p", ROOT_1), ("q", ROOT_2)], [ROOT_1, ROOT_2], id="two people differ"),
        pytest.param([("p", ROOT_1), ("p", ROOT_2)], [ROOT_2], id="a person's last word"),
        pytest.param([("p", ROOT_1), ("p", ROOT_1)], [ROOT_1], id="a row that came twice"),
        pytest.param([(None, ROOT_1)] * 3, [ROOT_1], id="the same of nobody named: one"),
        pytest.param(
            [(None, ROOT_1), (None, ROOT_2)], [ROOT_1, ROOT_2], id="nobody named, two answers"
        ),
    ],
)
def test_what_a_person_said_of_an_incident_counts_once(
    said: list[tuple[str | None, dict[str, str]]], stands: list[dict[str, str]]
) -> None:
    rows = [json.loads(verdict(roles=roles)) | {"person": person} for person, roles in said]
    found = standing(read_verdicts("\n".join(map(json.dumps, rows)).encode()))
    assert [one.roles for one in found] == stands


def test_calibration_does_not_fail_on_what_few_judges_show_by_chance() -> None:
    draw = np.random.default_rng(9)
    chances = draw.uniform(0.5, 0.9, 30)
    truths = draw.random(30) < chances
    assert ece(chances, truths) <= by_chance(chances)
    assert by_chance(np.repeat(chances, 100)) < 0.05 < ece(chances, truths)
    assert ece(chances, np.zeros(30, dtype=np.bool_)) > by_chance(chances)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param(b"", "no verdict", id="an empty file"),
        pytest.param(b"{", "line 1: seen '{'", id="no JSON"),
        pytest.param(b'{"incident": {}}', "line 1: 'verdict' is missing", id="no word at all"),
        pytest.param(verdict(roles={"e9": "root"}), "no candidate", id="whom nobody named"),
        pytest.param(verdict(roles={}, shown=[["e1"]]), "no candidate", id="a list in the list"),
        pytest.param(verdict(roles={"e1": "guilty"}), "guilty", id="a role that is none"),
        pytest.param(verdict(roles={"e1": "root", "e2": "root"}), "two roots", id="two roots"),
        pytest.param(b'{"incident": {}, "verdict": {"roles": {}}}', "incident", id="no incident"),
        pytest.param(
            verdict(roles={})[:-1] + b', "person": ["p"]}', "person", id="a person who is a list"
        ),
    ],
)
def test_what_is_no_verdict_is_told_with_its_line(line: bytes, told: str) -> None:
    with pytest.raises(VerdictRefused, match=told) as refused:
        read_verdicts(line)
    assert "expected" not in refused.value.message.zh


def _history(days: int, each: int) -> bytes:
    first = date(2025, 1, 1).toordinal()
    rows = ["id,rep,entered,converted,region"]
    for day in range(days):
        told = date.fromordinal(first + day).isoformat()
        rows += [
            f"d{day}-{one},r{one % 5},{told},{told if one % 2 else ''},{'ab'[one % 3 == 0]}"
            for one in range(each)
        ]
    return "\n".join(rows).encode()


def test_causes_are_injected_into_quiet_weeks_of_a_history() -> None:
    draw = np.random.default_rng(8)
    quiet = windows(read_history(_history(120, 12)))(draw)
    found = injected(quiet, DAG, CLEAN, draw)
    assert len(found.incident.deals.reps) == 5
    assert found.incident.deals.dimensions == ("region",)


@pytest.mark.parametrize(
    ("days", "each", "until"),
    [
        pytest.param(80, 12, None, id="too few days"),
        pytest.param(120, 5, None, id="too few deals a day"),
        pytest.param(120, 12, date(2025, 2, 1), id="quiet for a month only"),
    ],
)
def test_a_history_that_teaches_nothing_is_refused(
    days: int, each: int, until: date | None
) -> None:
    with pytest.raises(CaseRefused):
        windows(read_history(_history(days, each)), until)


def test_a_history_of_days_to_come_is_refused() -> None:
    with pytest.raises(CaseRefused) as refused:
        read_history(_history(120, 12), until=date(2025, 4, 29))
    assert refused.value.problems[0].seen == "2025-04-30"


@pytest.mark.parametrize("is_trusted", [True, False], ids=["trusted", "nobody trusts its key"])
def test_a_registered_ranker_opens_for_the_service(
    archive: SealedCauses, tmp_path: Path, *, is_trusted: bool
) -> None:
    settings = load({"COUNTERMARK_DATA": str(tmp_path)})
    if is_trusted:
        (tmp_path / "model-keys").mkdir()
        pem = _KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / "model-keys" / "team.pem").write_bytes(pem)
    storage = open_storage(settings)
    stored = storage.put([archive.archive], max_bytes=len(archive.archive))
    found = KeptTariffs(settings, storage).ranker(stored.sha256)
    assert (found is not None) is is_trusted
    if found is not None:
        assert rankers.opened(found.trees, found.scale).scale.tie_share > 0
        assert rankers.graph(found.dag) == DAG
