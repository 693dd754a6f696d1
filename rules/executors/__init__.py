"""What turns a fact into matched rows: one small interface, several executors that must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.form import RuleSet

C_MODULE = "durable_rules_engine"


class Executor(Protocol):
    """A compiled rule set. Close it, or use it in a `with` block: it may hold memory of C."""

    @property
    def version(self) -> str:
        """The version of the rule set that was compiled."""

    def match(self, kind: str, fact: Mapping[str, object]) -> tuple[str, ...]:
        """Give the ids of the matched rows in the order of the rule set.

        Safe to call from several threads. Raises FactError for a fact that is not as declared,
        EngineError when nothing can be said. A kind that no rule looks at matches nothing.
        """

    def close(self) -> None:
        """Give back what it holds; calling it twice does no harm."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def default(rule_set: RuleSet) -> Executor:
    """Compile for durable-rules, or for plain Python where its C module is not installed.

    Call it in the process that will use it: after a fork, not before.
    """
    try:
        # Importing this room must not load the C module; compiling a rule set may.
        from rules.executors.durable import DurableExecutor  # noqa: PLC0415 - see above
    except ImportError as error:
        if error.name != C_MODULE:
            raise
        from rules.executors.python import PythonExecutor  # noqa: PLC0415 - only where needed

        return PythonExecutor(rule_set)
    return DurableExecutor(rule_set)
