"""A candidate rule set is tried in a child process first: what hangs or dies there hurts nobody.

The child reads all files, compiles them for the engine and asks one empty fact of each kind; then
it says so. Its words come back as text, never as objects.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import TYPE_CHECKING

from rules import RulesError, executors
from rules.text import Text
from service.adapters import rule_files
from service.adapters.rule_files import File, NotFit

if TYPE_CHECKING:
    from collections.abc import Mapping

FIT = {"fit": True}


def try_out(texts: Mapping[str, File], *, seconds: float) -> None:
    """Let a child read, compile and ask the candidate. Raises NotFit with what to do about it."""
    given = json.dumps(
        {
            name: [file.path, base64.b64encode(file.text).decode(), file.ships]
            for name, file in texts.items()
        }
    )
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", __name__],
            input=given,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotFit(
            Text(
                zh=f"候选规则在 {seconds:g} 秒内没有完成编译。运行中的规则不变；请减少规则或条件。",
                en=f"The candidate rules were not compiled within {seconds:g} s. The running ones "
                "stay; take out rules or conditions.",
            )
        ) from error
    _heed(done)


def _heed(done: subprocess.CompletedProcess[str]) -> None:
    try:
        said = json.loads(done.stdout)
    except ValueError:
        said = {}
    if done.returncode == 0 and said == FIT:
        return
    if set(said) == {"zh", "en"}:
        raise NotFit(Text(zh=str(said["zh"]), en=str(said["en"])))
    raise NotFit(
        Text(
            zh=f"候选规则使规则引擎中断（{done.returncode}）。运行中的规则不变；请撤回最近的修改。",
            en=f"The candidate rules ended the engine ({done.returncode}). The running ones stay; "
            "take back the latest change.",
        )
    )


def main() -> None:
    """Be the child: say on stdout whether the files on stdin are fit."""
    given = json.load(sys.stdin)
    texts = {
        name: File(path=path, text=base64.b64decode(text), ships=ships)
        for name, (path, text, ships) in given.items()
    }
    try:
        known = rule_files.read(texts).rule_set
        with executors.default(known) as executor:
            for kind in known.kinds:
                executor.match(kind.name, {})
    except (NotFit, RulesError) as error:
        said: object = {"zh": error.message.zh, "en": error.message.en}
    else:
        said = FIT
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
