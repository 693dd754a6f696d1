"""Rules in force: the packs that ship, and a folder of rule files that replace or join them.

A file of the folder takes the place of the pack of its name. ``metrics.yaml`` there takes the
place of the shipped catalogue. All files together are one rule set: tried first in a child
process, then compiled here, then put in the place of the one before.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import rules
from rules import executors
from rules.evaluation import Evaluator
from service.adapters import rule_files
from service.adapters.rule_trial import try_candidate
from service.ports.rule_book import InForce, in_force
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rules.form import RuleSet
    from service.adapters.rule_files import Read
    from service.ports import Clock

LOG = logging.getLogger("countermark.service")

#: A candidate that takes longer is refused.
TRIAL_S = 10.0


@dataclass(slots=True)
class _Edition:
    """A compiled rule set and how many are using it; closed when it is retired and unused."""

    in_force: InForce
    users: int = 0
    retired: bool = False
    guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        with self.guard:
            if self.retired:
                return False
            self.users += 1
            return True

    def let_go(self) -> None:
        with self.guard:
            self.users -= 1
            self._close_when_done()

    def retire(self) -> None:
        with self.guard:
            self.retired = True
            self._close_when_done()

    def _close_when_done(self) -> None:
        if self.retired and not self.users:
            self.in_force.evaluator.close()


class FolderRules:
    """`ports.rule_book.RuleBook`. Create it after a fork: the engine belongs to one process."""

    def __init__(self, folder: Path | None, *, clock: Clock, trial_s: float = TRIAL_S) -> None:
        self._folder = folder
        self._clock = clock
        self._trial_s = trial_s
        self._guard = threading.Lock()
        self._trouble: Text | None = None
        self._seen = ""
        self._edition: _Edition | None = None

    @property
    def trouble(self) -> Text | None:
        return self._trouble

    @contextmanager
    def using(self) -> Iterator[InForce]:
        edition = self._take()
        try:
            yield edition.in_force
        finally:
            edition.let_go()

    def refresh(self) -> tuple[RuleSet, RuleSet] | None:
        with self._guard:
            try:
                texts = rule_files.texts(self._folder)
            except rule_files.NotFit as error:
                self._seen = ""
                self._refuse(error.message)
                return None
            seen = _digest(texts)
            if seen == self._seen:
                return None
            self._seen = seen
            return self._exchange(texts)

    def close(self) -> None:
        with self._guard:
            if self._edition is not None:
                self._edition.retire()
            self._edition, self._seen = None, ""

    def _take(self) -> _Edition:
        while True:
            edition = self._edition
            if edition is None:
                self._open()
            elif edition.take():
                return edition

    def _open(self) -> None:
        """Begin with the folder's rules; where they are not fit, with what ships alone."""
        self.refresh()
        with self._guard:
            if self._edition is None:
                why = self._trouble.en if self._trouble else ""
                LOG.error("rules.shipped_packs_alone folder=%s reason=%s", self._folder, why)
                self._put(rule_files.shipped())

    def _exchange(self, texts: dict[str, rule_files.File]) -> tuple[RuleSet, RuleSet] | None:
        try:
            read = self._tried(texts)
        except (rule_files.NotFit, rules.RulesError) as error:
            self._refuse(error.message)
            return None
        before = None if self._edition is None else self._edition.in_force.rule_set
        self._trouble = None
        if before is not None and before.version == read.rule_set.version:
            return None
        self._put(read)
        return None if before is None else (before, read.rule_set)

    def _tried(self, texts: dict[str, rule_files.File]) -> Read:
        """Read what a child process found fit. Raises NotFit."""
        if all(file.ships for file in texts.values()):
            # What ships has been tried before it shipped.
            return rule_files.shipped()
        trial = try_candidate(texts, seconds=self._trial_s)
        if not trial.fit:
            raise rule_files.NotFit(trial.message)
        return rule_files.read(texts)

    def _put(self, read: Read) -> None:
        rule_set = read.rule_set
        evaluator = Evaluator(rule_set, executors.default(rule_set))
        fresh = in_force(rule_set, evaluator, files=read.files, since=self._clock())
        before, self._edition = self._edition, _Edition(fresh)
        if before is not None:
            before.retire()
        LOG.info("rules.in_force version=%s rules=%s", rule_set.version, len(rule_set.rules))

    def _refuse(self, message: rules.Text) -> None:
        said = Text(zh=message.zh, en=message.en)
        if said == self._trouble:
            return
        self._trouble = said
        LOG.warning("rules.refused reason=%s", said.en)


def _digest(texts: dict[str, rule_files.File]) -> str:
    hashed = hashlib.sha256()
    for name, file in sorted(texts.items()):
        hashed.update(f"{name}\0{file.ships}\0{len(file.text)}\0".encode())
        hashed.update(file.text)
        hashed.update(b"\0" if file.cases is None else b"\1" + file.cases)
    return hashed.hexdigest()
