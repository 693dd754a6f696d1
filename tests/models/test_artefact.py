"""An artefact is opened only as it was packed, by a key that is trusted, with models that hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.artefact import canonical
from models.artefact.containers import parts_of_zip
from models.artefact.opening import check, open_artefact
from models.artefact.packing import pack, packed, told_anew
from models.artefact.parts import MANIFEST, MODEL_CARD, SIGNATURE
from models.artefact.refusal import ArtefactRefused
from models.artefact.sandbox.trial import TrialLimits, tried
from models.boosters.evaluation import Evaluated
from models.boosters.reading import read
from tests.models import artefacts
from tests.models.artefacts import FOREIGN, OURS, TRUSTED, signed_again

if TYPE_CHECKING:
    from collections.abc import Callable


def refusal(parts: dict[str, bytes]) -> str:
    with pytest.raises(ArtefactRefused) as told:
        open_artefact(parts, trusted=TRUSTED)
    assert told.value.message.zh
    return f"{told.value.code} {told.value.part}".strip()


def test_the_same_parts_give_the_same_bytes_and_open() -> None:
    parts = artefacts.model_parts()
    first = packed(parts, artefacts.ORIGIN, artefacts.examples(), OURS)
    backwards = dict(reversed(parts.items()))
    assert first == packed(backwards, artefacts.ORIGIN, artefacts.examples(), OURS)
    opened = open_artefact(parts_of_zip(first), trusted=TRUSTED)
    assert opened.manifest.origin == artefacts.ORIGIN
    assert opened.win.offset.value == 0.125
    assert opened.value is not None


def test_other_words_leave_the_model_as_it_was_tried() -> None:
    whole = artefacts.artefact()
    other = told_anew(whole, {MODEL_CARD: b"# another"}, artefacts.ORIGIN, OURS)
    opened = open_artefact(other, trusted=TRUSTED)
    assert opened.sha256 != open_artefact(whole, trusted=TRUSTED).sha256
    changed = {name for name, one in other.items() if one != whole[name]}
    assert changed == {MODEL_CARD, MANIFEST, SIGNATURE}


@pytest.mark.parametrize("name", ["win.lgb.txt", "golden.json", "offset.json", "other.txt"])
def test_what_scoring_reads_is_not_told_anew(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        told_anew(artefacts.artefact(), {name: b"{}"}, artefacts.ORIGIN, OURS)


@pytest.mark.parametrize("with_logistic", [False, True], ids=["trees", "logistic"])
def test_one_row_and_a_batch_have_the_same_bits(*, with_logistic: bool) -> None:
    opened = open_artefact(artefacts.artefact(with_logistic=with_logistic), trusted=TRUSTED)
    rows = artefacts.leads().rows[:200]
    values = np.exp(artefacts.leads().log_value[:200])
    win, value = opened.win, opened.value
    assert value is not None
    single = np.array([win.p_win_of(row) for row in rows])
    assert single.tobytes() == win.p_win(rows).tobytes()
    assert 0 < single.min() < single.max() < 1
    pairs = zip(rows, values, strict=True)
    shares = np.array([value.quantile_of(row, float(one)) for row, one in pairs])
    assert shares.tobytes() == value.quantiles(rows, values).tobytes()
    odds = win.log_odds(rows) + win.offset.value
    assert win.contributions(rows).sum(axis=1) == pytest.approx(odds, abs=1e-9)


def test_reasons_are_the_largest_contributions_first() -> None:
    win = open_artefact(artefacts.artefact(), trusted=TRUSTED).win
    row = artefacts.leads().rows[3]
    told = win.reasons(row, most=2)
    every = dict(zip(win.features.names, win.contributions(row[None, :])[0, :-1], strict=True))
    assert [one.log_odds for one in told] == sorted(every.values(), key=abs, reverse=True)[:2]
    assert all(every[one.feature] == one.log_odds for one in told)


@pytest.mark.parametrize("value", [0.0, -5.0, np.nan, np.inf], ids=str)
def test_a_value_that_is_none_has_no_quantile(value: float) -> None:
    model = open_artefact(artefacts.artefact(), trusted=TRUSTED).value
    assert model is not None
    row = artefacts.leads().rows[0]
    assert np.isnan(model.quantile_of(row, value))
    both = model.quantiles(np.array([row, row]), np.array([value, 3000.0]))
    assert np.isnan(both).tolist() == [True, False]


def changed(name: str, change: Callable[[bytes], bytes]) -> dict[str, bytes]:
    parts = dict(artefacts.artefact())
    parts[name] = change(parts[name])
    return parts


def without(name: str) -> dict[str, bytes]:
    return {key: one for key, one in artefacts.artefact().items() if key != name}


def manifested(**fields: object) -> dict[str, bytes]:
    """Give the artefact with other fields in its manifest, signed by us."""
    parts = dict(artefacts.artefact())
    told = {**json.loads(parts[MANIFEST]), **fields}
    manifest = canonical.written({key: one for key, one in told.items() if one is not None})
    return {**parts, MANIFEST: manifest, SIGNATURE: OURS.sign(manifest)}


def flipped(data: bytes) -> bytes:
    return data[:100] + bytes([data[100] ^ 1]) + data[101:]


def edited(name: str, before: str, after: str) -> dict[str, bytes]:
    """Give the artefact with a part edited, and signed by us: only the checks are left."""

    def change(one: bytes) -> bytes:
        assert before.encode() in one
        return one.replace(before.encode(), after.encode(), 1)

    return signed_again(changed(name, change))


def nudged() -> dict[str, bytes]:
    told = json.loads(artefacts.artefact()["golden.json"])
    scores = told["raw"]["win.lgb.txt"]
    scores[2] = float(np.nextafter(scores[2], 9))
    return signed_again(changed("golden.json", lambda _: canonical.written(told)))


UNSIGNED: dict[str, tuple[Callable[[], dict[str, bytes]], str]] = {
    "no manifest": (lambda: without(MANIFEST), "part_missing manifest.json"),
    "no signature": (lambda: without(SIGNATURE), "part_missing manifest.sig"),
    "a model missing": (lambda: without("win.lgb.txt"), "part_missing win.lgb.txt"),
    "a bit of a model": (lambda: changed("win.lgb.txt", flipped), "hash win.lgb.txt"),
    "a bit of the model card": (
        lambda: changed("MODEL_CARD.md", lambda one: one + b"!"),
        "hash MODEL_CARD.md",
    ),
    "a bit of the signature": (
        lambda: changed(SIGNATURE, lambda one: bytes([one[0] ^ 1]) + one[1:]),
        "signature manifest.sig",
    ),
    "half a signature": (
        lambda: changed(SIGNATURE, lambda one: one[:32]),
        "signature manifest.sig",
    ),
    "blanks in the manifest": (
        lambda: changed(MANIFEST, lambda one: one.replace(b":", b": ", 1)),
        "schema manifest.json",
    ),
    "a part too many": (
        lambda: {**artefacts.artefact(), "card.yaml": b"x"},
        "part_unknown card.yaml",
    ),
    "a pickle": (lambda: {**artefacts.artefact(), "model.pkl": b"x"}, "part_unknown model.pkl"),
    "a path": (lambda: {**artefacts.artefact(), "../x": b"x"}, "part_unknown ../x"),
    "signed by a foreign key": (
        lambda: signed_again(artefacts.artefact(), FOREIGN),
        "key manifest.json",
    ),
    "a foreign signature under our name": (
        lambda: {**artefacts.artefact(), SIGNATURE: FOREIGN.sign(artefacts.artefact()[MANIFEST])},
        "signature manifest.sig",
    ),
}
SIGNED: dict[str, tuple[Callable[[], dict[str, bytes]], str]] = {
    "a version to come": (lambda: manifested(version=2), "schema manifest.json"),
    "a version that is true": (lambda: manifested(version=True), "schema manifest.json"),
    "another kind": (lambda: manifested(kind="rca"), "schema manifest.json"),
    "a field too many": (lambda: manifested(run="eval"), "schema manifest.json"),
    "a field too few": (lambda: manifested(author=None), "schema manifest.json"),
    "no threads": (lambda: manifested(threads=0), "schema manifest.json"),
    "a part with a path": (
        lambda: manifested(parts={"../x": {"sha256": "0" * 64, "size": 1}}),
        "part_unknown ../x",
    ),
    "a child that does not exist": (
        lambda: edited("win.lgb.txt", "left_child=", "left_child=9"),
        "model win.lgb.txt",
    ),
    "half a model": (
        lambda: signed_again(changed("win.lgb.txt", lambda one: one[: len(one) // 2])),
        "model win.lgb.txt",
    ),
    "a location that is a chance": (
        lambda: signed_again(changed("value_loc.lgb.txt", lambda _: artefacts.win_text().encode())),
        "model value_loc.lgb.txt",
    ),
    "features of another model": (
        lambda: edited("features.json", '"monotone": 1', '"monotone": 0'),
        "model win.lgb.txt",
    ),
    "features without end": (
        lambda: signed_again(changed("features.json", lambda _: b"[" * 100_000)),
        "model features.json",
    ),
    "residuals beyond all floats": (
        lambda: signed_again(
            changed(
                "residual_cdf.json",
                lambda _: b'{"format": "residuals/v1", "points": [%d]}' % 10**400,
            )
        ),
        "model residual_cdf.json",
    ),
    "a calibration upside down": (
        lambda: edited("calibration.json", '"slope": 0.9', '"slope": -0.9'),
        "model calibration.json",
    ),
    "an offset beyond its limits": (
        lambda: edited("offset.json", '"value": 0.125', '"value": 50.0'),
        "model offset.json",
    ),
    "golden rows of another calibration": (
        lambda: edited("calibration.json", '"slope": 0.9', '"slope": 0.8'),
        "golden p_win",
    ),
    "golden rows of another location": (
        lambda: edited("golden.json", '"value_loc.lgb.txt":[', '"value_loc.lgb.txt":[7.5,'),
        "schema golden.json",
    ),
    "golden scores off in the last digit": (nudged, "golden win.lgb.txt"),
    "golden scores that are nothing": (
        lambda: edited("golden.json", '"p_win":[', '"p_win":[null,'),
        "schema golden.json",
    ),
}


@pytest.mark.parametrize(("make", "code"), UNSIGNED.values(), ids=UNSIGNED)
def test_what_was_changed_by_others_is_refused(
    make: Callable[[], dict[str, bytes]], code: str
) -> None:
    assert refusal(make()) == code


@pytest.mark.parametrize(("make", "code"), SIGNED.values(), ids=SIGNED)
def test_what_makes_no_sense_is_refused_even_with_our_signature(
    make: Callable[[], dict[str, bytes]], code: str
) -> None:
    assert refusal(make()) == code


def test_another_model_card_under_our_signature_is_another_artefact_that_opens() -> None:
    parts = signed_again(changed("MODEL_CARD.md", lambda one: one + b"More.\n"))
    before = check(artefacts.artefact(), trusted=TRUSTED).sha256
    assert check(parts, trusted=TRUSTED).sha256 != before


@pytest.mark.parametrize(
    "rows",
    [pytest.param(3, id="too few"), pytest.param(513, id="too many")],
)
def test_golden_rows_have_a_number(rows: int) -> None:
    with pytest.raises(ArtefactRefused, match="golden"):
        pack(artefacts.model_parts(), artefacts.ORIGIN, artefacts.examples(rows), OURS)


# The trial
def test_the_trial_gives_the_scores_of_its_boosters() -> None:
    booster = read(artefacts.win_text().encode())
    rows = artefacts.leads().rows[:9]
    single, batch = tried({"win": booster}, rows)
    expected = Evaluated(booster).rows(rows).tobytes()
    assert single["win"].tobytes() == batch["win"].tobytes() == expected


@pytest.mark.parametrize(
    "limits",
    [
        pytest.param(TrialLimits(seconds=1, memory=16 << 20), id="no memory to load in"),
        pytest.param(TrialLimits(seconds=0), id="no time"),
    ],
)
def test_a_process_that_dies_of_a_model_is_told_and_harms_nobody(limits: TrialLimits) -> None:
    booster = read(artefacts.win_text().encode())
    with pytest.raises(ArtefactRefused) as told:
        tried({"win": booster}, artefacts.leads().rows[:9], limits)
    assert told.value.code == "trial"
