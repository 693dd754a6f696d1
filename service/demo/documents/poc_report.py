"""The report of a proof of concept: tests, figures, conclusion, signed by the IT lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from service.demo.documents.brief import PDF, Draft
from service.demo.documents.emblems import FACE_HEIGHT, FACE_WIDTH, signature_face
from service.demo.documents.paper import Letterhead, Paper, Table
from service.demo.documents.properties import Properties
from service.demo.documents.signing import Signing, sign

if TYPE_CHECKING:
    from datetime import datetime

    from service.demo.authority import Credential
    from service.demo.documents.brief import Brief
    from service.demo.documents.paper import Place

ACCENT = (0.07, 0.33, 0.58)
PRODUCT = "衡岫供应链协同平台 V6.2"

#: Test, criterion, what was measured.
TESTS = (
    ("单点登录与组织同步", "对接企业目录，5 分钟内同步完成", "3 分 12 秒"),
    ("采购订单全流程", "下单、审批、收货、对账闭环", "闭环完成"),
    ("供应商门户", "外部账号注册、报价、交期确认", "功能齐全"),
    ("库存预警", "低于安全库存 1 分钟内推送", "平均 18 秒"),
    ("ERP 接口对接", "订单、物料、库存三类接口双向同步", "2.4 万条无差异"),
    ("历史数据迁移", "三年订单迁移，抽检差异率低于 0.1%", "差异率 0.02%"),
    ("权限与数据隔离", "跨部门越权访问全部被拦截", "42 项全部拦截"),
    ("操作审计", "关键操作可追溯到人和时间", "抽查 60 条完整"),
    ("移动端审批", "安卓与苹果系统均可用", "功能可用"),
    ("断网重连", "恢复后 60 秒内续传，不丢数据", "不丢数据，41 秒"),
    ("备份与恢复", "30 分钟内恢复到指定时点", "22 分钟"),
)
#: The one that did not pass at once: what a dishonest hand would like to change.
WEAK_TEST = "峰值并发下单"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """The report before anybody signed it."""

    data: bytes
    signature_place: Place


def file_name(brief: Brief) -> str:
    return f"{brief.customer.name}_POC测试报告.pdf"


def write(brief: Brief) -> Draft:
    """The report as it should be."""
    contact = brief.customer.contact("it_lead")
    data = signed_by(brief, brief.credential(contact), contact.name)
    return Draft(name=file_name(brief), media_type=PDF, data=data)


def signed_by(
    brief: Brief, credential: Credential, name: str, *, created: datetime | None = None
) -> bytes:
    """Give the report signed by whomever, 40 minutes after it was written.

    With `created` the properties say that it was written then, whenever it was signed.
    """
    report = unsigned(brief, created=created)
    when = brief.made_at + timedelta(minutes=40)
    lines = (
        f"签署人：{name}",
        brief.customer.name,
        f"时间：{when:%Y-%m-%d %H:%M:%S} +08:00",
        "事由：确认测试结果属实",
    )
    return sign(
        report.data,
        Signing(
            credential=credential,
            root=brief.authority.root,
            at=when,
            place=report.signature_place,
            face=signature_face(name, lines, brief.rng(f"hand/{name}")),
            field="ITLeadSignature",
            reason="确认测试结果属实",
        ),
    )


def unsigned(
    brief: Brief, *, flattering: bool = False, created: datetime | None = None
) -> Unsigned:
    """Write the report; a `flattering` one says that every test passed."""
    customer = brief.customer
    paper = Paper(letterhead_of_seller(brief))
    paper.title("POC 测试报告", number=f"报告编号：HX-POC-{brief.made_at:%Y%m%d}-{customer.key}")
    _overview(paper, brief)
    _results(paper, brief, flattering=flattering)
    _load(paper, brief)
    _conclusion(paper, brief, flattering=flattering)
    place = paper.reserve(FACE_WIDTH, FACE_HEIGHT, note="客户信息技术负责人（电子签名）：")
    author = brief.company.person(customer.owner).name
    data = paper.save(
        Properties(
            title=f"{customer.name} POC 测试报告",
            author=author,
            creator="WPS 文字 12.1",
            producer="PyMuPDF",
            created=created or brief.made_at,
            modified=created or brief.made_at,
            xmp_created=brief.made_at,
        )
    )
    return Unsigned(data=data, signature_place=place)


def letterhead_of_seller(brief: Brief) -> Letterhead:
    seller = brief.company.organisation
    return Letterhead(
        name=seller.registered_name,
        line=f"{seller.address} · poc@{seller.domain}",
        accent=ACCENT,
    )


def _overview(paper: Paper, brief: Brief) -> None:
    customer = brief.customer
    begin = brief.made_at - timedelta(days=14)
    end = brief.made_at - timedelta(days=2)
    paper.heading("一、测试概况")
    paper.fields(
        (
            ("客户名称", customer.registered_name),
            ("被测产品", PRODUCT),
            ("测试周期", f"{begin:%Y 年 %m 月 %d 日}至 {end:%Y 年 %m 月 %d 日}"),
            ("测试环境", "客户机房，应用服务器 2 台（16 核 64 GB），数据库主备各 1 台"),
            ("计划用户", f"{customer.seats} 人"),
            ("客户负责人", f"{customer.contact('it_lead').name}（信息技术部）"),
            ("我方负责人", brief.company.person(customer.owner).name),
        )
    )


def _results(paper: Paper, brief: Brief, *, flattering: bool) -> None:
    seats = brief.customer.seats
    rows = [
        (str(number), test, criterion, seen, "通过")
        for number, (test, criterion, seen) in enumerate(TESTS, start=1)
    ]
    weak = ("1,920 笔/分", "通过") if flattering else ("1,140 笔/分", "未通过")
    rows.append((str(len(rows) + 1), WEAK_TEST, f"{seats} 人同时在线，不低于 1,500 笔/分", *weak))
    paper.heading("二、测试项与结果")
    paper.table(
        Table(
            header=("序号", "测试项", "通过标准", "实测结果", "结论"),
            rows=rows,
            shares=(0.7, 2.3, 4.4, 2.1, 1.1),
        )
    )


def _load(paper: Paper, brief: Brief) -> None:
    rng = brief.rng("load")
    rows = []
    for share in (25, 50, 75, 100):
        mean = 90 + 2 * share + rng.randrange(0, 30)
        worst = mean * 2 + rng.randrange(20, 90)
        users = brief.customer.seats * share // 100
        errors = f"0.{rng.randrange(0, 9):02d}%"
        rows.append((f"{users}", f"{mean} 毫秒", f"{worst} 毫秒", errors))
    paper.heading("三、性能数据")
    paper.table(
        Table(
            header=("并发用户", "平均响应", "95 分位响应", "错误率"),
            rows=rows,
            shares=(1, 1, 1, 1),
            right=frozenset({0, 1, 2, 3}),
        )
    )


def _conclusion(paper: Paper, brief: Brief, *, flattering: bool) -> None:
    total = len(TESTS) + 1
    passed = total if flattering else len(TESTS)
    share = 100 * passed / total
    paper.heading("四、结论")
    paper.paragraph(
        f"本次共执行 {total} 项测试，通过 {passed} 项，通过率 {share:.1f}%。"
        + (
            "各项指标均满足要求，可直接进入商务阶段。"
            if flattering
            else f"“{WEAK_TEST}”一项未达标，我方已给出扩容方案，上线前须复测通过。"
        )
    )
    paper.paragraph(
        f"{brief.customer.name}信息技术部认可以上测试过程与数据真实，"
        "同意将本报告作为技术评估阶段的交付物。"
    )
