"""What systems logged, as dated evidence: counted and compared, never guessed.

- close-date-edits: a day on which far more reps than usual moved close dates.
- training: a session that was missed, or had no quiz.
- surveys: answers about one topic, by keyword rules.
- releases: each release; where a client was not synced in time, a gap.
- cost sheets: quotes that verification found on an outdated sheet (from the service's own files).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from rules.names import normal
from service.causes.evidence_sent import NewEvidence
from service.errors import Invalid, Trouble
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: A day of edits is evidence from so many times the usual, and so many reps.
BURST, LEAST_REPS = 5.0, 10
USUAL_DAYS = 28
#: A log of fewer days before says what is usual by its other days as well.
LEAST_BEFORE = 7
#: Attendance below this is a training that was missed.
LEAST_ATTENDANCE = 0.8
#: Days until a client must have what was released.
SYNC_DAYS = 1
#: A share of outdated quotes from which on they are evidence, and of so many quotes.
LEAST_OUTDATED, LEAST_QUOTES = 0.2, 5


def close_date_edits(source: str, rows: Sequence[Mapping[str, Any]]) -> list[NewEvidence]:
    """Rows: rep, day, moved_days (later: above 0). Days on which many moved them at once."""
    reps: defaultdict[str, set[str]] = defaultdict(set)
    moved: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row["moved_days"] > 0:
            reps[row["day"]].add(row["rep"])
            moved[row["day"]].append(row["moved_days"])
    counts = {day: len(some) for day, some in reps.items()}
    found = []
    for day in sorted(counts):
        usual = _usual(counts, day)
        if counts[day] < max(LEAST_REPS, BURST * usual):
            continue
        mean = sum(moved[day]) / len(moved[day])
        found.append(
            NewEvidence(
                source=source,
                source_id=f"close-date-edits/{day}",
                type="close_date_edits",
                at=day,
                title={
                    "zh": f"{counts[day]} 名销售把预计成交时间平均推迟 {mean:.1f} 天",
                    "en": f"{counts[day]} reps moved close dates by {mean:+.1f} days",
                },
                exposure={"reps": sorted(reps[day])},
                stream=_stream(counts),
                figures={
                    "reps": counts[day],
                    "mean_days": round(mean, 2),
                    "usual_reps": round(usual, 1),
                },
            )
        )
    return found


def training(source: str, rows: Sequence[Mapping[str, Any]]) -> list[NewEvidence]:
    """Rows: session, day, rep, attended, quiz. Sessions that were missed or had no quiz.

    A rep who is listed twice is one, and attended where one of the rows says so.
    """
    sessions: defaultdict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    with_quiz = {(row["day"], row["session"]) for row in rows if row["quiz"]}
    for row in rows:
        asked = sessions[row["day"], row["session"]]
        asked[row["rep"]] = asked.get(row["rep"], False) or row["attended"]
    found = []
    for (day, session), asked in sorted(sessions.items()):
        absent = sorted(rep for rep, attended in asked.items() if not attended)
        share, quiz = 1 - len(absent) / len(asked), (day, session) in with_quiz
        if (share >= LEAST_ATTENDANCE and quiz) or not absent:
            continue
        without = ("", "") if quiz else ("，且没有课后测验", ", and no quiz was set")
        found.append(
            NewEvidence(
                source=source,
                source_id=f"training/{session}/{day}",
                type="training",
                at=day,
                title={
                    "zh": f"培训“{session}”参会率 {share:.0%}{without[0]}",
                    "en": f"{share:.0%} attended the training {session}{without[1]}",
                },
                exposure={"reps": absent},
                figures={
                    "asked": len(asked),
                    "attended": len(asked) - len(absent),
                    "share": round(share, 4),
                    "quiz": quiz,
                },
            )
        )
    return found


def surveys(source: str, rows: Sequence[Mapping[str, Any]]) -> list[NewEvidence]:
    """Rows: id, deal, day, text. Topics that many of the answers are about.

    An answer that is listed twice is one. Raises Invalid where two of one id differ.
    """
    rules = _topics()
    rows = _once(rows)
    about: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        topic = next((one for one in rules.topics if one.is_in(row["text"])), None)
        if topic is not None:
            about[topic.id].append(row)
    found = []
    for topic in rules.topics:
        said = about[topic.id]
        if len(rows) < rules.least_answers or len(said) / len(rows) < rules.least_share:
            continue
        days = Counter(row["day"] for row in said)
        found.append(
            NewEvidence(
                source=source,
                source_id=f"survey/{topic.id}/{min(days)}",
                type="survey",
                at=min(days),
                title={
                    "zh": f"{len(rows)} 份问卷中 {len(said)} 份提到“{topic.zh}”",
                    "en": f"{len(said)} of {len(rows)} answers say: {topic.en}",
                },
                exposure={"deals": sorted({row["deal"] for row in said})},
                stream=_stream(dict(days)),
                figures={"answers": len(rows), "said": len(said), "topic": topic.id},
            )
        )
    return found


def releases(
    source: str, rows: Sequence[Mapping[str, Any]], today: date | None = None
) -> list[NewEvidence]:
    """Rows: id, title, day, clients: [{client, synced, reps}]; `reps` is a list, or ``all``.

    One that a client may still get in time is left for another day: it is neither yet. `today`:
    None, where all are long past.
    """
    found = []
    for row in sorted(rows, key=lambda one: (one["day"], one["id"])):
        synced = [one["synced"] for one in row["clients"]]
        if today is not None and None in synced and not _is_late(row["day"], f"{today}"):
            continue
        late = [one for one in row["clients"] if _is_late(row["day"], one["synced"])]
        touched = late or row["clients"]
        everybody = any(one["reps"] == "all" for one in touched)
        reps = sorted({rep for one in touched if one["reps"] != "all" for rep in one["reps"]})
        names = "、".join(one["client"] for one in late)
        title = row["title"]
        said = {
            "zh": f"{title['zh']}已发布" if not late else f"{title['zh']}未同步到{names}",
            "en": f"{title['en']} released"
            if not late
            else f"{title['en']} not synced to {', '.join(one['client'] for one in late)}",
        }
        found.append(
            NewEvidence(
                source=source,
                source_id=f"release/{row['id']}",
                type="sync_gap" if late else "release",
                at=row["day"],
                title=said,
                exposure={"all": True} if everybody or not reps else {"reps": reps},
                figures={"clients": len(row["clients"]), "not_synced": len(late)},
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A quote that verification judged: the day, and whether its cost sheet is outdated."""

    id: str
    day: str
    outdated: bool


