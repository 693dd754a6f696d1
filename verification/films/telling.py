"""Sentences that the checks of films share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.films.film import CUT_OFF, PARTLY, UNDECODED
from verification.films.reading import NO_DAY
from verification.values import Evidence, Finding, Status, Text, VideoBox

if TYPE_CHECKING:
    from verification.films.film import Film
    from verification.films.reading import Reading

#: Of the checks of films: raised with their answers.
VERSION = 2

LOOK_AT_IT = Text(
    zh="请审核人员在所示时刻查看影片；必要时请上传未经剪辑的原片。",
    en="A reviewer should look at the film at the times shown; "
    "upload the uncut original if needed.",
)
ORIGINAL = Text(
    zh="请上传拍摄设备直接生成的原始影片。",
    en="Upload the original film as the camera wrote it.",
)


def finding(
    check: str,
    reason: str | None,
    message: Text,
    remedy: Text | None,
    *,
    evidence: tuple[Evidence, ...] = (),
    status: Status = Status.INDETERMINATE,
) -> Finding:
    """Put a finding together; without a reason it is one that passed."""
    return Finding(
        id=check,
        version=VERSION,
        status=status,
        sub_indication=reason,
        message=message,
        remedy=remedy,
        evidence=evidence,
    )


def place(
    at: float, box: tuple[float, float, float, float], caption: Text | None = None
) -> VideoBox:
    """Point at a place in the film, at a time."""
    return VideoBox(t_ms=round(at * 1000), box=box, caption=caption)


def shown(one: Reading) -> str:
    """Write what a clock shows."""
    if one.shown.date() == NO_DAY:
        return one.shown.strftime("%H:%M:%S")
    return one.shown.strftime("%Y-%m-%d %H:%M:%S")


#: What a coding is called that OpenCV's decoder does not read, by the letters in the file.
_CODECS = {"av01": "AV1"}
_WHY = {
    "no film track": "文件中没有视频轨道",
    UNDECODED: "画面在此无法解码",
    PARTLY: "部分画面无法解码",
    CUT_OFF: "影片被截断",
    "no picture that can be decoded alone": "没有可独立解码的画面",
}


def unseen(check: str, film: Film) -> Finding:
    """Tell that a film could not be looked at, and why."""
    why = film.trouble or "it holds no picture"
    zh = _WHY.get(why, f"影片结构有误（{why}）")
    if why == UNDECODED and film.codec:
        name = _CODECS.get(film.codec, film.codec)
        zh, why = f"{zh}（编码 {name}）", f"{why} (they are coded as {name})"
    return finding(
        check,
        "VIDEO_UNREADABLE",
        Text(zh=f"影片无法查看：{zh}。", en=f"The film cannot be looked at: {why}."),
        Text(
            zh="请用 MP4（H.264）格式重新导出或直接上传相机原片。",
            en="Export it as MP4 (H.264), or upload the camera's original.",
        ),
    )
