"""The verdict algebra: severity, neutrality of silence, and what a policy may not do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification import policies
from verification.values import Finding, Status, Text
from verification.verdict import SEVERITY, All, Any, Leaf, Node, Policy, Require, Verdict, judge

P, I, F, N = Status.PASSED, Status.INDETERMINATE, Status.FAILED, Status.NOT_APPLICABLE  # noqa: E741 - one letter a column of the tables below
IDS = ("a", "b", "c.one", "c.two")


def finding(check_id: str, status: Status, reason: str | None = None) -> Finding:
    return Finding(
        id=check_id,
        version=1,
        status=status,
        sub_indication=reason,
        message=Text(zh="…", en="…"),
    )


def policy(root: Node) -> Policy:
    return Policy(id="p", version=1, root=root)


def leaves(*patterns: str) -> tuple[Leaf, ...]:
    return tuple(Leaf(pattern=pattern) for pattern in patterns)


@pytest.mark.parametrize(
    ("root", "statuses", "expected"),
    [
        pytest.param(All(parts=leaves("a", "b")), {"a": P, "b": P}, P, id="all pass: passed"),
        pytest.param(All(parts=leaves("a", "b")), {"a": P, "b": I}, I, id="one open: open"),
        pytest.param(All(parts=leaves("a", "b")), {"a": I, "b": F}, F, id="failed beats open"),
        pytest.param(
            All(parts=leaves("a", "b")), {"a": P, "b": N}, P, id="not applicable: neutral"
        ),
        pytest.param(All(parts=leaves("a", "b")), {"a": N}, I, id="nothing applied: never a pass"),
        pytest.param(All(parts=leaves("z")), {"a": P}, I, id="nothing matched: never a pass"),
        pytest.param(Any(parts=leaves("a", "b")), {"a": P, "b": F}, P, id="any: best of the parts"),
        pytest.param(
            Any(parts=leaves("a", "b")), {"a": N, "b": F}, F, id="any: silence is no way out"
        ),
        pytest.param(Any(parts=leaves("a", "b")), {"a": N, "b": N}, I, id="any of nothing: open"),
        pytest.param(
            Require(k=2, parts=leaves("a", "b", "c.*")),
            {"a": P, "b": F, "c.one": P},
            P,
            id="two of three pass: passed",
        ),
        pytest.param(
            Require(k=2, parts=leaves("a", "b", "c.*")),
            {"a": P, "b": F, "c.one": I},
            I,
            id="two of three still possible: open",
        ),
        pytest.param(
            Require(k=2, parts=leaves("a", "b", "c.*")),
            {"a": P, "b": F, "c.one": F},
            F,
            id="two of three impossible: failed",
        ),
        pytest.param(
            Require(k=2, parts=leaves("a", "b")), {"a": P}, F, id="one cannot make two: failed"
        ),
        pytest.param(
            All(parts=(Leaf(pattern="c.*", at_worst=I), *leaves("a"))),
            {"a": P, "c.one": F},
            I,
            id="a hint alone never fails a file",
        ),
        pytest.param(
            All(parts=(*leaves("a"), Leaf(pattern="b", absent=F))),
            {"a": P},
            F,
            id="what must be present fails by its absence",
        ),
    ],
)
def test_policies_compose_findings(
    root: Node, statuses: dict[str, Status], expected: Status
) -> None:
    findings = [finding(check_id, status) for check_id, status in statuses.items()]
    assert judge(policy(root), findings).status is expected


@pytest.mark.parametrize(
    ("statuses", "complete", "expected"),
    [
        pytest.param({"a": P}, True, F, id="all was read: the second is not there"),
        pytest.param({"a": P}, False, I, id="not all was read: it may be there"),
        pytest.param({"a": P, "b": F}, False, F, id="not all was read: it is there, and failed"),
        pytest.param({"a": P, "b": P}, False, P, id="not all was read: two are enough"),
    ],
)
def test_what_could_not_be_read_may_be_the_second_of_two(
    *, statuses: dict[str, Status], complete: bool, expected: Status
) -> None:
    findings = [finding(check_id, status) for check_id, status in statuses.items()]
    two = Require(k=2, parts=leaves("a", "b"))
    assert judge(policy(two), findings, complete=complete).status is expected


def test_the_verdict_names_the_first_reason_of_its_own_severity() -> None:
    findings = [finding("a", I, "LATER"), finding("b", F, "FIRST"), finding("c.one", F, "SECOND")]
    assert judge(policy(All(parts=leaves("*"))), findings) == Verdict(F, "FIRST")


nodes = st.recursive(
    st.builds(
        Leaf,
        pattern=st.sampled_from([*IDS, "c.*", "*"]),
        at_worst=st.sampled_from([I, F]),
    ),
    lambda inner: st.one_of(
        st.builds(All, parts=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Any, parts=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(
            Require,
            k=st.integers(1, 3),
            parts=st.lists(inner, min_size=1, max_size=3).map(tuple),
        ),
    ),
    max_leaves=6,
)
verdicts = st.dictionaries(st.sampled_from(IDS), st.sampled_from([P, I, F, N]))


@given(nodes, verdicts, st.sampled_from(IDS))
def test_more_harm_never_improves_a_verdict(
    root: Node, statuses: dict[str, Status], harmed: str
) -> None:
    before = judge(policy(root), [finding(i, s) for i, s in statuses.items()])
    findings = [finding(i, s) for i, s in statuses.items()]
    if statuses.get(harmed, N) is N:
        return
    worse = judge(policy(root), [*findings, finding(harmed, F)])
    assert SEVERITY.index(worse.status) >= SEVERITY.index(before.status)


@given(nodes, verdicts)
def test_judging_is_deterministic_idempotent_and_never_silent(
    root: Node, statuses: dict[str, Status]
) -> None:
    findings = [finding(i, s) for i, s in statuses.items()]
    once = judge(policy(root), findings)
    assert once == judge(policy(root), findings)
    assert once.status == judge(policy(root), [*findings, *findings]).status
    assert once.status in SEVERITY
    if P not in statuses.values():
        assert once.status is not P


@pytest.mark.parametrize("name", policies.names())
def test_every_shipped_policy_loads_and_passes_nothing_on_silence(name: str) -> None:
    assert judge(policies.load(name), []).status is not P


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("policy: p\nversion: 1\n", "None", id="without parts"),
        pytest.param("policy: p\nversion: 1\nall: []\n", "[]", id="with an empty list of parts"),
        pytest.param("policy: p\nversion: 1\nall: [3]\n", "3", id="with a number as part"),
        pytest.param(
            "policy: p\nversion: 1\nall: [{require: 0, of: [a]}]\n", "require", id="requiring none"
        ),
        pytest.param(
            "policy: p\nversion: 1\nall: [{require: true, of: [a]}]\n", "True", id="requiring yes"
        ),
        pytest.param(
            "policy: p\nversion: 1\nall: [{require: 2, of: [a]}]\n",
            "require",
            id="requiring more than there are",
        ),
        pytest.param(
            "policy: p\nversion: 1\nall: [{any: [a], all: [b]}]\n", "any", id="with two operators"
        ),
        pytest.param("policy: p\nversion: 1\nall: [a]\nsome: 1\n", "keys", id="with unknown keys"),
    ],
)
def test_a_wrong_policy_is_refused(text: str, seen: str) -> None:
    with pytest.raises(policies.PolicyError, match=r"here\.yaml") as refusal:
        policies.parse(text, "here.yaml")
    assert seen in str(refusal.value)
