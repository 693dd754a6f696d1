"""The IT lead's mail that confirms the test: headers of three servers, text and HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from service.demo.documents.brief import MAIL, Draft
from service.demo.documents.poc_report import PRODUCT, WEAK_TEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.demo.documents.brief import Brief

#: Seconds that the mail takes from server to server.
HOPS_S = (3, 9, 12)
#: What was written, and what a forger lets the mail say instead.
CHANGED = ("同意进入成本核算阶段", "同意免去复测，直接签约")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """When the mail says that it was written, and when the servers really had it."""

    written_at: datetime
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Who confirms what."""

    sender_role: str
    name: str
    subject: str
    text: Callable[[Brief, str, str], str]


def file_name(brief: Brief, topic: Topic | None = None) -> str:
    return f"{brief.customer.name}_{(topic or POC).name}.eml"


def write(brief: Brief, journey: Journey | None = None, topic: Topic | None = None) -> Draft:
    """Write the mail as the salesperson saved it from the mailbox."""
    topic = topic or POC
    journey = journey or Journey(written_at=brief.made_at, sent_at=brief.made_at)
    data = _message(brief, journey, topic).as_bytes(policy=SMTP)
    return Draft(name=file_name(brief, topic), media_type=MAIL, data=data)


def write_signed(brief: Brief, *, changed: bool = False) -> Draft:
    """Write the mail signed by its writer (S/MIME, RFC 8551, 3.5); `changed` afterwards."""
    contact = brief.customer.contact(POC.sender_role)
    credential = brief.credential(contact)
    key = credential.key
    text = POC.text(brief, contact.name, brief.company.person(brief.customer.owner).name)
    body = _part(text)
    signed = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(body)
        .add_signer(credential.certificate, key, hashes.SHA256())
        .sign(
            serialization.Encoding.SMIME,
            # Signed attributes would hold the time of this machine.
            [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.NoAttributes],
        )
    )
    if changed:
        signed = _with_line_ends(signed).replace(body, _part(text.replace(*CHANGED)))
    journey = Journey(written_at=brief.made_at, sent_at=brief.made_at)
    plain = _message(brief, journey, POC).as_bytes(policy=SMTP)
    # The headers up to those that say how the body is put together.
    head = re.split(rb"(?im)^(?:MIME-Version|Content-Type):", plain)[0]
    data = head + _with_line_ends(signed)
    return Draft(name=file_name(brief), media_type=MAIL, data=data)


def _part(text: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    part.set_content(text, charset="utf-8", cte="base64")
    del part["MIME-Version"]
    return part.as_bytes(policy=SMTP)


def _with_line_ends(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _message(brief: Brief, journey: Journey, topic: Topic) -> EmailMessage:
    sender = brief.customer.contact(topic.sender_role)
    reader = brief.company.person(brief.customer.owner)
    message = EmailMessage(policy=SMTP)
    for line in _received(brief, journey.sent_at, reader.email):
        message["Received"] = line
    domain = brief.customer.organisation.domain
    message["Date"] = format_datetime(journey.written_at)
    message["From"] = f"{sender.name} <{sender.email}>"
    message["To"] = f"{reader.name} <{reader.email}>"
    message["Subject"] = topic.subject
    mark = f"{journey.sent_at:%Y%m%d%H%M%S}.{brief.rng('mail').randrange(10**8):08d}"
    message["Message-ID"] = f"<{mark}@{domain}>"
    message["X-Mailer"] = "Coremail Webmail 6.0"
    text = topic.text(brief, sender.name, reader.name)
    message.set_content(text, charset="utf-8", cte="base64")
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line)
    message.add_alternative(
        f'<html><body style="font-family:sans-serif">{paragraphs}</body></html>',
        subtype="html",
        charset="utf-8",
        cte="base64",
    )
    message.set_boundary(f"----=_Part_{mark}")
    return message


def _received(brief: Brief, sent_at: datetime, mailbox: str) -> list[str]:
    """Give the trace headers, the last server first (RFC 5321, 4.4)."""
    domain = brief.customer.organisation.domain
    ours = brief.company.organisation.domain
    # 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24 are kept for documentation (RFC 5737).
    route = (
        (f"pc-it.{domain} ([192.0.2.17])", f"mail.{domain}", "ESMTPSA"),
        (f"mail.{domain} ([198.51.100.25])", f"mx1.{ours}", "ESMTPS"),
        (f"mx1.{ours} ([203.0.113.10])", f"store2.{ours}", "LMTP"),
    )
    lines = [
        f"from {sender} by {server} with {protocol} id {brief.customer.key}{hop:04d} "
        f"for <{mailbox}>; {format_datetime(sent_at + timedelta(seconds=seconds))}"
        for hop, ((sender, server, protocol), seconds) in enumerate(
            zip(route, HOPS_S, strict=True), start=1
        )
    ]
    return lines[::-1]


def _text(brief: Brief, sender: str, reader: str) -> str:
    customer = brief.customer
    return (
        f"{reader}，您好：\n\n"
        f"贵司{PRODUCT}在我司的 POC 测试已全部完成，测试报告我已核对并签名。\n\n"
        f"除“{WEAK_TEST}”一项需在扩容后复测外，其余各项均达到我司要求。"
        f"我代表{customer.name}信息技术部确认：测试过程属实，同意进入成本核算阶段。\n\n"
        "复测时间请提前三个工作日与我约定。\n\n"
        f"{sender}\n"
        f"{customer.registered_name} 信息技术部\n"
        f"{customer.organisation.address}\n\n"
        "（演示邮件：公司、人员与数据均为虚构）\n"
    )


POC = Topic(
    sender_role="it_lead",
    name="IT负责人确认邮件",
    subject=f"关于{PRODUCT} POC 测试结果的确认",
    text=_text,
)


def confirmation(sender_role: str, name: str) -> Topic:
    """Give a mail that confirms what was agreed before, in any trade."""
    return Topic(sender_role=sender_role, name=name, subject="关于本项目的确认", text=_agreed)


def _agreed(brief: Brief, sender: str, reader: str) -> str:
    customer = brief.customer
    return (
        f"{reader}，您好：\n\n"
        "上周会议的纪要与附表我已逐项核对，内容与我们的要求一致。\n\n"
        f"我代表{customer.name}确认：按现有内容进入下一阶段，后续变更请以邮件形式提出。\n\n"
        f"{sender}\n"
        f"{customer.registered_name}\n"
        f"{customer.organisation.address}\n\n"
        "（演示邮件：公司、人员与数据均为虚构）\n"
    )
