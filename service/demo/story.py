"""The story that the demo tells: who uploaded what, the verdict, what opened, what did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from verification.values import Text

if TYPE_CHECKING:
    from rich.console import Console

    from service.demo.company import Company, CustomerPlan
    from service.demo.load import Answered
    from service.demo.words import Speech

COLOURS = {"PASSED": "green", "INDETERMINATE": "yellow", "FAILED": "red"}

_UPLOADS = (
    Text(zh="上传的文件", en="Uploaded"),
    Text(zh="结论", en="Verdict"),
    Text(zh="原因", en="Why"),
)
_SIGN_INS = (
    Text(zh="角色", en="Role"),
    Text(zh="登录名", en="Login"),
    Text(zh="密码", en="Password"),
    Text(zh="姓名", en="Name"),
    Text(zh="大区", en="Region"),
)
_COLON = Text(zh="：", en=": ")
_OPEN = Text(zh="已放行", en="open")
_LOCKED = Text(zh="待补全", en="to be completed")
_NOT_EXPECTED = Text(zh="与预期不符", en="not as expected")
_NOT_UPLOADED = Text(zh="未上传", en="not uploaded")
_NOT_COUNTED = Text(zh="不计入：", en="not counted: ")
_PENDING = Text(zh="正在核验", en="being examined")


def tell(
    console: Console,
    speech: Speech,
    company: Company,
    *,
    answered: tuple[Answered, ...],
    stages: dict[str, list[dict[str, Any]]],
) -> None:
    """Print one table a customer, and below it how its stages stand."""
    for customer in company.customers:
        mine = [answer for answer in answered if answer.plan.customer == customer.key]
        if not mine:
            continue
        console.print(_table(speech, company, customer, mine))
        for stage in stages[customer.key]:
            console.print(_stage(speech, stage))
        console.print()


def tell_sign_ins(console: Console, speech: Speech, company: Company, address: str) -> None:
    """Print one sign-in of each role."""
    title = Text(
        zh=f"登录 {address}，每种角色一位：", en=f"Sign in at {address}, one of each role:"
    )
    table = Table(title=speech.say(title), title_justify="left")
    for heading in _SIGN_INS:
        table.add_column(speech.say(heading))
    seen: set[str] = set()
    for person in company.people:
        if person.role in seen:
            continue
        seen.add(person.role)
        region = _region(speech, company, person.region)
        role = escape(speech.role(person.role))
        table.add_row(role, person.login, person.password, person.name, region)
    console.print(table)


def _table(speech: Speech, company: Company, customer: CustomerPlan, mine: list[Answered]) -> Table:
    owner = company.person(customer.owner)
    title = f"{customer.name} · {_region(speech, company, customer.region)} · {owner.name}"
    table = Table(title=title, title_justify="left", show_lines=False, expand=True)
    for heading, ratio in zip(_UPLOADS, (4, 3, 5), strict=True):
        table.add_column(speech.say(heading), ratio=ratio, overflow="fold")
    for answer in mine:
        colour = COLOURS.get(answer.verdict or "", "magenta")
        verdict = [speech.verdict(answer.verdict), speech.cause(answer.sub_indication)]
        said = escape("\n".join(filter(None, verdict)))
        mark = "" if answer.as_expected else f"\n[bold red]{speech.say(_NOT_EXPECTED)}[/]"
        table.add_row(
            escape(f"{answer.plan.name}\n{speech.say(answer.plan.told)}"),
            f"[{colour}]{said}[/]{mark}",
            escape(speech.say_stored(answer.message)),
        )
    return table


def _region(speech: Speech, company: Company, name: str | None) -> str:
    """Give a region's title; rows hold its Chinese name."""
    titles = {region.title.zh: speech.say(region.title) for region in company.regions}
    return titles.get(name or "", "")


def _stage(speech: Speech, stage: dict[str, Any]) -> str:
    title = escape(speech.say_stored(stage["title"]))
    if stage["state"] == "open":
        return f"  [green]✓ {title} · {speech.say(_OPEN)}[/]"
    between = speech.say(Text(zh="；", en="; "))
    missing = between.join(say_missing(speech, item) for item in stage["missing"])
    return f"  [yellow]▣ {title} · {speech.say(_LOCKED)}[/]{speech.say(_COLON)}{escape(missing)}"


def say_missing(speech: Speech, item: dict[str, Any]) -> str:
    """Say what a stage still waits for: how many are there, which files do not count and why."""
    tried = bool(item["because"])
    said = [_standing(speech, clause, tried=tried) for clause in item["clauses"]]
    if item["because"]:
        files = [_not_counted(speech, why) for why in item["because"]]
        said.append(speech.say(_NOT_COUNTED) + speech.say(Text(zh="、", en=", ")).join(files))
    name = speech.say_stored(item["name"])
    standing = speech.say(Text(zh="，", en="; ")).join(filter(None, said))
    form = Text(zh=f"{name}（{standing}）", en=f"{name} ({standing})")
    return speech.say(form)


def _standing(speech: Speech, clause: dict[str, Any], *, tried: bool) -> str:
    """Say how far a condition is met; counts as people count."""
    if clause["operator"] != ">=" or not clause["field"].endswith(".counted"):
        return speech.say_stored(clause["sentence"])
    needed, there = int(clause["threshold"]), int(clause["value"] or 0)
    if needed == 1 and not there:
        return "" if tried else speech.say(_NOT_UPLOADED)
    short = Text(zh=f"已有 {there} 份，还差 {needed - there} 份", en=f"{there} of {needed}")
    return speech.say(short)


def _not_counted(speech: Speech, why: dict[str, Any]) -> str:
    if why["state"] == "pending":
        reason = speech.say(_PENDING)
    else:
        reason = speech.cause(why["sub_indication"]) or speech.verdict(why["verdict"])
    return f"{why['name']}{speech.say(_COLON)}{reason}"
