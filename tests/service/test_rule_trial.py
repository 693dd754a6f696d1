"""What a candidate rule set may do to its own process and to nobody else."""

from __future__ import annotations

import time

import pytest

from rules import executors, load_rule_set, pack, pack_cases
from service.adapters import rule_files
from service.adapters.rule_files import CATALOGUE, File
from service.adapters.rule_trial import Outcome, Trial, try_candidate
from tests.rules.files import rule, rule_file

HOSTILE = "tests.service.hostile_engines:"
#: Starting Python and loading a rule file takes its time where others work, too.
PATIENCE = 60


def candidate(text: str, cases: str | None = None) -> dict[str, File]:
    """Give a rule file by itself, with the shipped catalogue."""
    beside = None if cases is None else cases.encode()
    # The registry knows the items that gates may require.
    known = text.replace("{item: i,", "{item: contract,")
    file = File(path="a.yaml", text=known.encode(), ships=False, cases=beside)
    return {CATALOGUE: rule_files.texts(None)[CATALOGUE], "a": file}


def tried(text: str, cases: str | None = None, *, engine: str | None = None) -> Trial:
    files = candidate(text, cases)
    if engine is None:
        return try_candidate(files, seconds=PATIENCE)
    return try_candidate(files, seconds=PATIENCE, compile_with=HOSTILE + engine)


def test_a_candidate_that_compiles_and_passes_its_cases_is_fit() -> None:
    trial = tried(pack("software"), pack_cases("software"))
    assert trial.fit, trial.message
    assert trial.version == rule_files.read(candidate(pack("software"))).rule_set.version


def test_without_cases_it_is_compiled_and_asked() -> None:
    assert tried(rule_file()).outcome is Outcome.FIT


REFUSED = [
    pytest.param("rules: [", Outcome.REFUSED, "line 2", id="no YAML"),
    pytest.param(rule_file(rule('stck: "> 1"')), Outcome.REFUSED, "stock", id="a field misspelt"),
    pytest.param(
        rule_file(*(rule('stck: "> 1"', id=f"g{n}") for n in range(9))),
        Outcome.REFUSED,
        "6 more",
        id="more mistakes than a message takes",
    ),
]


@pytest.mark.parametrize(("text", "outcome", "said"), REFUSED)
def test_a_candidate_with_mistakes_is_refused(text: str, outcome: Outcome, said: str) -> None:
    trial = tried(text)
    assert trial.outcome is outcome
    assert said in trial.message.en
    assert trial.message.zh


def test_a_candidate_whose_cases_fail_is_refused_by_their_names() -> None:
    changed = pack("software").replace(">= 3", ">= 2")
    assert changed != pack("software")
    trial = tried(changed, pack_cases("software"))
    assert trial.outcome is Outcome.FAILED
    assert trial.version


DIES = [
    pytest.param("dies", "signal SIGSEGV", id="dies by SIGSEGV"),
    pytest.param("raises", "exit code 1", id="raises"),
    pytest.param("eats", "exit code 1", id="wants 64 GB"),
    pytest.param("lies", "exit code 3", id="says that it is fit and dies"),
]


@pytest.mark.parametrize(("engine", "said"), DIES)
def test_an_engine_that_dies_is_told_and_hurts_nobody(engine: str, said: str) -> None:
    with executors.default(load_rule_set(rule_file(), "a.yaml")) as running:
        before = running.match("week", {"region": "east", "visits": 1})
        trial = tried(rule_file(), engine=engine)
        assert trial.outcome is Outcome.DIED
        assert said in trial.message.en
        assert running.match("week", {"region": "east", "visits": 1}) == before != ()


def test_an_engine_that_hangs_with_the_interpreters_lock_is_stopped() -> None:
    with executors.default(load_rule_set(rule_file(), "a.yaml")) as running:
        before = running.match("week", {"region": "east", "visits": 1})
        began = time.monotonic()
        trial = try_candidate(candidate(rule_file()), seconds=3, compile_with=HOSTILE + "hangs")
        assert trial.outcome is Outcome.HUNG
        assert "3 s" in trial.message.en
        assert time.monotonic() - began < PATIENCE
        assert running.match("week", {"region": "east", "visits": 1}) == before


def test_a_trial_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERMARK_SECRET", "x")
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    monkeypatch.setenv("PYTHONHASHSEED", "no number")
    assert tried(rule_file()).fit
