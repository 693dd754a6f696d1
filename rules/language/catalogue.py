"""The metrics catalogue: kinds of fact that every rule file may look at without declaring them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rules.language.declarations import Vocabulary, read_kinds, vocabulary_of
from rules.language.reading import Reader
from rules.language.root import read_root, refused
from rules.language.tree import open_source
from rules.packs import metrics

if TYPE_CHECKING:
    from rules.facts import FactKind
    from rules.language.problems import Findings, Problem

CATALOGUE_SCHEMA = "countermark-metrics/v1"
SHIPPED = "metrics.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    kinds: tuple[FactKind, ...]

    def vocabularies(self) -> dict[str, Vocabulary]:
        """Give the kinds by name, with every spelling of their fields."""
        return {kind.name: vocabulary_of(kind) for kind in self.kinds}


def check_catalogue(text: str | bytes, path: str) -> tuple[Problem, ...]:
    """Give every problem of a catalogue, from top to bottom."""
    findings = open_source(text, path)
    _read(findings)
    return findings.problems


def load_catalogue(text: str | bytes, path: str) -> Catalogue:
    """Read a catalogue. Raises RuleFileError with all of its problems."""
    findings = open_source(text, path)
    kinds = _read(findings)
    if findings:
        raise refused(findings)
    return Catalogue(kinds=kinds)


@cache
def shipped() -> Catalogue:
    """Give the catalogue that ships."""
    return load_catalogue(metrics(), SHIPPED)


def _read(findings: Findings) -> tuple[FactKind, ...]:
    reader = Reader(findings)
    parts = read_root(reader, CATALOGUE_SCHEMA, "kinds")
    kinds = read_kinds(reader, parts["kinds"]) if "kinds" in parts else {}
    return tuple(vocabulary.kind for vocabulary in kinds.values())
