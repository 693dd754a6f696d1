"""A candidate rule set is tried in a process of its own before anyone relies on it.

All its files are read and compiled together, then each file's own cases are run. What hangs there
with the interpreter's lock held, dies by a signal or fails its cases is refused with a message; the
rule set that is running never meets it. The child has a limit of time,
of CPU and of memory, writes no file, and gets nothing of our environment.
"""

from __future__ import annotations

import base64
import json
import math
import resource
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rules
from rules import RuleFileError, RulesError, Text, cases
from service.adapters import rule_files
from service.adapters.rule_files import File, NotFit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.cases import CaseResult
    from rules.executors import Executor
    from rules.form import RuleSet

ROOT = Path(rules.__file__).resolve().parent.parent
MOST_MEMORY_BYTES = 2 << 30
#: How many failed cases and problems a message names.
SHOWN = 3
#: What compiles a rule set; only tests name another one.
COMPILE = "rules.executors:default"


class Outcome(StrEnum):
    #: It compiles, answers, and its cases pass.
    FIT = "fit"
    #: The files have mistakes, or the engine refuses it.
    REFUSED = "refused"
    #: Its own cases do not pass.
    FAILED = "failed"
    #: It was not done in time.
    HUNG = "hung"
    #: The process ended without an answer.
    DIED = "died"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    outcome: Outcome
    #: What was seen and what to do next.
    message: Text
    #: Of the rule set, where it could be read.
    version: str | None = None

    @property
    def fit(self) -> bool:
        return self.outcome is Outcome.FIT


def try_candidate(
    files: Mapping[str, File], *, seconds: float = 10, compile_with: str = COMPILE
) -> Trial:
    """Load a candidate in a fresh process, ask it, and run its cases. Raises nothing of its own.

    `files` has the catalogue among them. `seconds` is wall time from the start of the process; it
    gets as many of CPU.
    """
    given = {
        "files": {name: _sent(file) for name, file in files.items()},
        "seconds": seconds,
        "compile_with": compile_with,
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-s", "-m", __name__],
            input=json.dumps(given).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return _hung(seconds)
    if done.returncode == -signal.SIGXCPU:
        return _hung(seconds)
    return _heard(done)


def _sent(file: File) -> dict[str, Any]:
    cases = None if file.cases is None else base64.b64encode(file.cases).decode()
    return {**asdict(file), "text": base64.b64encode(file.text).decode(), "cases": cases}


def _received(said: dict[str, Any]) -> File:
    cases = None if said["cases"] is None else base64.b64decode(said["cases"])
    return File(**{**said, "text": base64.b64decode(said["text"]), "cases": cases})


def _hung(seconds: float) -> Trial:
    return Trial(
        outcome=Outcome.HUNG,
        message=Text(
            zh=f"候选规则集在 {seconds:g} 秒内没有完成试运行，已中止。运行中的规则不变；"
            "请减少规则或条件后再试。",
            en=f"The candidate was not done within {seconds:g} s and was stopped. The running "
            "rules stay; take out rules or conditions and try again.",
        ),
    )


def _heard(done: subprocess.CompletedProcess[bytes]) -> Trial:
    try:
        said = json.loads(done.stdout)
        message = Text(zh=str(said["zh"]), en=str(said["en"]))
        outcome, version = Outcome(said["outcome"]), said["version"]
    except (ValueError, KeyError, TypeError):
        return _died(done.returncode)
    if done.returncode != 0:
        # What it said before it died is no answer.
        return _died(done.returncode)
    return Trial(outcome=outcome, message=message, version=version)


def _died(code: int) -> Trial:
    zh, en = f"退出码 {code}", f"exit code {code}"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        zh, en = f"信号 {name}", f"signal {name}"
    return Trial(
        outcome=Outcome.DIED,
        message=Text(
            zh=f"候选规则集使规则引擎的进程中断（{zh}）。运行中的规则不变；请撤回最近的修改，并报告此问题。",
            en=f"The candidate ended the engine's process ({en}). The running rules stay; take "
            "back the latest change and report this.",
        ),
    )


def main() -> None:
    """Be the child: try what stands on stdin and say on stdout how it went."""
    given = json.load(sys.stdin)
    _confine(given["seconds"])
    module, _, name = given["compile_with"].partition(":")
    compile_with = getattr(import_module(module), name)
    files = {name: _received(said) for name, said in given["files"].items()}
    trial = _try(files, compile_with)
    said = {"outcome": trial.outcome, "version": trial.version}
    json.dump(said | {"zh": trial.message.zh, "en": trial.message.en}, sys.stdout)


def _confine(seconds: float) -> None:
    cpu = math.ceil(seconds)
    limits = {
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_AS: MOST_MEMORY_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for name, most in limits.items():
        _, hard = resource.getrlimit(name)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # A second more than is announced before the hard end.
        last = allowed + 1 if name == resource.RLIMIT_CPU and allowed == most else allowed
        resource.setrlimit(name, (allowed, last))


def _try(files: Mapping[str, File], compile_with: Callable[[RuleSet], Executor]) -> Trial:
    version = None
    try:
        rule_set = rule_files.read(files).rule_set
        version = rule_set.version
        with compile_with(rule_set) as executor:
            for kind in rule_set.kinds:
                executor.match(kind.name, {})
        wrong = _failing(files)
    except RuleFileError as error:
        return Trial(outcome=Outcome.REFUSED, message=_problems(error), version=version)
    except (RulesError, NotFit) as error:
        return Trial(outcome=Outcome.REFUSED, message=error.message, version=version)
    if wrong:
        return _failed(wrong, version)
    fit = Text(zh="候选规则集可以启用。", en="The candidate is fit to run.")
    return Trial(outcome=Outcome.FIT, message=fit, version=version)


def _failing(files: Mapping[str, File]) -> list[CaseResult]:
    """Run each file's cases on that file alone; give what did not pass."""
    results: list[CaseResult] = []
    for file in files.values():
        if file.cases is not None:
            rule_set = rule_files.alone(file, files[rule_files.CATALOGUE])
            results += cases.run(rule_set, file.cases, f"{file.path} (cases)").results
    return [result for result in results if not result.passed]


def _problems(error: RuleFileError) -> Text:
    shown = error.problems[:SHOWN]
    more = len(error.problems) - len(shown)
    zh = "；".join(f"{one.file} 第 {one.line} 行：{one.message.zh}" for one in shown)
    en = "; ".join(f"{one.file}, line {one.line}: {one.message.en}" for one in shown)
    return Text(
        zh=zh + (f"；另有 {more} 处" if more else ""), en=en + (f"; {more} more" if more else "")
    )


def _failed(wrong: list[CaseResult], version: str) -> Trial:
    names = [result.case for result in wrong[:SHOWN]]
    return Trial(
        outcome=Outcome.FAILED,
        version=version,
        message=Text(
            zh=f"候选规则集自己的用例有 {len(wrong)} 个未通过：{'、'.join(names)}。"
            "请改规则或用例（countermark rules test 会列出差别）。",
            en=f"{len(wrong)} of the candidate's own cases did not pass: {', '.join(names)}. "
            "Correct the rules or the cases (countermark rules test shows the differences).",
        ),
    )


if __name__ == "__main__":
    main()
