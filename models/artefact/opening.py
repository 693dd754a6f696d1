"""Opening an artefact: nothing in it is believed before its step.

1. the parts     known names, each within its size (`containers`)
2. the manifest  one form only; every part is there, no other, with its size and SHA-256
3. the signature Ed25519 over the manifest, by a key that is trusted
4. the contents  every model read by our own strict reader, for the features of the artefact
5. the trial     loaded in a throw-away process; raw scores of the golden rows bit for bit
6. the load      loaded here; golden scores again, by single rows and in one batch

Only what step 6 gives back replaces a model that is in use.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.artefact import golden as golden_rows
from models.artefact.assembly import value_model, win_model
from models.artefact.contents import read_contents
from models.artefact.manifest import check_parts, read_manifest
from models.artefact.parts import (
    COEFFICIENT_KIND,
    GOLDEN,
    MANIFEST,
    MOST_BYTES,
    SIGNATURE,
    most_bytes,
)
from models.artefact.refusal import ArtefactRefused
from models.artefact.sandbox.trial import LIMITS, TrialLimits, tried

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from models.artefact.contents import Contents
    from models.artefact.golden import Golden
    from models.artefact.manifest import Manifest
    from models.coefficient.scoring import ValueModel, WinModel
    from models.coefficient.segments import SegmentRates


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """An opened artefact."""

    #: Of the manifest, lower-case hexadecimal: this names the model in every payment.
    sha256: str
    manifest: Manifest
    win: WinModel
    segments: SegmentRates
    #: None: it knows nothing of values.
    value: ValueModel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the first four steps let through; nothing has been loaded."""

    sha256: str
    manifest: Manifest
    contents: Contents
    golden: Golden


def open_artefact(
    parts: Mapping[str, bytes], *, trusted: Collection[bytes], limits: TrialLimits = LIMITS
) -> Artefact:
    """Open the parts of an artefact. Raises ArtefactRefused.

    `trusted` are the 32 bytes of each Ed25519 key whose models may decide.
    """
    checked = check(parts, trusted=trusted)
    contents, golden = checked.contents, checked.golden
    # 5. the trial
    golden_rows.check_raw(golden, golden_rows.raw_scores(contents, golden.rows), by="numpy")
    if contents.boosters:
        single, batch = tried(contents.boosters, golden.rows, limits)
        golden_rows.check_raw(golden, single, by="single rows")
        golden_rows.check_raw(golden, batch, by="batch")
    # 6. the load
    win, value = win_model(contents), value_model(contents)
    golden_rows.check_scores(golden, win, value)
    return Artefact(
        sha256=checked.sha256,
        manifest=checked.manifest,
        win=win,
        segments=contents.segments,
        value=value,
    )


def check(parts: Mapping[str, bytes], *, trusted: Collection[bytes]) -> Checked:
    """Go through the steps 1 to 4. Raises ArtefactRefused."""
    manifest, held = signed(parts, COEFFICIENT_KIND, trusted=trusted)
    # 4. the contents
    contents = read_contents(held)
    return Checked(
        sha256=hashlib.sha256(parts[MANIFEST]).hexdigest(),
        manifest=manifest,
        contents=contents,
        golden=golden_rows.read(held[GOLDEN], contents),
    )


def signed(
    parts: Mapping[str, bytes], kind: str, *, trusted: Collection[bytes]
) -> tuple[Manifest, dict[str, bytes]]:
    """Go through the steps 1 to 3 for a kind of model. Raises ArtefactRefused."""
    # 1. the parts
    _check_sizes(parts)
    # 2. the manifest
    manifest = read_manifest(parts[MANIFEST])
    if manifest.kind != kind:
        raise ArtefactRefused("schema", MANIFEST, seen=f"a model of {manifest.kind}", expected=kind)
    held = {name: one for name, one in parts.items() if name not in {MANIFEST, SIGNATURE}}
    check_parts(held, manifest)
    # 3. the signature
    _check_signature(parts, manifest, trusted)
    return manifest, held


def _check_sizes(parts: Mapping[str, bytes]) -> None:
    for name in (MANIFEST, SIGNATURE):
        if name not in parts:
            raise ArtefactRefused("part_missing", name, seen="nothing", expected="a part")
    for name, content in parts.items():
        most = most_bytes(name)
        if most is None:
            raise ArtefactRefused("part_unknown", name, seen="a part", expected="known names")
        if len(content) > most:
            raise ArtefactRefused("size", name, seen=len(content), expected=f"<= {most} bytes")
    total = sum(map(len, parts.values()))
    if total > MOST_BYTES:
        raise ArtefactRefused("size", seen=total, expected=f"<= {MOST_BYTES} bytes")


def _check_signature(
    parts: Mapping[str, bytes], manifest: Manifest, trusted: Collection[bytes]
) -> None:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - scoring needs none
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PublicKey,
    )

    key = manifest.public_key
    if key not in trusted:
        seen, expected = key.hex(), " or ".join(one.hex() for one in trusted) or "a key"
        raise ArtefactRefused("key", MANIFEST, seen=seen, expected=expected)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(parts[SIGNATURE], parts[MANIFEST])
    except (InvalidSignature, ValueError):
        expected = "a signature of the manifest"
        raise ArtefactRefused(
            "signature", SIGNATURE, seen="another value", expected=expected
        ) from None
