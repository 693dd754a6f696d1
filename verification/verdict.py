"""The verdict algebra: findings composed by ALL, ANY and REQUIRE(k), after ETSI EN 319 102-1.

FAILED > INDETERMINATE > PASSED. NOT_APPLICABLE is neutral, and silence is never a pass: a policy
under which nothing applied gives INDETERMINATE / NOTHING_EXAMINED.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from verification.values import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: From best to worst.
SEVERITY = (Status.PASSED, Status.INDETERMINATE, Status.FAILED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status and the first reason for it, in the order of the policy."""

    status: Status
    sub_indication: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """All findings whose id matches `pattern` (shell wildcards).

    `absent` is what it means that none applied; `at_worst` caps what statistics and computer
    vision may do by themselves.
    """

    kind: Literal["findings"] = "findings"
    pattern: str
    absent: Status = Status.NOT_APPLICABLE
    absent_sub_indication: str | None = None
    at_worst: Status = Status.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Worst of its parts."""

    kind: Literal["all"] = "all"
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    """Best of its parts."""

    kind: Literal["any"] = "any"
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Require:
    """PASSED when `k` of its parts are, INDETERMINATE while `k` still could be."""

    kind: Literal["require"] = "require"
    k: int
    parts: tuple[Node, ...]


Node = Leaf | All | Any | Require


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A named way to compose findings into one verdict."""

    id: str
    version: int
    root: Node

    @property
    def label(self) -> str:
        return f"{self.id}@{self.version}"


#: Reasons for which something may stand in the file that nobody could read.
_UNREAD = frozenset(
    {"LIMIT_EXCEEDED", "CONTAINER_TRUNCATED", "CONTAINER_DAMAGED", "ENCRYPTED", "CHECK_BROKE"}
    | {"PARSER_CRASHED", "NOT_SUPPORTED"}
)


def is_complete(findings: Iterable[Finding]) -> bool:
    """Say whether everything in the file was read, so that what was not found is not there."""
    return all(finding.sub_indication not in _UNREAD for finding in findings)


def judge(policy: Policy, findings: Sequence[Finding], *, complete: bool = True) -> Verdict:
    """Compose the findings; never NOT_APPLICABLE.

    Unless the examination was `complete`, what it did not find may be there all the same.
    """
    verdict = _judge(policy.root if complete else _softened(policy.root), findings)
    if verdict.status is Status.NOT_APPLICABLE:
        return Verdict(Status.INDETERMINATE, "NOTHING_EXAMINED")
    return verdict


def _softened(node: Node) -> Node:
    """Let nothing fail for being absent, nor for there being too few that pass."""
    if isinstance(node, Require):
        return replace(node, parts=tuple(_awaited(_softened(part)) for part in node.parts))
    if not isinstance(node, Leaf):
        return replace(node, parts=tuple(_softened(part) for part in node.parts))
    if node.absent is not Status.FAILED:
        return node
    return replace(node, absent=Status.INDETERMINATE)


def _awaited(node: Node) -> Node:
    """Let a part of which nothing was found be open: it may be in what could not be read."""
    if isinstance(node, Leaf) and node.absent is Status.NOT_APPLICABLE:
        return replace(node, absent=Status.INDETERMINATE, absent_sub_indication="NOTHING_EXAMINED")
    return node


def unexplained(policy: Policy, findings: Sequence[Finding]) -> tuple[Leaf, ...]:
    """Give what the policy says must be there, is not, and no finding tells of.

    Of several that may stand in for one another the first is given, where none is there.
    """
    told = {finding.sub_indication for finding in findings}
    return tuple(
        leaves[0]
        for leaves in _required(policy.root)
        if all(leaf.absent is not Status.NOT_APPLICABLE for leaf in leaves)
        and told.isdisjoint(leaf.absent_sub_indication for leaf in leaves)
        and not any(_applicable(leaf, findings) for leaf in leaves)
    )


def _required(node: Node) -> tuple[tuple[Leaf, ...], ...]:
    """The leaves that decide by themselves, and those of which one must: below ALL, below ANY."""
    if isinstance(node, Leaf):
        return ((node,),)
    if isinstance(node, All):
        return tuple(leaves for part in node.parts for leaves in _required(part))
    alternatives = tuple(part for part in node.parts if isinstance(part, Leaf))
    whole = isinstance(node, Any) and len(alternatives) == len(node.parts)
    return (alternatives,) if whole else ()


def _judge(node: Node, findings: Sequence[Finding]) -> Verdict:
    if isinstance(node, Leaf):
        return _judge_leaf(node, findings)
    parts = [_judge(part, findings) for part in node.parts]
    applicable = [part for part in parts if part.status is not Status.NOT_APPLICABLE]
    if not applicable:
        return Verdict(Status.NOT_APPLICABLE)
    if isinstance(node, Require):
        return _require(node.k, applicable)
    return _best(applicable) if isinstance(node, Any) else _worst(applicable)


def _judge_leaf(leaf: Leaf, findings: Sequence[Finding]) -> Verdict:
    applicable = _applicable(leaf, findings)
    if not applicable:
        return Verdict(leaf.absent, leaf.absent_sub_indication)
    verdict = _worst(applicable)
    if SEVERITY.index(verdict.status) > SEVERITY.index(leaf.at_worst):
        return Verdict(leaf.at_worst, verdict.sub_indication)
    return verdict


def _applicable(leaf: Leaf, findings: Sequence[Finding]) -> list[Verdict]:
    return [
        Verdict(finding.status, finding.sub_indication)
        for finding in findings
        if finding.status is not Status.NOT_APPLICABLE and fnmatchcase(finding.id, leaf.pattern)
    ]


def _worst(parts: Sequence[Verdict]) -> Verdict:
    return max(parts, key=lambda part: SEVERITY.index(part.status))


def _best(parts: Sequence[Verdict]) -> Verdict:
    return min(parts, key=lambda part: SEVERITY.index(part.status))


def _require(k: int, parts: Sequence[Verdict]) -> Verdict:
    passed = sum(part.status is Status.PASSED for part in parts)
    open_ = sum(part.status is Status.INDETERMINATE for part in parts)
    if passed >= k:
        return Verdict(Status.PASSED)
    target = Status.INDETERMINATE if passed + open_ >= k else Status.FAILED
    reason = next((part.sub_indication for part in parts if part.status is target), None)
    return Verdict(target, reason)
