"""Bad twins of what is used again, and of sheets that nobody signed with a pen where one must."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from service.demo.documents import film, photo
from service.demo.software_twins import of_another, other, rescanned
from service.demo.twins import Answer, Twin
from verification.values import Status, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.demo.documents.brief import Brief, Draft
    from service.demo.documents.forms import Form

    Write = Callable[[Brief], Draft]

REUSED = Answer(verdict=Status.INDETERMINATE, sub_indications=("REUSED_DELIVERABLE",))
UNSIGNED = Answer(verdict=Status.FAILED, sub_indications=("SIGNATURE_NOT_FOUND",))
COPIED = Text(
    zh="把另一个客户的文件改了客户名称，数据一个没动",
    en="another customer's file with the name changed and not one figure",
)
SCANNED = Text(
    zh="把另一个客户的文件打印出来再扫描一遍",
    en="another customer's file, printed and scanned",
)
PHOTO = Text(
    zh="把另一个客户的照片缩小后另存，改成今天的拍摄时间",
    en="another customer's photo, made smaller, saved anew and dated as one's own",
)
FILM = Text(
    zh="把另一个客户的录像盖上自己的时钟，另存后改成今天的拍摄时间",
    en="another customer's film with a clock of one's own burnt in, dated as one's own",
)
#: What became of the signature → its answer, and what is told of it. A picture alone proves
#: nothing, so that a person must judge.
BY_HAND = {
    "nobody": (
        ("MARK_NOT_FOUND",),
        Text(zh="扫描件上没有人签字", en="nobody signed the sheet that was scanned"),
    ),
    "typed": (
        ("MARK_NOT_FOUND",),
        Text(
            zh="签字处是打印的姓名，不是亲笔签字", en="a name is typed where one signs with a pen"
        ),
    ),
    "elsewhere": (
        ("MARK_MISPLACED",),
        Text(
            zh="签名写在页脚空白处，不在要求的位置",
            en="the name is written at the foot of the page, not where one must sign",
        ),
    ),
}


def papers(item: str, write: Write, *, is_signed: bool) -> Iterator[Twin]:
    """Give another customer's paper under this one's name, and a scan of it."""
    yield Twin(
        item=item,
        name="of_another",
        make=partial(of_another, write),
        answer=REUSED,
        told=COPIED,
        after="copied",
    )
    yield Twin(
        item=item,
        name="rescanned",
        make=partial(rescanned, write),
        answer=UNSIGNED if is_signed else REUSED,
        told=SCANNED,
        after="copied",
    )


def photo_of_another(item: str, title: str, rank: int) -> Twin:
    def make(brief: Brief) -> Draft:
        return photo.resaved(brief, replace(brief, customer=other(brief)), title, rank)

    return Twin(item=item, name="of_another", make=make, answer=REUSED, told=PHOTO, after="copied")


def film_of_another(item: str, title: str) -> Twin:
    def make(brief: Brief) -> Draft:
        return film.resaved(brief, replace(brief, customer=other(brief)), title)

    return Twin(item=item, name="of_another", make=make, answer=REUSED, told=FILM, after="copied")


def by_hand(item: str, form: Form) -> Iterator[Twin]:
    """Give a sheet without a signature, with a typed one, and with one where nobody asks for it."""
    for how, (reasons, told) in BY_HAND.items():
        yield Twin(
            item=item,
            name=f"pen_{how}",
            make=replace(form, by_hand=how).write,  # type: ignore[arg-type]
            answer=Answer(verdict=Status.INDETERMINATE, sub_indications=reasons),
            told=told,
        )
