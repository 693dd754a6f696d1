"""All claims on one line: the interval, the contradictions, and laws that hold for any claims."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verification.contradictions import place
from verification.reconcile import reconcile
from verification.values import Claim, Evidence, HeaderLine, Trust

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def claim(source: str, value: str, event: str | None, **more: object) -> Claim:
    """Write a claim of class T2 unless said otherwise."""
    fields: dict[str, object] = {"kind": "time", "source": source, "value": value, "event": event}
    return Claim(**{"trust": Trust.T2} | fields | more)  # type: ignore[arg-type]  # short for the tables


def created(value: str, source: str = "pdf:/Info/CreationDate") -> Claim:
    return claim(source, value, "created")


def modified(value: str, source: str = "pdf:/Info/ModDate") -> Claim:
    return claim(source, value, "modified")


def signed(value: str, trust: Trust = Trust.T3, source: str = "pdf:Sig1/M") -> Claim:
    return claim(source, value, "signed", trust=trust, covered_by="Sig1")


def receipt(value: str) -> Claim:
    return claim("submission:received_at", value, "receipt", trust=Trust.T4)


def sent(value: str) -> Claim:
    return claim("mail:Date", value, "sent")


def received(index: int, value: str, trust: Trust = Trust.T2) -> Claim:
    where: tuple[Evidence, ...] = (HeaderLine(name="Received", index=index),)
    return claim(f"mail:Received[{index}]", value, "received", evidence=where, trust=trust)


FIRES = [
    pytest.param(
        "modified_before_created",
        [created("2026-11-20T10:00:00Z"), modified("2026-11-19T10:00:00Z")],
        [created("2026-11-20T10:00:00Z"), modified("2026-11-20T09:59:30Z")],
        86_400,
        id="modified a day before it was created; half a minute is a clock",
    ),
    pytest.param(
        "modified_before_created",
        [created("2026-11-20T10:00:00"), modified("2026-11-20T08:00:00")],
        [created("2026-11-20T10:00:00"), modified("2026-11-20T08:00:00", "exif:DateTime")],
        7_200,
        id="one writer's dates without a zone compare as written; two writers' may be 14 h apart",
    ),
    pytest.param(
        "same_event_two_times",
        [
            created("2026-11-20T10:00:00Z"),
            created("2026-11-10T10:00:00Z", "pdf:/Metadata/xmp:CreateDate"),
        ],
        [
            created("2026-11-20T10:00:00Z"),
            created("2026-11-20T10:20:00Z", "pdf:/Metadata/xmp:CreateDate"),
        ],
        864_000,
        id="Info and XMP tell of two days; of two minutes that is no matter",
    ),
    pytest.param(
        "same_event_two_times",
        [created("2026-11-20T02:25:00Z", "mp4:moov/mvhd"), created("2026-11-20T10:00:00Z", "a:b")],
        [created("2026-11-20T02:00:00Z", "mp4:moov/mvhd"), created("2026-11-20T10:00:00Z", "a:b")],
        27_300,
        id="a shift by whole hours is a zone that was labelled wrongly",
    ),
    pytest.param(
        "same_event_two_times",
        [created("2026-11-20T10:00:00"), created("2026-11-22T10:00:00Z", "exif:GPSDateStamp")],
        [created("2026-11-20T10:00:00"), created("2026-11-20T23:00:00Z", "exif:GPSDateStamp")],
        2 * 86_400 - 14 * 3_600,
        id="a zone that is not written explains 14 hours and no more",
    ),
    pytest.param(
        "created_after_signed",
        [created("2026-11-22T10:00:00Z"), signed("2026-11-20T10:00:00Z")],
        [created("2026-11-19T10:00:00Z"), signed("2026-11-20T10:00:00Z")],
        2 * 86_400,
        id="created two days after it was signed",
    ),
    pytest.param(
        "revised_backwards",
        [
            claim("pdf:revision[1]/Info/ModDate", "2026-11-20T10:00:00Z", "modified"),
            claim("pdf:/Info/ModDate", "2026-11-18T09:20:00Z", "modified"),
        ],
        [
            claim("pdf:revision[1]/Info/ModDate", "2026-11-18T10:00:00Z", "modified"),
            claim("pdf:/Info/ModDate", "2026-11-20T10:00:00Z", "modified"),
        ],
        2 * 86_400 + 2_400,
        id="the last revision is older than the one before it",
    ),
    pytest.param(
        "claimed_and_stamped",
        [
            signed("2026-10-01T10:00:00Z"),
            signed("2026-11-20T10:00:00Z", Trust.T5, "pdf:Sig1/timestamp"),
        ],
        [
            signed("2026-11-20T09:00:00Z"),
            signed("2026-11-20T10:00:00Z", Trust.T5, "pdf:Sig1/timestamp"),
        ],
        50 * 86_400,
        id="signed, so it says, seven weeks before it was time-stamped",
    ),
    pytest.param(
        "after_receipt",
        [created("2026-11-24T10:00:00Z"), receipt("2026-11-20T10:00:00Z")],
        [created("2026-11-20T18:00:00Z"), receipt("2026-11-20T10:00:00Z")],
        4 * 86_400,
        id="created after we received it; eight hours are Beijing time labelled UTC",
    ),
    pytest.param(
        "sent_after_received",
        [sent("2026-11-20T10:00:00Z"), received(0, "2026-11-18T10:00:00Z")],
        [sent("2026-11-20T10:00:30Z"), received(0, "2026-11-20T10:00:00Z")],
        2 * 86_400,
        id="a mail that arrived before it was sent",
    ),
    pytest.param(
        "sent_long_before_received",
        [sent("2026-11-01T10:00:00Z"), received(0, "2026-11-20T10:00:00Z")],
        [sent("2026-11-18T10:00:00Z"), received(0, "2026-11-20T10:00:00Z")],
        19 * 86_400,
        id="a back-dated mail; two days in a queue do happen",
    ),
    pytest.param(
        "hops_out_of_order",
        [received(0, "2026-11-20T10:00:00Z"), received(1, "2026-11-21T10:00:00Z")],
        [received(0, "2026-11-21T10:00:00Z"), received(1, "2026-11-20T10:00:00Z")],
        86_400,
        id="the last server received it before the first",
    ),
]


@pytest.mark.parametrize(("rule", "fires", "quiet", "seconds"), FIRES)
def test_contradictions(rule: str, fires: list[Claim], quiet: list[Claim], seconds: int) -> None:
    (found,) = reconcile(fires, at=AT).contradictions
    assert (found.rule, found.seconds) == (rule, seconds)
    for text in (found.message.zh, found.message.en):
        assert all(one.source in text and one.value in text for one in (found.first, found.second))
    assert reconcile(quiet, at=AT).contradictions == ()


@pytest.mark.parametrize(
    ("claims", "proven"),
    [
        ([created("2026-11-22T10:00:00Z"), signed("2026-11-20T10:00:00Z")], True),
        ([created("2026-11-20T20:00:00Z"), signed("2026-11-20T10:00:00Z")], False),
        ([created("2026-11-20T10:00:00Z"), modified("2026-10-19T10:00:00Z")], False),
        ([sent("2026-11-20T10:00:00Z"), received(0, "2026-11-10T10:00:00Z", Trust.T4)], True),
    ],
    ids=[
        "a signature shows the metadata to be false",
        "less than a day may be a clock",
        "metadata against metadata proves nothing",
        "a server that we know shows the mail's date to be false",
    ],
)
def test_what_is_proven(claims: list[Claim], *, proven: bool) -> None:
    found = reconcile(claims, at=AT).contradictions
    assert any(one.proven for one in found) is proven


def test_the_interval_runs_from_the_last_trusted_act_to_our_receipt() -> None:
    timeline = reconcile(
        [
            created("2019-01-01T00:00:00Z"),
            signed("2026-11-20T10:00:00Z"),
            signed("2026-11-20T18:00:05+08:00", Trust.T5, "pdf:Sig1/timestamp"),
            receipt("2026-11-21T09:00:00Z"),
        ],
        at=AT,
    )
    assert timeline.not_before == datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)
    assert timeline.not_after == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert timeline.best is Trust.T5


def test_metadata_prove_no_interval() -> None:
    timeline = reconcile([created("2026-11-20T10:00:00Z")], at=AT)
    assert (timeline.not_before, timeline.not_after, timeline.best) == (None, AT, Trust.T2)


def test_our_receipt_is_not_a_time_that_the_file_claims() -> None:
    timeline = reconcile([receipt("2026-11-21T09:00:00Z")], at=AT)
    assert (timeline.best, timeline.own) == (None, ())


@pytest.mark.parametrize(
    "value",
    ["1904-01-01T00:00:00Z", "1970-01-01T08:00:00+08:00", "1980-01-01T00:00:00", "no date"],
)
def test_a_clock_that_was_never_set_is_absent(value: str) -> None:
    timeline = reconcile([created(value), modified("2026-11-20T10:00:00Z")], at=AT)
    assert [one.claim.value for one in timeline.placed] == ["2026-11-20T10:00:00Z"]
    assert timeline.contradictions == ()


def test_the_zone_may_stand_beside_the_value() -> None:
    beside = place(claim("pdf:Sig1/M", "2026-11-20T10:00:00", "signed", zone="+08:00"))
    assert beside is not None
    assert beside.earliest == beside.latest == datetime(2026, 11, 20, 2, tzinfo=UTC)


def test_only_times_beyond_every_zone_are_in_the_future() -> None:
    claims = [created("2026-11-25T09:00:00"), modified("2026-12-24T09:00:00Z")]
    assert [one.claim.source for one in reconcile(claims, at=AT).future] == ["pdf:/Info/ModDate"]


EVENTS = (None, "created", "modified", "signed", "sent", "received", "receipt", "stored")
ANY_CLAIM = st.builds(
    lambda kind, source, value, zone, event, trust, signature, index: Claim(
        kind=kind,
        source=source,
        value=value,
        zone=zone,
        event=event,
        trust=trust,
        covered_by=signature,
        evidence=(HeaderLine(name="Received", index=index),),
    ),
    st.sampled_from(["time", "time", "time", "author"]),
    st.sampled_from(["pdf:a", "pdf:b", "exif:a", "mail:a"]),
    st.one_of(
        st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 30)).map(  # noqa: DTZ001 - naive bounds, as hypothesis asks
            lambda when: when.replace(microsecond=0).isoformat()
        ),
        st.sampled_from(["2026", "2026-11", "9999-12-31T23:59:59", "0001-01-02", "", "x"]),
    ),
    st.sampled_from([None, "UTC", "+08:00", "-11:30", "nowhere"]),
    st.sampled_from(EVENTS),
    st.sampled_from(list(Trust)),
    st.sampled_from([None, "Sig1", "Sig2"]),
    st.integers(0, 4),
)


@settings(deadline=None)
@given(st.lists(ANY_CLAIM, max_size=12), st.integers(0, 2**32))
def test_the_order_of_claims_never_matters(claims: list[Claim], seed: int) -> None:
    shuffled = random.Random(seed).sample(claims, len(claims))  # noqa: S311 - a seeded shuffle
    assert reconcile(claims, at=AT) == reconcile(shuffled, at=AT)


@settings(deadline=None)
@given(st.lists(ANY_CLAIM, max_size=12), ANY_CLAIM)
def test_a_further_claim_never_widens_what_is_proven(claims: list[Claim], one: Claim) -> None:
    before, after = reconcile(claims, at=AT), reconcile([*claims, one], at=AT)
    assert after.not_after is not None
    assert before.not_after is not None
    assert after.not_after <= before.not_after
    if before.not_before is not None:
        assert after.not_before is not None
        assert after.not_before >= before.not_before


@settings(deadline=None)
@given(st.lists(ANY_CLAIM, max_size=12), ANY_CLAIM)
def test_a_further_claim_never_hides_a_contradiction(claims: list[Claim], one: Claim) -> None:
    before, after = reconcile(claims, at=AT), reconcile([*claims, one], at=AT)
    sizes = {found.rule: found.seconds for found in after.contradictions}
    for found in before.contradictions:
        # A server that comes earlier on the way does explain where a mail was so long.
        if found.rule != "sent_long_before_received":
            assert sizes[found.rule] >= found.seconds


@settings(deadline=None)
@given(st.lists(ANY_CLAIM, max_size=12), ANY_CLAIM)
def test_a_claim_said_twice_says_no_more(claims: list[Claim], one: Claim) -> None:
    assert reconcile([*claims, one], at=AT) == reconcile([*claims, one, one], at=AT)


@settings(deadline=None)
@given(st.lists(ANY_CLAIM, max_size=12))
def test_a_later_examination_finds_no_more_in_the_future(claims: list[Claim]) -> None:
    later = reconcile(claims, at=AT + timedelta(days=30)).future
    assert set(later) <= set(reconcile(claims, at=AT).future)
