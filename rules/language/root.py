"""The top of every file: its schema, the keys that it must have, and how it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import RuleFileError
from rules.language.problems import Place
from rules.language.tree import Scalar, grow
from rules.text import Text

if TYPE_CHECKING:
    from rules.language.problems import Findings
    from rules.language.reading import Reader
    from rules.language.tree import Node


def refused(findings: Findings) -> RuleFileError:
    """Say that a file was refused, and for what first."""
    path, problems = findings.source.file, findings.problems
    first = problems[0]
    where = f"{path}:{first.line}:{first.column}"
    message = Text(
        zh=f"{path} 有 {len(problems)} 处问题，第一处在 {where}：{first.message.zh}",
        en=f"{path}: {len(problems)} problem(s), the first at {where}: {first.message.en}",
    )
    return RuleFileError(message, problems)


def read_root(
    reader: Reader, schema: str, *keys: str, optional: tuple[str, ...] = ()
) -> dict[str, Node]:
    """Read the top of a file: its schema and the keys that it must have."""
    root = grow(reader.findings)
    if root is None or (isinstance(root, Scalar) and root.empty):
        if not reader.findings:
            message = Text(zh="文件是空的。", en="The file is empty.")
            reader.findings.add("EMPTY", Place(1, 1), message, expected=f"schema: {schema}")
        return {}
    parts = reader.fields(root, required=("schema", *keys), optional=optional)
    if "schema" in parts:
        reader.word(parts["schema"], (schema,))
    return parts
