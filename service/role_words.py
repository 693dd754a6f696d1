"""What the roles are called, in both languages; their codes are what programs send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.records import Role
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TITLES: Mapping[Role, Text] = {
    Role.SALESPERSON: Text(zh="销售", en="Salesperson"),
    Role.MANAGER: Text(zh="销售经理", en="Manager"),
    Role.REGIONAL_DIRECTOR: Text(zh="大区总监", en="Regional director"),
    Role.VP_SALES: Text(zh="销售副总裁", en="VP sales"),
    Role.REVIEWER: Text(zh="审核员", en="Reviewer"),
    Role.SALES_OPS: Text(zh="销售运营", en="Sales operations"),
    Role.ML_ENGINEER: Text(zh="机器学习工程师", en="ML engineer"),
    Role.FINANCE: Text(zh="财务", en="Finance"),
    Role.ADMIN: Text(zh="管理员", en="Administrator"),
}


def listed(roles: Iterable[Role]) -> Text:
    """Name several roles in one line."""
    titles = [TITLES[role] for role in roles]
    return Text(
        zh="、".join(title.zh for title in titles), en=", ".join(title.en for title in titles)
    )
