"""Bad twins of a film with a clock in its picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from service.demo.documents import film
from service.demo.documents.film import Fault
from service.demo.twins import BACK_DATED_BY, Answer, Twin
from verification.values import Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A clock is wrong by so many days; the day is still one that the requirement allows.
DAYS_SLOW = 20
#: What was cut out of the middle, and what is left of a film that was stopped too early.
CUT_OUT_S, SHORT_S = 40, 3


@dataclass(frozen=True, slots=True)
class _Wrong:
    fault: Fault
    answer: Answer
    told: Text


def _open(*reasons: str) -> Answer:
    """Give the answer to what a picture shows: a person must judge."""
    return Answer(verdict=Status.INDETERMINATE, sub_indications=reasons)


_WRONG = {
    "spliced": _Wrong(
        Fault(cut_out=CUT_OUT_S),
        _open("CLOCK_JUMPS"),
        Text(
            zh=f"录像中间被剪掉 {CUT_OUT_S} 秒",
            en=f"{CUT_OUT_S} seconds were cut out of the middle of the film",
        ),
    ),
    "clock_stands": _Wrong(
        Fault(clock_stands=True),
        _open("CLOCK_FROZEN"),
        Text(
            zh="画面里的时钟是贴上去的，始终不走",
            en="the clock was pasted into the picture and stands still",
        ),
    ),
    "wrong_day": _Wrong(
        Fault(days_slow=DAYS_SLOW),
        _open("CLOCK_DIFFERS"),
        Text(
            zh=f"画面里的日期比录像文件记录的拍摄时间早 {DAYS_SLOW} 天",
            en=f"the day in the picture is {DAYS_SLOW} days before the file says it was taken",
        ),
    ),
    "back_dated": _Wrong(
        Fault(dated_back=BACK_DATED_BY),
        _open("CLOCK_DIFFERS"),
        Text(
            zh=f"文件里的拍摄时间被改早了 {BACK_DATED_BY.days} 天，与画面里的时钟对不上",
            en=f"the file's times were set back by {BACK_DATED_BY.days} days; "
            "the clock in the picture disagrees",
        ),
    ),
    "too_short": _Wrong(
        Fault(seconds=SHORT_S),
        Answer(verdict=Status.FAILED, sub_indications=("VIDEO_TOO_SHORT",)),
        Text(
            zh=f"录像只有 {SHORT_S} 秒，看不出样机在连续运行",
            en=f"the film lasts {SHORT_S} seconds: nobody sees the machine run on",
        ),
    ),
}


def twins(item: str, title: str) -> Iterator[Twin]:
    """Give films of an item that must not count; `title` is what their files are called."""
    for name, wrong in _WRONG.items():
        yield Twin(
            item=item,
            name=name,
            make=partial(film.write, name=title, fault=wrong.fault),
            answer=wrong.answer,
            told=wrong.told,
        )
