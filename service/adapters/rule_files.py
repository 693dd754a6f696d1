"""Rule files as bytes, and all of them together as one rule set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rules import language, packs
from rules.form import rule_set
from rules.language.lowering import lower
from rules.text import Text
from service import paths
from service.adapters import path_gates
from service.registered import registry
from service.system_words import why

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rules.facts import FactKind
    from rules.form import AnyRule, RuleSet

#: The catalogue of fields, which is no rule file.
CATALOGUE = "metrics"
RULES, CASES = (".yaml", ".yml"), ".cases"
MOST_FILES, MOST_BYTES = 200, 4 << 20


class NotFit(Exception):
    """Files that together make no rule set; `message` says why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    #: What messages call it.
    path: str
    text: bytes
    ships: bool
    #: What lies beside it as NAME.cases.yaml.
    cases: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """All files as one rule set."""

    rule_set: RuleSet
    #: Rule → name of its file.
    files: Mapping[str, str]


def texts(folder: Path | None) -> dict[str, File]:
    """Read the shipped packs, and the folder over them.

    Raises NotFit for a folder that cannot be read.
    """
    found = {
        name: File(path=f"{name}.yaml", text=packs.pack(name).encode(), ships=True)
        for name in packs.names()
    }
    catalogue = files("rules.packs").joinpath(f"{CATALOGUE}.yaml").read_bytes()
    found[CATALOGUE] = File(path=f"{CATALOGUE}.yaml", text=catalogue, ships=True)
    return found if folder is None else {**found, **_of_folder(folder)}


@cache
def shipped() -> Read:
    """Give what ships, read once a process."""
    return read(texts(None))


def read(given: Mapping[str, File]) -> Read:
    """Check all files and make one rule set of them. Raises NotFit and RuleFileError."""
    catalogue = language.load_catalogue(given[CATALOGUE].text, given[CATALOGUE].path)
    known = registry()
    kinds: dict[str, FactKind] = {kind.name: kind for kind in catalogue.kinds}
    rules: dict[str, AnyRule] = {}
    homes: dict[str, str] = {}
    for name, file in given.items():
        if name == CATALOGUE:
            continue
        one = language.load_rule_set(file.text, file.path, catalogue=catalogue, registry=known)
        for kind in one.kinds:
            if kinds.setdefault(kind.name, kind) != kind:
                raise NotFit(_twice(kind.name, file.path, "another file or the catalogue"))
        for rule in one.rules:
            if rule.id in rules:
                raise NotFit(_twice(rule.id, file.path, homes[rule.id]))
            rules[rule.id], homes[rule.id] = rule, file.path
    trouble = path_gates.trouble(given.keys() & set(paths.names()), kinds, rules.values())
    if trouble is not None:
        raise NotFit(trouble)
    sections = tuple(
        lower(kind, looking)
        for kind in kinds.values()
        if (looking := [rule for rule in rules.values() if rule.on == kind.name])
    )
    whole = rule_set(tuple(kinds.values()), tuple(rules.values()), sections)
    return Read(rule_set=whole, files=homes)


def alone(file: File, catalogue: File) -> RuleSet:
    """Check one file by itself, as its cases look at it. Raises RuleFileError."""
    known = language.load_catalogue(catalogue.text, catalogue.path)
    return language.load_rule_set(file.text, file.path, catalogue=known, registry=registry())


def _of_folder(folder: Path) -> dict[str, File]:
    try:
        paths_there = sorted(
            path
            for path in folder.iterdir()
            if path.suffix in RULES and not path.stem.endswith(CASES) and path.is_file()
        )
        if len(paths_there) > MOST_FILES:
            raise NotFit(_too_much(folder, f"{len(paths_there)} files", f"{MOST_FILES}"))
        found = {}
        for path in paths_there:
            beside = path.with_name(f"{path.stem}{CASES}{path.suffix}")
            cases = _bytes_of(beside) if beside.is_file() else None
            found[path.stem] = File(path=path.name, text=_bytes_of(path), ships=False, cases=cases)
    except OSError as error:
        raise NotFit(
            Text(
                zh=f"规则目录 {folder} 无法读取（{why(error).zh}）。请检查路径与权限。",
                en=f"The rule folder {folder} cannot be read ({why(error).en}). Look at its "
                "path and permissions.",
            )
        ) from error
    return found


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        text = file.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise NotFit(_too_much(path, "a larger file", f"{MOST_BYTES} bytes"))
    return text


def _twice(name: str, path: str, other: str) -> Text:
    return Text(
        zh=f"{path}：“{name}”已在 {other} 中声明。请改名，或删去其一。",
        en=f"{path}: {name} is declared in {other} already. Rename it, or remove one of the two.",
    )


def _too_much(path: Path, seen: str, allowed: str) -> Text:
    return Text(
        zh=f"{path}：看到 {seen}，至多 {allowed}。请分开或缩减。",
        en=f"{path}: saw {seen}, at most {allowed}. Split it or cut it down.",
    )
