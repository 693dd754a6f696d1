"""The CTO's letter of technical approval: customer's letterhead, seal, digital signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from service.demo.documents.amounts import capitals, yuan
from service.demo.documents.brief import PDF, Draft
from service.demo.documents.emblems import (
    FACE_HEIGHT,
    FACE_WIDTH,
    SEAL_BLACK,
    SEAL_RED,
    signature_face,
    stamp_seal,
)
from service.demo.documents.paper import Letterhead, Paper
from service.demo.documents.poc_report import PRODUCT, Unsigned
from service.demo.documents.properties import Properties
from service.demo.documents.quotes import our_total_fen
from service.demo.documents.signing import Signing, sign
from service.demo.names import RIVALS

if TYPE_CHECKING:
    from datetime import datetime

    from service.demo.authority import Credential
    from service.demo.documents.brief import Brief
    from service.demo.documents.paper import Colour

ACCENT = (0.42, 0.12, 0.16)
#: How much more a dishonest hand writes into the letter, in per cent of the true cap.
INFLATED_PERCENT = 180
#: What else the CTO may have bought, and how a letter says no, or not yet.
OTHER_PROJECT = "园区门禁与停车管理设备"
REFUSAL = "二、鉴于峰值并发未达到设计指标，我司暂不同意采购，待复测通过后另行研究。"
NO_WORD = "二、采购规模与价格由采购部另行测算，本函不作结论。"
CONDITION = "二、原则同意采购，须经董事会批准后方可签订合同。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a letter says, or lacks, that does not serve the purpose."""

    #: What it is about.
    project: str = PRODUCT
    #: What stands in the place of the approval.
    decision: str | None = None
    #: What the signer says of signing it.
    reason: str = "技术认可，同意采购"
    is_dated: bool = True
    #: None: nobody pressed a seal on it.
    seal: Colour | None = SEAL_RED
    #: What its ring states; None: the customer's registered name.
    ring: str | None = None


SOUND = Fault()
UNDECIDED = Fault(decision=NO_WORD, reason="收悉")
#: The seal as a copying machine leaves it.
BLACK_COPY = Fault(seal=SEAL_BLACK)
OTHER_SEAL = Fault(ring=RIVALS[0].registered_name)


def file_name(brief: Brief) -> str:
    return f"{brief.customer.name}_技术认可函.pdf"


def write(brief: Brief, fault: Fault = SOUND) -> Draft:
    """The letter as it should be, or with a fault; signed by the CTO."""
    contact = brief.customer.contact("cto")
    data = signed_by(brief, brief.credential(contact), contact.name, fault=fault)
    return Draft(name=file_name(brief), media_type=PDF, data=data)


def signed_by(
    brief: Brief,
    credential: Credential,
    name: str,
    *,
    created: datetime | None = None,
    fault: Fault = SOUND,
) -> bytes:
    """Give the letter signed by whomever, 25 minutes after it was written.

    With `created` the properties say that it was written then, whenever it was signed.
    """
    letter = unsigned(brief, created=created, fault=fault)
    when = brief.made_at + timedelta(minutes=25)
    lines = (
        f"签署人：{name}",
        brief.customer.name,
        f"时间：{when:%Y-%m-%d %H:%M:%S} +08:00" if fault.is_dated else "",
        f"事由：{fault.reason}",
    )
    return sign(
        letter.data,
        Signing(
            credential=credential,
            root=brief.authority.root,
            at=when,
            place=letter.signature_place,
            face=signature_face(name, lines, brief.rng(f"hand/{name}")),
            field="CTOSignature",
            reason=fault.reason,
            pades=False,
        ),
    )


def unsigned(
    brief: Brief,
    *,
    flattering: bool = False,
    created: datetime | None = None,
    fault: Fault = SOUND,
) -> Unsigned:
    """Write the letter; a `flattering` one allows a much higher price and drops the condition."""
    customer = brief.customer
    organisation = customer.organisation
    paper = Paper(
        Letterhead(
            name=organisation.registered_name,
            line=f"{organisation.address} · cto-office@{organisation.domain}",
            accent=ACCENT,
        )
    )
    paper.title("技术认可函", number=f"文号：{customer.key.upper()}-CTO-{brief.made_at:%Y%m%d}")
    _body(paper, brief, fault, flattering=flattering)
    paper.y += 40
    seal_centre = (170.0, paper.y + 36)
    place = paper.reserve(FACE_WIDTH, FACE_HEIGHT, note="首席技术官（签字）：")
    day = f"\u3000{brief.made_at:%Y 年 %m 月 %d 日}" if fault.is_dated else ""
    paper.paragraph(f"{organisation.registered_name}{day}")
    if fault.seal is not None:
        name = fault.ring or organisation.registered_name
        stamp_seal(paper.page, seal_centre, name=name, purpose="技术专用章", ink=fault.seal)
    data = paper.save(
        Properties(
            title=f"{customer.name}技术认可函",
            author=customer.contact("cto").name,
            creator="LibreOffice Writer 7.6",
            producer="PyMuPDF",
            created=created or brief.made_at,
            modified=created or brief.made_at,
            xmp_created=brief.made_at,
        )
    )
    return Unsigned(data=data, signature_place=place)


def _body(paper: Paper, brief: Brief, fault: Fault, *, flattering: bool) -> None:
    customer = brief.customer
    cap = our_total_fen(brief)
    if flattering:
        cap = cap * INFLATED_PERCENT // 100
    paper.paragraph(f"致：{brief.company.organisation.registered_name}", indent=False)
    paper.paragraph(
        f"我司已完成对贵司“{fault.project}”的技术评估、成本核算与供应商比价。经技术委员会审议，"
        "现就技术方案出具如下意见："
    )
    paper.paragraph(
        "一、产品架构、接口能力与安全控制满足我司信息化规划要求，可与现有 ERP 系统稳定对接。"
    )
    paper.paragraph(
        fault.decision
        or f"二、同意按 {customer.seats} 个用户的规模采购，含税总价不超过人民币 {yuan(cap)} 元"
        f"（大写：{capitals(cap)}）。"
    )
    if not flattering:
        paper.paragraph(
            "三、上线前须完成峰值并发复测，复测不通过的，我司有权终止合同且不承担费用。"
        )
    paper.paragraph(
        "本函由我司首席技术官签署后生效，自签署之日起 90 日内有效，仅用于本项目的采购审批。"
    )
