"""A child that wants out: what it tries really is tried, on this machine's kernel."""

from __future__ import annotations

import json
import os
import platform
import struct
from typing import TYPE_CHECKING, Any

import pytest

from verification.limits import Limits
from verification.sandbox import landlock
from verification.sandbox.client import Sandbox
from verification.sandbox.levels import ALL_LAYERS
from verification.sandbox.outcome import Answer, Death
from verification.sandbox.seccomp import (
    PROT_EXEC,
    RET_ALLOW,
    RET_EPERM,
    RET_KILL_PROCESS,
    compile_filter,
)
from verification.sandbox.syscalls import MACHINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.sandbox.syscalls import Machine

JOBS = "tests.verification.sandbox_jobs"
OWN = MACHINES.get(platform.machine())


@pytest.fixture(scope="module")
def strongest() -> Iterator[Sandbox]:
    with Sandbox.start(limits=Limits(), jobs=JOBS) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def filtered() -> Iterator[Sandbox]:
    """Seccomp alone: nothing else may hide a hole in the filter."""
    with Sandbox.start(limits=Limits(), jobs=JOBS, layers=frozenset({"seccomp"})) as sandbox:
        if sandbox.level != "seccomp":
            pytest.skip(f"no seccomp here: {sandbox.missing}")
        yield sandbox


def _ask(sandbox: Sandbox, job: str, request: object = None) -> Any:
    outcome = sandbox.run(job, json.dumps(request).encode(), b"a file")
    assert isinstance(outcome, Answer), outcome
    return json.loads(outcome.report)


def test_every_forbidden_act_is_denied_by_the_filter_alone(filtered: Sandbox) -> None:
    ends = _ask(filtered, "attempts")
    assert len(ends) == 19
    thread = ends.pop("start_thread")
    assert thread == "RuntimeError"
    assert set(ends.values()) == {"EPERM"}, ends


def test_the_same_acts_go_through_where_nothing_holds() -> None:
    """The twin of the test above: it is the layers that deny, not the tests' own clumsiness."""
    with Sandbox.start(limits=Limits(), jobs=JOBS, layers=frozenset()) as sandbox:
        assert sandbox.level == "rlimits"
        ends = _ask(sandbox, "attempts")
    done = {name for name, end in ends.items() if end == "done"}
    assert {"open_file", "make_socket", "list_folder", "start_process"} & done >= {
        "open_file",
        "make_socket",
        "list_folder",
    }
    assert ends["execute"] == "ENOENT"


@pytest.mark.skipif(OWN is None, reason="no filter for this machine")
@pytest.mark.parametrize("name", sorted(OWN.killed if OWN else ()))
def test_calls_of_attackers_kill(filtered: Sandbox, name: str) -> None:
    assert OWN is not None
    outcome = filtered.run("system_call", json.dumps(OWN.killed[name]).encode(), b"")
    assert isinstance(outcome, Death)
    assert (outcome.kind, outcome.detail) == ("signal", "SIGSYS")


def test_a_call_that_is_on_no_list_is_refused_softly(filtered: Sandbox) -> None:
    unheard_of = 999
    assert _ask(filtered, "system_call", unheard_of) == "EPERM"


def test_nothing_of_the_service_reaches_a_child(
    strongest: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERMARK_SECRET", "hunter2")
    with open(os.devnull, "rb") as extra, Sandbox.start(limits=Limits(), jobs=JOBS) as sandbox:  # noqa: PTH123 - a descriptor of ours
        os.set_inheritable(extra.fileno(), True)  # noqa: FBT003 - the only form there is
        seen = _ask(sandbox, "surroundings")
    # The null device three times, its channel (for one word), then request, file, report, pixels.
    assert seen["descriptors"] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert set(seen["environment"]) <= {
        "LANG",
        "LD_LIBRARY_PATH",  # OpenCV puts its own folder there when it is imported
        "OMP_NUM_THREADS",
        "ORT_DISABLE_TELEMETRY",
        "OPENBLAS_NUM_THREADS",
        "PATH",
        "PWD",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONPATH",
    }
    assert seen["threads"] == 1
    if os.getuid() == 0 or "bubblewrap" in strongest.layers:
        assert seen["user"] == 65534


@pytest.mark.parametrize(
    "layers",
    [
        pytest.param({"landlock", "seccomp"}, id="without bubblewrap"),
        pytest.param({"seccomp"}, id="seccomp alone"),
        pytest.param(set(), id="limits alone"),
        pytest.param(set(ALL_LAYERS), id="all that there is"),
    ],
)
def test_only_layers_that_were_asked_for_and_hold_are_reported(layers: set[Any]) -> None:
    with Sandbox.start(limits=Limits(), layers=frozenset(layers), jobs=JOBS) as sandbox:
        assert sandbox.layers <= layers
        # What was asked for and is not there has to be explained.
        assert bool(sandbox.missing) is (sandbox.layers != layers)


def _run(program: bytes, number: int, arch: int, third_argument: int = 0) -> int:
    """Interpret the instructions that the filter uses, as the kernel does."""
    packet = struct.pack("<IIQ6Q", number, arch, 0, 0, 0, third_argument, 0, 0, 0)
    value, at = 0, 0
    while True:
        code, if_true, if_false, operand = struct.unpack_from("<HBBI", program, 8 * at)
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("<I", packet, operand)
        elif code == 0x06:
            return int(operand)
        else:
            holds = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}
            at += if_true if holds[code] else if_false


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES.keys())
def test_filter_answers_as_its_lists_say_on_every_machine(machine: Machine) -> None:
    program = compile_filter(machine)
    answers = {
        number: _run(program, number, machine.audit_arch)
        for number in range(600)
        if number not in machine.unless_executable.values()
    }
    allowed = {number for number, answer in answers.items() if answer == RET_ALLOW}
    killed = {number for number, answer in answers.items() if answer == RET_KILL_PROCESS}
    assert allowed == set(machine.allowed.values())
    assert killed == set(machine.killed.values())
    assert {answers[n] for n in answers.keys() - allowed - killed} == {RET_EPERM}


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES.keys())
def test_memory_may_be_had_but_not_executed(machine: Machine) -> None:
    program = compile_filter(machine)
    for number in machine.unless_executable.values():
        assert _run(program, number, machine.audit_arch, 3) == RET_ALLOW
        assert _run(program, number, machine.audit_arch, 3 | PROT_EXEC) == RET_EPERM
        assert _run(program, number + 0, machine.audit_arch, 3 | (PROT_EXEC << 32)) == RET_ALLOW


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES.keys())
def test_calls_of_another_interface_kill(machine: Machine) -> None:
    program = compile_filter(machine)
    i386 = 0x40000003
    assert _run(program, 0, i386) == RET_KILL_PROCESS
    if machine.foreign_from is not None:
        assert _run(program, machine.foreign_from, machine.audit_arch) == RET_KILL_PROCESS


@pytest.mark.parametrize(
    ("version", "length", "rights"),
    [(1, 8, 13), (2, 8, 14), (3, 8, 15), (4, 16, 15), (5, 16, 16), (6, 24, 16), (99, 24, 16)],
)
def test_landlock_asks_for_all_that_the_kernel_knows(
    version: int, length: int, rights: int
) -> None:
    attributes = landlock._attributes(version)  # noqa: SLF001 - kernels of other versions are not at hand
    assert len(attributes) == length
    assert struct.unpack_from("<Q", attributes)[0] == (1 << rights) - 1