def cost_sheets(source: str, quotes: Sequence[Quote], since: date) -> list[NewEvidence]:
    """Give evidence where many of the quotes since a day have an outdated sheet."""
    late = [one for one in quotes if one.day >= since.isoformat()]
    outdated = [one for one in late if one.outdated]
    if len(late) < LEAST_QUOTES or len(outdated) / len(late) < LEAST_OUTDATED:
        return []
    first = min(one.day for one in outdated)
    return [
        NewEvidence(
            source=source,
            source_id=f"cost-sheet/{first}/{len(outdated)}-of-{len(late)}",
            type="cost_sheet",
            at=first,
            title={
                "zh": f"{len(late)} 份报价中 {len(outdated)} 份使用过期的成本核算表",
                "en": f"{len(outdated)} of {len(late)} quotes use an outdated cost sheet",
            },
            exposure={"share": round(len(outdated) / len(late), 4)},
            figures={"quotes": len(late), "outdated": len(outdated)},
        )
    ]


#: Collectors of what others log, by the name of their contract.
COLLECTORS: Mapping[str, Callable[[str, Sequence[Mapping[str, Any]]], list[NewEvidence]]] = {
    "close-date-edits": close_date_edits,
    "training": training,
    "surveys": surveys,
    "releases": releases,
}


def collected(
    collector: str, source: str, rows: Sequence[Mapping[str, Any]], *, today: date
) -> list[NewEvidence]:
    """Count evidence out of the rows of one of the `COLLECTORS`. Raises Invalid."""
    if collector == "releases":
        return releases(source, rows, today)
    return COLLECTORS[collector](source, rows)


def _once(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give the rows, each id once. Raises Invalid where two of one id differ."""
    first: dict[str, Mapping[str, Any]] = {}
    for place, row in enumerate(rows):
        if first.setdefault(row["id"], row) == row:
            continue
        where, wanted = f"rows[{place}].id", Text(zh="未出现过的编号", en="an id not seen before")
        message = Text(
            zh=f"{where}：看到“{row['id']}”，它已有另外的内容；应为{wanted.zh}。",
            en=f"{where}: saw {row['id']!r}, which stands with other content; "
            f"expected {wanted.en}.",
        )
        trouble = Trouble(where=where, seen=row["id"], expected=wanted.en, message=message)
        remedy = Text(zh="请改正后重新提交，没有保存。", en="Correct it; nothing was kept.")
        raise Invalid(message, remedy=remedy, troubles=(trouble,))
    return list(first.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    id: str
    zh: str
    en: str
    #: Normalised, in lower case.
    words: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        said = normal(text).casefold()
        return any(word in said for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    least_answers: int
    least_share: float
    topics: tuple[Topic, ...]


@cache
def _topics() -> Topics:
    text = files("service").joinpath("policy/survey_topics.yaml").read_text("utf-8")
    told = yaml.safe_load(text)
    topics = tuple(
        Topic(
            id=one["id"],
            zh=one["name"]["zh"],
            en=one["name"]["en"],
            words=tuple(normal(word).casefold() for word in one["words"]),
        )
        for one in told["topics"]
    )
    return Topics(
        least_answers=told["least_answers"], least_share=told["least_share"], topics=topics
    )


def _usual(counts: Mapping[str, int], day: str) -> float:
    """Give the mean of the days before that the log covers; one without an entry counts as none.

    Where those are fewer than a week its other days say what is usual; of one day alone nothing.
    """
    first, end, last = (date.fromisoformat(one) for one in (min(counts), day, max(counts)))
    since = max(first, end - timedelta(days=USUAL_DAYS))
    until = end - timedelta(days=1) if (end - since).days >= LEAST_BEFORE else last
    days = [since + timedelta(days=one) for one in range((until - since).days + 1)]
    others = [counts.get(f"{one}", 0) for one in days if one != end]
    return sum(others) / max(len(others), 1)


def _stream(counts: Mapping[str, int]) -> dict[str, Any]:
    first, last = date.fromisoformat(min(counts)), date.fromisoformat(max(counts))
    days = [f"{first + timedelta(days=one)}" for one in range((last - first).days + 1)]
    return {"first_day": f"{first}", "counts": [counts.get(day, 0) for day in days]}


def _is_late(released: str, synced: str | None) -> bool:
    if synced is None:
        return True
    return (date.fromisoformat(synced) - date.fromisoformat(released)).days > SYNC_DAYS
