"""What the writer of a demo file is told: for whom, by whom, when; and what comes back."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from service.demo.authority import Identity

if TYPE_CHECKING:
    from service.demo.authority import Authority, Credential
    from service.demo.company import Company, ContactPlan, CustomerPlan

#: China keeps one time zone and no summer time.
CHINA = timezone(timedelta(hours=8))

PDF = "application/pdf"
MAIL = "message/rfc822"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Printed on every page: nobody may take it for a paper of a real company.
DISCLAIMER = "演示文件：文中公司、人员与数据均为虚构 · Demonstration only, all names are invented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One customer's file, to be made at `made_at` (China time, always before the story's `at`)."""

    company: Company
    customer: CustomerPlan
    authority: Authority
    made_at: datetime

    def rng(self, purpose: str) -> random.Random:
        """Figures of this customer for this purpose: the same in every file that shows them."""
        seed = f"{self.company.seed}/{self.customer.key}/{purpose}"
        return random.Random(seed)  # noqa: S311 - the demo must come out the same every time

    def credential(self, contact: ContactPlan) -> Credential:
        """Give the certificate of somebody at the customer."""
        return self.authority.credential(
            Identity(
                name=contact.name,
                organisation=self.customer.registered_name,
                email=contact.email,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file as it would be uploaded."""

    name: str
    media_type: str
    data: bytes


def working_time(at: datetime, *, days_ago: int, hour: int, minute: int) -> datetime:
    """Give a moment on a day before `at`, in China time; a weekend becomes the Friday before."""
    day = at.astimezone(CHINA) - timedelta(days=days_ago)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return day.replace(hour=hour, minute=minute, second=17, microsecond=0)


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
