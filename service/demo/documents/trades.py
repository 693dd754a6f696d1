"""What is sold in each industry: the project, and the items of its quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """The names of what a quote lists, and who at the customer asks for it."""

    project: str
    #: Item that is bought by the piece, and its unit.
    piece: tuple[str, str]
    #: Item that is bought once.
    once: str
    #: Item that is bought by the day.
    day: str
    #: Role in the customer's contacts.
    buyer_role: str


TRADES: Mapping[str, Trade] = {
    "software": Trade(
        project="供应链协同平台采购",
        piece=("平台订阅费（首年）", "用户"),
        once="实施与接口开发",
        day="现场培训",
        buyer_role="procurement",
    ),
    "hardware": Trade(
        project="产线扫码终端采购",
        piece=("扫码终端", "台"),
        once="安装与调试",
        day="操作培训",
        buyer_role="procurement",
    ),
    "services": Trade(
        project="一体化运维服务采购",
        piece=("驻场服务", "人日"),
        once="服务台建设",
        day="知识转移",
        buyer_role="procurement",
    ),
    "automation": Trade(
        project="装配与码垛产线采购",
        piece=("工位改造", "套"),
        once="集成与联调",
        day="现场陪产",
        buyer_role="plant_manager",
    ),
    "medical": Trade(
        project="便携式超声诊断仪采购",
        piece=("耗材包", "包"),
        once="超声主机与探头",
        day="临床培训",
        buyer_role="equipment_office",
    ),
    "education": Trade(
        project="岗位技能培训采购",
        piece=("学员课时包", "人"),
        once="课程开发",
        day="实训指导",
        buyer_role="academic_lead",
    ),
}
