"""The checks of time over real files: what passes stands beside what must not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.verification.dated import (
    AT,
    MOVIE_TIME,
    ORIGINAL,
    XMP,
    collect,
    context,
    jpeg,
    judge,
    mail,
    movie,
    pdf,
    workbook,
)
from tests.verification.test_reconcile import claim, created, modified, receipt, signed
from verification.values import Claim, Finding, Requirement, Status, Trust

WINDOW = Requirement(
    id="poc-report",
    not_before=datetime(2026, 11, 15, tzinfo=UTC),
    not_after=datetime(2026, 11, 23, tzinfo=UTC),
)
NO_WINDOW = Requirement()

Outcome = dict[str, tuple[str, str | None]]


def outcome(findings: list[Finding]) -> Outcome:
    return {one.id: (one.status.value, one.sub_indication) for one in findings}


PASSED = ("PASSED", None)
ALL_WELL: Outcome = {
    "time.claims": PASSED,
    "time.consistent": PASSED,
    "time.window": PASSED,
}
TOO_OLD = ALL_WELL | {"time.window": ("FAILED", "TIME_TOO_OLD")}
OUT_OF_WINDOW = ALL_WELL | {"time.window": ("FAILED", "TIME_OUT_OF_WINDOW")}
CONTRADICTION = ALL_WELL | {"time.consistent": ("INDETERMINATE", "TIME_CONTRADICTION")}

FILES = [
    pytest.param(
        "pdf.metadata",
        "pdf",
        pdf("D:20261120100000+08'00'", "D:20261121100000+08'00'"),
        ALL_WELL,
        id="a PDF made inside the window",
    ),
    pytest.param(
        "pdf.metadata",
        "pdf",
        pdf("D:20250601100000Z", "D:20261120100000Z"),
        ALL_WELL,
        id="an older PDF brought up to date inside the window",
    ),
    pytest.param(
        "pdf.metadata", "pdf", pdf("D:20250601100000Z"), TOO_OLD, id="last year's PDF once more"
    ),
    pytest.param(
        "pdf.metadata",
        "pdf",
        pdf("D:20261120100000Z", "D:20261124090000Z"),
        OUT_OF_WINDOW,
        id="a PDF that was changed after the window",
    ),
    pytest.param(
        "pdf.metadata",
        "pdf",
        pdf("D:20261120100000Z", "D:20261116100000Z"),
        CONTRADICTION,
        id="a PDF whose change was dated back",
    ),
    pytest.param(
        "pdf.metadata",
        "pdf",
        pdf(
            "D:20261118100000Z",
            xmp=XMP.format(created="2026-11-22T10:00:00Z", modified="2026-11-22T10:00:00Z"),
        ),
        CONTRADICTION,
        id="a PDF with a new date in Info and the true one in XMP",
    ),
    pytest.param(
        "pdf.metadata",
        "pdf",
        pdf("D:20270601100000Z"),
        ALL_WELL
        | {
            "time.consistent": ("FAILED", "TIME_IN_FUTURE"),
            "time.window": ("FAILED", "TIME_OUT_OF_WINDOW"),
        },
        id="a PDF from next year",
    ),
    pytest.param(
        "pdf.metadata",
        "pdf",
        pdf(),
        {"time.claims": ("INDETERMINATE", "NO_TIME")},
        id="a PDF that says nothing of time",
    ),
    pytest.param(
        "picture.metadata",
        "jpg",
        jpeg({}, {ORIGINAL: "2026:11:20 10:00:00"}),
        ALL_WELL,
        id="a photo taken inside the window",
    ),
    pytest.param(
        "picture.metadata",
        "jpg",
        jpeg({}, {ORIGINAL: "2026:11:14 20:00:00"}),
        ALL_WELL,
        id="a photo from the evening before: without a zone that may be inside",
    ),
    pytest.param(
        "picture.metadata",
        "jpg",
        jpeg({}, {ORIGINAL: "2026:11:10 10:00:00"}),
        TOO_OLD,
        id="a photo from before the window",
    ),
    pytest.param(
        "movie.headers", "mp4", movie(MOVIE_TIME), ALL_WELL, id="a film made inside the window"
    ),
    pytest.param(
        "movie.headers",
        "mp4",
        movie(0),
        {"time.claims": ("INDETERMINATE", "NO_TIME")},
        id="a film whose clock was never set",
    ),
    pytest.param(
        "mail.headers",
        "eml",
        mail("Fri, 20 Nov 2026 10:00:00 +0800", "Fri, 20 Nov 2026 02:00:09 +0000"),
        ALL_WELL,
        id="a mail sent inside the window",
    ),
    pytest.param(
        "mail.headers",
        "eml",
        mail("Mon, 16 Nov 2026 10:00:00 +0800", "Tue, 24 Nov 2026 02:00:09 +0000"),
        CONTRADICTION,
        id="a mail dated back to before the end of the window",
    ),
    pytest.param(
        "office.package",
        "xlsx",
        workbook(datetime(2026, 11, 20), datetime(2026, 11, 21)),  # noqa: DTZ001 - openpyxl takes naive UTC
        ALL_WELL,
        id="a workbook made inside the window",
    ),
    pytest.param(
        "office.package",
        "xlsx",
        workbook(datetime(2026, 11, 20), datetime(2026, 11, 16)),  # noqa: DTZ001 - openpyxl takes naive UTC
        CONTRADICTION,
        id="a workbook that was changed before it was made",
    ),
]


@pytest.mark.parametrize(("source", "file_format", "data", "expected"), FILES)
def test_files_against_a_window(
    source: str, file_format: str, data: bytes, expected: Outcome
) -> None:
    where = context(data, file_format, requirement=WINDOW)
    own = tuple(
        # openpyxl stamps its entries with the clock of the machine that runs this test.
        one
        for one in collect(source, where).claims
        if one.trust is not Trust.T0
    )
    findings = judge(where, own)
    assert outcome(findings) == expected
    for one in findings:
        if one.status is not Status.PASSED:
            assert one.remedy is not None
            assert one.remedy.zh
            assert one.remedy.en


ONLY_WEAK: Outcome = {
    "time.claims": PASSED,
    "time.window": ("INDETERMINATE", "TIME_UNTRUSTED"),
}
SIGNED = "2026-11-20T10:00:00Z"

CLAIMS = [
    pytest.param(
        [created("2019-01-01T00:00:00Z"), signed(SIGNED)],
        ALL_WELL,
        id="an old form that was signed inside the window: the signature decides",
    ),
    pytest.param(
        [created("2026-11-18T00:00:00Z"), signed("2026-11-01T10:00:00Z")],
        ALL_WELL
        | {
            "time.consistent": ("FAILED", "TIME_CONTRADICTION"),
            "time.window": ("FAILED", "TIME_TOO_OLD"),
        },
        id="metadata moved into the window, which an older signature shows to be false",
    ),
    pytest.param(
        [created("2026-11-20T12:00:00Z"), signed(SIGNED)],
        CONTRADICTION,
        id="two hours against a signature may be a wrong clock",
    ),
    pytest.param(
        [
            signed("2026-11-16T10:00:00Z"),
            signed("2026-11-23T22:00:00Z", Trust.T5, "pdf:Sig1/timestamp"),
        ],
        ALL_WELL
        | {
            "time.consistent": ("INDETERMINATE", "TIME_CONTRADICTION"),
            "time.window": ("FAILED", "TIME_OUT_OF_WINDOW"),
        },
        id="a signature dated back: its time-stamp decides, and does not fit",
    ),
    pytest.param(
        [claim("zip:last", "2026-11-20T10:00:00", "stored", trust=Trust.T0)],
        ONLY_WEAK,
        id="ZIP entries alone decide nothing",
    ),
    pytest.param(
        [claim("name:date", "2026-11-20", None, trust=Trust.T1)],
        ONLY_WEAK,
        id="a date in the name decides nothing",
    ),
    pytest.param(
        [claim("name:date", "2027-11-20", None, trust=Trust.T1), modified(SIGNED)],
        ALL_WELL,
        id="a name may speak of a day to come",
    ),
    pytest.param(
        [claim("zip:last", "2027-11-20T10:00:00", "stored", trust=Trust.T0), modified(SIGNED)],
        ALL_WELL | {"time.consistent": ("INDETERMINATE", "TIME_IN_FUTURE")},
        id="ZIP entries of next year are odd, and too weak to fail a file",
    ),
    pytest.param(
        [modified("2026-11-22T10:00:00Z"), receipt("2026-11-20T10:00:00Z")],
        ALL_WELL | {"time.consistent": ("FAILED", "TIME_IN_FUTURE")},
        id="changed two days after we received it",
    ),
]


@pytest.mark.parametrize(("claims", "expected"), CLAIMS)
def test_claims_against_a_window(claims: list[Claim], expected: Outcome) -> None:
    assert outcome(judge(context(b"", "pdf", requirement=WINDOW), tuple(claims))) == expected


def test_without_a_window_only_consistency_is_judged() -> None:
    findings = judge(context(b"", "pdf"), (created("2019-01-01T00:00:00Z"),))
    assert outcome(findings) == {"time.consistent": PASSED}


def test_without_a_window_a_file_without_times_is_not_judged() -> None:
    assert judge(context(b"", "txt"), (receipt("2026-11-20T10:00:00Z"),)) == []


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        (Requirement(not_before=AT - timedelta(days=1)), "TIME_TOO_OLD"),
        (Requirement(not_before=AT - timedelta(days=7)), None),
        (Requirement(not_after=AT - timedelta(days=7)), "TIME_OUT_OF_WINDOW"),
        (Requirement(not_after=AT), None),
    ],
    ids=["not before yesterday", "not before last week", "until last week", "until now"],
)
def test_a_window_may_be_open_on_one_side(requirement: Requirement, expected: str | None) -> None:
    findings = judge(context(b"", "pdf", requirement=requirement), (created(SIGNED),))
    assert outcome(findings)["time.window"][1] == expected


IMPRECISE = ("INDETERMINATE", "TIME_IMPRECISE")
OLD_DAY, NEW_DAY = created("2024-05-06T10:00:00Z"), modified(SIGNED)
NOVEMBER = Requirement(
    not_before=datetime(2026, 11, 1, tzinfo=UTC), not_after=datetime(2026, 12, 1, tzinfo=UTC)
)
FEBRUARY = Requirement(
    not_before=datetime(2026, 2, 1, tzinfo=UTC), not_after=datetime(2026, 3, 1, tzinfo=UTC)
)
LAST_YEAR = Requirement(
    not_before=datetime(2025, 1, 1, tzinfo=UTC), not_after=datetime(2026, 1, 1, tzinfo=UTC)
)
ONE_HOUR = Requirement(
    not_before=datetime(2026, 11, 20, 10, tzinfo=UTC),
    not_after=datetime(2026, 11, 20, 11, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("claims", "requirement", "expected"),
    [
        pytest.param([created("2026")], WINDOW, IMPRECISE, id="a year that holds the window"),
        pytest.param([created("2026-11")], WINDOW, IMPRECISE, id="a month that holds the window"),
        pytest.param([created("2026-11")], NOVEMBER, PASSED, id="a month that is the window"),
        pytest.param([created("2026-02")], FEBRUARY, PASSED, id="a month of 28 days"),
        pytest.param([created("2025")], LAST_YEAR, PASSED, id="a year of 365 days"),
        pytest.param(
            [created("2026-10")], WINDOW, ("FAILED", "TIME_TOO_OLD"), id="a month before the window"
        ),
        pytest.param(
            [created("2026")],
            Requirement(not_after=datetime(2025, 12, 1, tzinfo=UTC)),
            ("FAILED", "TIME_OUT_OF_WINDOW"),
            id="a year after it",
        ),
        pytest.param([OLD_DAY, modified("2026")], WINDOW, IMPRECISE, id="old, changed some day"),
        pytest.param(
            [created("2026"), NEW_DAY], NOVEMBER, PASSED, id="a year, and a day in the window"
        ),
        pytest.param(
            [created("2026-11"), NEW_DAY],
            Requirement(not_before=WINDOW.not_before, not_after=AT - timedelta(days=3)),
            IMPRECISE,
            id="a day in the window, and a month that lasts longer",
        ),
        pytest.param(
            [created("2026-11-20")], WINDOW, PASSED, id="a day whose zone is not written, inside"
        ),
        pytest.param(
            [created("2026-11-20")], ONE_HOUR, IMPRECISE, id="a day is no hour, whatever its zone"
        ),
        pytest.param(
            [created("2026-11-14T12:00:00")], WINDOW, PASSED, id="inside in some zone, as before"
        ),
    ],
)
def test_a_date_cut_short_is_all_of_its_year_or_month(
    claims: list[Claim], requirement: Requirement, expected: tuple[str, str | None]
) -> None:
    findings = judge(context(b"", "pdf", requirement=requirement), tuple(claims))
    assert outcome(findings)["time.window"] == expected


DAY = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
FROM, UNTIL = Requirement(not_before=DAY), Requirement(not_after=DAY)
BOTH = Requirement(not_before=DAY, not_after=DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("value", "requirement", "zh", "en"),
    [
        pytest.param(
            "2026-11-20T10:00:00Z",
            FROM,
            "2026-11-20 10:00:00+00:00 早于要求的时间范围（要求：不早于 2026-11-25 16:30+00:00）",
            "10:00:00+00:00: before the window asked for "
            "(asked for: not before 2026-11-25 16:30+00:00)",
            id="only a beginning, by the clock of the claim: UTC",
        ),
        pytest.param(
            "2026-11-20T10:00:00+08:00",
            BOTH,
            "（要求：2026-11-26 00:30+08:00 至 2026-11-27 00:30+08:00）",
            "(asked for: 2026-11-26 00:30+08:00 to 2026-11-27 00:30+08:00)",
            id="two ends, by the clock of the claim: Beijing",
        ),
        pytest.param(
            "2026-11-20T10:00:00",
            UNTIL,
            "在要求的时间范围内（要求：不晚于 2026-11-26 00:30+08:00）",
            "(asked for: not after 2026-11-26 00:30+08:00)",
            id="only an end; a claim without a zone stands beside Beijing's clock",
        ),
        pytest.param(
            "2026-11", UNTIL, "不晚于 2026-11-26 00:30+08:00", "not after", id="a month alone"
        ),
        pytest.param(
            "2026-11-20T10:00:00Z",
            FROM,
            "依据是文件元数据，可信级别 T2（T0 最低，T5 最高）",
            "trust class T2 (T0 is the weakest, T5 the best)",
            id="what the answer rests on",
        ),
    ],
)
def test_the_message_names_the_window_and_what_the_answer_rests_on(
    value: str, requirement: Requirement, zh: str, en: str
) -> None:
    findings = judge(context(b"", "pdf", requirement=requirement), (created(value),))
    (window,) = (one for one in findings if one.id == "time.window")
    assert zh in window.message.zh
    assert en in window.message.en
