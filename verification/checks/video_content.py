"""`video.content`: a film lasts as long as is asked, and shows one thing happening once.

How long it lasts its container says, so that may fail. What is seen in pictures is left open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.films import likeness
from verification.films.forms import FORMATS
from verification.films.telling import LOOK_AT_IT, ORIGINAL, VERSION, finding, place, unseen
from verification.values import MetadataField, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.content import Video
    from verification.examination import Examination
    from verification.films.film import Film
    from verification.films.likeness import Span
    from verification.values import Finding, VideoBox

_ID = "video.content"
#: A picture that stands still for so many seconds, and for such a share of the film.
_STILL_SECONDS, _STILL_SHARE = 3.0, 0.2
#: Programs that record a screen, as they name themselves.
_SCREEN_RECORDERS = (
    "obs studio", "bandicam", "camtasia", "screenflow", "sharex", "captura", "fraps", "faststone",
    "screenrec", "kap ", "loom", "ev录屏", "录屏", "screen recorder", "replaykit",
)  # fmt: skip


def run(examination: Examination) -> Iterable[Finding]:
    asked = examination.context.requirement.content.video
    if asked is None:
        return
    if examination.context.file_type.format not in FORMATS:
        yield _no_film(examination)
        return
    film = examination.reel.film
    faults = [*_lasts(film, asked), *_recorder(examination)]
    if film.frames:
        faults += _pictures(examination, asked)
    if film.trouble is not None:
        faults.append(unseen(_ID, film))
    yield from faults or [_passed(film)]


def _no_film(examination: Examination) -> Finding:
    form = examination.context.file_type.format or "?"
    return finding(
        _ID,
        "VIDEO_UNREADABLE",
        Text(
            zh=f"要求的是影片，而这个文件不是（{form}）。",
            en=f"A film is asked for, and this file is none ({form}).",
        ),
        Text(zh="请上传影片（如 MP4）。", en="Upload a film, e.g. MP4."),
    )


def _lasts(film: Film, asked: Video) -> Iterable[Finding]:
    least, most = asked.least_seconds, asked.most_seconds
    if film.seconds is None:
        return
    if film.seconds <= 0:
        said = Text(zh="时长为零", en="It has no length")
        yield _length(film, "VIDEO_UNREADABLE", said, Status.INDETERMINATE)
    elif least is not None and film.seconds < least:
        said = Text(zh=f"短于要求的 {least:g} 秒", en=f"Less than the {least:g} s asked for")
        yield _length(film, "VIDEO_TOO_SHORT", said, Status.FAILED)
    elif most is not None and film.seconds > most:
        said = Text(zh=f"长于允许的 {most:g} 秒", en=f"More than the {most:g} s allowed")
        yield _length(film, "VIDEO_TOO_LONG", said, Status.FAILED)


def _length(film: Film, reason: str, said: Text, status: Status) -> Finding:
    seconds = f"{film.seconds or 0:.1f}"
    return finding(
        _ID,
        reason,
        Text(zh=f"影片长 {seconds} 秒：{said.zh}。", en=f"The film lasts {seconds} s. {said.en}."),
        Text(zh="请按要求的时长重新拍摄并上传。", en="Film it again for the time asked."),
        evidence=(MetadataField(source="film:duration", value=seconds),),
        status=status,
    )


def _recorder(examination: Examination) -> Iterable[Finding]:
    for claim in examination.claims:
        name = claim.value.casefold()
        if claim.kind == "software" and any(one in name for one in _SCREEN_RECORDERS):
            yield finding(
                _ID,
                "VIDEO_RERECORDED",
                Text(
                    zh=f"影片由录屏软件“{claim.value}”生成，可能是翻录。",
                    en=f"The film was made by a screen recorder, “{claim.value}”: "
                    "perhaps it shows another film.",
                ),
                ORIGINAL,
                evidence=claim.evidence or (MetadataField(source=claim.source, value=claim.value),),
            )
            return


def _pictures(examination: Examination, asked: Video) -> Iterable[Finding]:
    film = examination.reel.film
    if likeness.black(film.frames):
        yield finding(
            _ID,
            "VIDEO_BLACK",
            Text(zh="影片几乎全黑，看不到内容。", en="The film is black nearly all the time."),
            Text(zh="请重新拍摄并上传。", en="Film it again and upload it."),
            evidence=(_whole(film, film.frames[0].at),),
        )
        return
    clock = examination.reel.clock.box if asked.clock else None
    least = max(_STILL_SECONDS, _STILL_SHARE * (film.seconds or 0.0))
    span = likeness.still(film.frames, clock, least)
    if span is not None:
        yield _spans(
            film, "VIDEO_FROZEN", (span,),
            Text(zh="画面停住不动", en="The picture stands still"),
        )  # fmt: skip
    else:
        twice = likeness.repeated(film.frames, clock)
        if twice is not None:
            yield _spans(
                film, "VIDEO_REPEATED", twice,
                Text(zh="同一段画面出现两次", en="A stretch of the film is shown twice"),
            )  # fmt: skip


def _spans(film: Film, reason: str, spans: tuple[Span, ...], said: Text) -> Finding:
    times = "、".join(f"{one.start:.1f}–{one.end:.1f} s" for one in spans)
    return finding(
        _ID,
        reason,
        Text(zh=f"{said.zh}：{times}。", en=f"{said.en}: {times.replace('、', ', ')}."),
        LOOK_AT_IT,
        evidence=tuple(_whole(film, at) for one in spans for at in (one.start, one.end)),
    )


def _whole(film: Film, at: float) -> VideoBox:
    width, height = film.size
    return place(at, (0.0, 0.0, float(width), float(height)))


def _passed(film: Film) -> Finding:
    seconds, count = f"{film.seconds or 0:.1f}", len(film.frames)
    return finding(
        _ID,
        None,
        Text(
            zh=f"影片长 {seconds} 秒；在查看的 {count} 帧上没有发现停顿、重复或黑屏。",
            en=f"The film lasts {seconds} s; on {count} frames nothing stands still, "
            "comes twice or is black.",
        ),
        None,
        status=Status.PASSED,
    )


CHECK = Check(id=_ID, version=VERSION, formats=frozenset(), run=run)
