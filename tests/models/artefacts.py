"""Boosters and artefacts for the tests: trained small, once a process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.artefact import canonical
from models.artefact.manifest import Origin, manifest_of, read_manifest
from models.artefact.packing import Examples, Signer, pack
from models.artefact.parts import MANIFEST, SIGNATURE
from models.coefficient.features import Feature, FeatureContract, FeatureKind
from models.coefficient.logistic import CategoryTerm, Logistic, NumberTerm
from models.coefficient.offset import Offset
from models.coefficient.segments import SegmentRates
from models.coefficient.value import residuals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FEATURES = FeatureContract(
    features=(
        Feature(name="visits", kind=FeatureKind.NUMBER, monotone=1),
        Feature(name="staff", kind=FeatureKind.NUMBER),
        Feature(name="source", kind=FeatureKind.CATEGORY, categories=tuple("abcdefghijkl")),
        Feature(name="age_days", kind=FeatureKind.NUMBER, monotone=-1),
    )
)
SEGMENTS = SegmentRates(field="source", overall=0.3, rates={"a": 0.4, "b": 0.2})
ORIGIN = Origin(
    data_sha256="0" * 64,
    code_commit="0123abc",
    seeds={"fit": 20},
    threads=1,
    author="the training team 训练组",
    software={"lightgbm": "4.7.0"},
    metrics={"log_loss": 0.42},
)


def _field(kind: str, role: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "role": role, **more}


_KNOWN = {"known_at": "assignment"}
#: By which rows of `FEATURES` are read.
CONTRACT: dict[str, Any] = {
    "countermark": "contract/v1",
    "id": "leads",
    "currency": "CNY",
    "fields": {
        "lead": _field("category", "order_id", column="线索号"),
        "won": _field("flag", "label", column="结果", won=["赢单"], lost=["丢单"]),
        "customer": _field("category", "customer", column="客户"),
        "assigned": _field("time", "assigned_at", column="分配时间"),
        "closed": _field("time", "closed_at", column="结束时间"),
        "amount": _field("money", "value", column="金额"),
        "currency": _field("category", "currency", column="币种"),
        "visits": _field("number", "feature", column="来访", monotone="up", **_KNOWN),
        "staff": _field("number", "feature", column="人数", least=0, **_KNOWN),
        "source": _field("category", "segment", column="来源", **_KNOWN),
        "age_days": _field("number", "feature", column="天数", monotone="down", **_KNOWN),
        "owner": _field("category", "owner", column="销售"),
    },
}
_OURS = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
_FOREIGN = Ed25519PrivateKey.from_private_bytes(b"\2" * 32)


def signer(key: Ed25519PrivateKey) -> Signer:
    return Signer(sign=key.sign, public_key=key.public_key().public_bytes_raw())


OURS, FOREIGN = signer(_OURS), signer(_FOREIGN)
TRUSTED = frozenset({OURS.public_key})


@dataclass(frozen=True)
class Leads:
    rows: NDArray[np.float64]
    won: NDArray[np.float64]
    log_value: NDArray[np.float64]


@cache
def leads(count: int = 600, seed: int = 7) -> Leads:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, 4))
    rows[:, 2] = rng.integers(0, 13, count)
    rows[rng.random(count) < 0.15, 1] = np.nan
    known = np.nan_to_num(rows)
    lift = known[:, 0] + known[:, 2] % 3 - known[:, 3] + known[:, 1] * known[:, 0] / 2
    won = (lift + rng.normal(size=count) > 1).astype(np.float64)
    return Leads(rows=rows, won=won, log_value=8 + known[:, 1] + rng.normal(size=count) / 2)


def trained(target: NDArray[np.float64], rows: NDArray[np.float64], **parameters: Any) -> str:
    """Give the text of a small booster for `FEATURES`."""
    settings = {
        "num_leaves": 7,
        "min_data_in_leaf": 10,
        "min_data_per_group": 5,
        "cat_smooth": 1.0,
        "verbose": -1,
        "num_threads": 1,
        "deterministic": True,
        "force_col_wise": True,
        **parameters,
    }
    names = [f"f{place}" for place in range(rows.shape[1])]
    table = lightgbm.Dataset(rows, target, feature_name=names, categorical_feature=[2])
    rounds = settings.pop("rounds", 6)
    return str(lightgbm.train(settings, table, num_boost_round=rounds).model_to_string())


@cache
def win_text() -> str:
    known = leads()
    signs = list(FEATURES.monotone)
    return trained(known.won, known.rows, objective="binary", monotone_constraints=signs)


@cache
def _value_text(rounds: int) -> str:
    known = leads()
    return trained(known.log_value, known.rows, objective="regression", rounds=rounds)


def logistic() -> Logistic:
    number = NumberTerm(centre=0.5, scale=2.0, weight=0.7, if_blank=-0.1)
    weights = tuple(place / 10 for place in range(13))
    return Logistic(intercept=-0.3, terms=(number, number, CategoryTerm(weights=weights), number))


def model_parts(*, with_logistic: bool = False) -> dict[str, bytes]:
    """Give what training hands over."""
    spread = np.random.default_rng(3).normal(size=400)
    own = {"win.logistic.json": logistic().to_json()}
    found = {
        **(own if with_logistic else {"win.lgb.txt": win_text()}),
        "value_loc.lgb.txt": _value_text(5),
        "value_scale.lgb.txt": _value_text(3),
        "residual_cdf.json": residuals(spread).to_json(),
        "features.json": FEATURES.to_json(),
        "offset.json": Offset(version=2, value=0.125, as_of=1.7e9, outcomes=400).to_json(),
        "calibration.json": '{"format": "calibration/v1", "shift": -0.05, "slope": 0.9}\n',
        "segments.json": SEGMENTS.to_json(),
        "metrics.json": '{"log_loss": 0.42}\n',
        "MODEL_CARD.md": "# Model card\n",
    }
    return {name: text.encode() for name, text in found.items()}


def examples(count: int = 24) -> Examples:
    known = leads()
    return Examples(rows=known.rows[:count], values=np.exp(known.log_value[:count]))


@cache
def artefact(*, with_logistic: bool = False) -> Mapping[str, bytes]:
    return pack(model_parts(with_logistic=with_logistic), ORIGIN, examples(), OURS)


def signed_again(parts: Mapping[str, bytes], by: Signer = OURS) -> dict[str, bytes]:
    """Give the parts under a new manifest and signature: the signer vouches for the change."""
    held = {name: one for name, one in parts.items() if name not in {MANIFEST, SIGNATURE}}
    manifest = manifest_of(held, read_manifest(artefact()[MANIFEST]).origin, by.public_key)
    return {**held, MANIFEST: manifest, SIGNATURE: by.sign(manifest)}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    return canonical.zipped(parts)


def resized(text: str) -> str:
    """Put `tree_sizes` right after an edit, as whoever wanted to deceive a reader would."""
    block = r"^Tree=\d+\n.*?\n\n\n(?=Tree=|end of trees)"
    blocks = re.findall(block, text, re.DOTALL | re.MULTILINE)
    sizes = " ".join(str(len(block)) for block in blocks)
    return re.sub(r"^tree_sizes=.*$", f"tree_sizes={sizes}", text, count=1, flags=re.MULTILINE)
