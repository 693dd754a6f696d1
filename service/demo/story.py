"""The story that the demo tells: who uploaded what, the verdict, what opened, what did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from service.demo.company import Company, CustomerPlan
    from service.demo.load import Answered

COLOURS = {"PASSED": "green", "INDETERMINATE": "yellow", "FAILED": "red"}


def tell(
    console: Console,
    company: Company,
    answered: tuple[Answered, ...],
    stages: dict[str, list[dict[str, Any]]],
) -> None:
    """Print one table a customer, and below it how its stages stand."""
    for customer in company.customers:
        mine = [answer for answer in answered if answer.plan.customer == customer.key]
        if not mine:
            continue
        console.print(_table(company, customer, mine))
        for stage in stages[customer.key]:
            console.print(_stage(stage))
        console.print()


def tell_sign_ins(console: Console, company: Company, address: str) -> None:
    """Print one sign-in of each role."""
    table = Table(title=f"{address}  登录 / sign-ins", title_justify="left")
    for heading in ("角色 role", "登录名 login", "密码 password", "姓名 name", "大区 region"):
        table.add_column(heading)
    seen: set[str] = set()
    for person in company.people:
        if person.role not in seen:
            seen.add(person.role)
            table.add_row(
                person.role.value, person.login, person.password, person.name, person.region or ""
            )
    console.print(table)


def _table(company: Company, customer: CustomerPlan, mine: list[Answered]) -> Table:
    owner = company.person(customer.owner)
    title = f"{customer.name} · {customer.region} · {owner.name}"
    table = Table(title=title, title_justify="left", show_lines=False, expand=True)
    table.add_column("上传 uploaded", ratio=4)
    table.add_column("结论 verdict", ratio=3)
    table.add_column("为什么 why", ratio=5)
    for answer in mine:
        colour = COLOURS.get(answer.verdict or "", "magenta")
        reason = f"\n{answer.sub_indication}" if answer.sub_indication else ""
        mark = "" if answer.as_expected else "\n[bold red]!= expected[/]"
        table.add_row(
            escape(f"{answer.plan.name}\n{answer.plan.told.zh}"),
            f"[{colour}]{answer.verdict}{reason}[/]{mark}",
            escape(answer.message["zh"]),
        )
    return table


def _stage(stage: dict[str, Any]) -> str:
    title = f"{stage['title']['zh']} {stage['title']['en']}"
    if stage["state"] == "open":
        return f"  [green]✓ {title}: 已放行 open[/]"
    missing = "；".join(_missing(item) for item in stage["missing"])
    return f"  [yellow]▣ {title}: {stage['locked_as']}[/] {escape(missing)}"


def _missing(item: dict[str, Any]) -> str:
    reasons = [f"{why['name']} {why['sub_indication'] or ''}".strip() for why in item["because"]]
    return f"{item['name']['zh']}" + (f"（{'，'.join(reasons)}）" if reasons else "（未上传）")
