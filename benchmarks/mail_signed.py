"""Signed mail: which attacks are accepted, by us and by ``openssl cms -verify``, and what it costs.

Real attacks are the corpus `mail` ("Johnny, you are fired!", RUB): the folders ``01-cms``,
``03-mime`` and ``04-id``, where names beginning ``valid_`` are valid; judged at a time when
their certificates were, with their issuer as the only root. Accepted is a mail of which any
signature PASSED. Own variants come from `tests/verification/mail_attacks.py`; the peer is given
the same root. An S/MIME part that openssl finds nowhere (wrapped ones) counts as not accepted, and
so does everything of PGP. A mutation changes one byte of the signed part.

Takes about 20 seconds. Run: ``python -m benchmarks mail``; without COUNTERMARK_CORPORA only our own
variants are measured.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from benchmarks.promise import record
from tests.verification import mail_attacks, mailing
from tests.verification import signing as made
from verification.limits import Limits
from verification.readers import dkim, smime
from verification.readers.mime.parts import split
from verification.readers.smime.cms_message import open_cms
from verification.readers.smime.finding import find_places
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.values import Signature

ATTACKS = ("01-cms", "03-mime", "04-id")
#: When the certificates of the corpus were in force.
THEN = datetime(2019, 3, 1, tzinfo=UTC)
SEED = 20_260_601
MUTATIONS = 1_000
REPEATS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail, whether it is valid, and under which root and when it is judged."""

    name: str
    mail: bytes
    valid: bool
    root: bytes
    at: datetime


def signatures_of(mail: bytes, root: bytes, at: datetime) -> Sequence[Signature]:
    """Do what the claim source does: people's signatures, then the domains'."""
    parts = split(mail, Limits())
    found = smime.read(
        parts, at=at, anchors=(root,), limits=Limits(), envelope=smime.Envelope()
    ).signatures
    return [*found, *dkim.read(parts, (), at).signatures]


def corpus_anchors(folder: Path) -> bytes:
    """Give the issuer of the corpus: the certificate in a valid mail that signed the others."""
    mail = split((folder / "01-cms/valid_email_from_manager.eml").read_bytes(), Limits())
    (place,) = find_places(mail)
    carried = [one.chosen for one in open_cms(place.cms).signed_data["certificates"]]
    issuers = {one.issuer.dump() for one in carried}
    root: bytes = next(one.dump() for one in carried if one.subject.dump() in issuers)
    return root


def corpus_signatures(mail: bytes, root: bytes) -> Sequence[Signature]:
    return signatures_of(mail, root, THEN)


def accepted(sample: Sample) -> bool:
    found = signatures_of(sample.mail, sample.root, sample.at)
    return any(one.status is Status.PASSED for one in found)


def accepted_by_openssl(sample: Sample, folder: Path) -> bool:
    """Ask openssl as its manual shows it, with the root to trust and the time to judge at."""
    pem = x509.load_der_x509_certificate(sample.root).public_bytes(Encoding.PEM)
    (folder / "root.pem").write_bytes(pem)
    (folder / "mail.eml").write_bytes(sample.mail)
    done = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-in", str(folder / "mail.eml"), "-out", os.devnull),
            *("-CAfile", str(folder / "root.pem"), "-partial_chain", "-purpose", "any"),
            *("-attime", str(int(sample.at.timestamp()))),
        ],
        capture_output=True,
        check=False,
        timeout=30,
    )
    return done.returncode == 0


def own_samples() -> list[Sample]:
    root = made.authority().der
    return [
        Sample(name, mail, valid, root, made.NOW)
        for valid, table in ((False, mail_attacks.attacks()), (True, mail_attacks.honest()))
        for name, mail in table
    ]


def corpus_samples(folder: Path) -> list[Sample]:
    root = corpus_anchors(folder)
    return [
        Sample(path.name, path.read_bytes(), path.name.startswith("valid_"), root, THEN)
        for group in ATTACKS
        for path in sorted((folder / group).glob("*.eml"))
    ]


def report(title: str, samples: list[Sample]) -> None:
    """Print the table of one set and record its promises."""
    ours = [accepted(sample) for sample in samples]
    theirs: list[bool] = []
    if shutil.which("openssl"):
        with tempfile.TemporaryDirectory() as folder:
            theirs = [accepted_by_openssl(sample, Path(folder)) for sample in samples]
    print(f"{title:60} {'ours':10} openssl cms -verify")
    for index, sample in enumerate(samples):
        said = ["accepted" if found[index] else "–" for found in (ours, theirs) if found]
        kind = "valid" if sample.valid else "attack"
        print(f"  {kind:7}{sample.name[:50]:51} {said[0]:10} {' '.join(said[1:])}")
    for valid, name in ((False, "attacks_accepted"), (True, "valid_rejected")):
        chosen = [index for index, sample in enumerate(samples) if sample.valid is valid]
        wrong = [sum(found[i] is not valid for i in chosen) for found in (ours, theirs) if found]
        record(
            id=f"verification.mail.{title}.{name}",
            value=wrong[0],
            unit="mails",
            better="lower",
            aim=0,
            peer="openssl cms -verify",
            peer_value=wrong[1] if len(wrong) > 1 else None,
            own_value=wrong[0],
            n=len(chosen),
        )


def report_mutations() -> None:
    """Change one byte of what is signed at a time; none may pass."""
    dice = random.Random(SEED)  # noqa: S311 - seeded, not a secret
    mail = mailing.signed()
    begin = mail.index(mailing.TEXT)
    passed = 0
    for _ in range(MUTATIONS):
        changed = bytearray(mail)
        changed[begin + dice.randrange(len(mailing.TEXT))] ^= dice.randrange(1, 256)
        found = signatures_of(bytes(changed), made.authority().der, made.NOW)
        passed += any(one.status is Status.PASSED for one in found)
    domain, key = mailing.domain_signed(mailing.HEADER + mailing.TEXT), mailing.mail_key()
    body = domain.index(b"\r\n\r\n", domain.index(b"Content-Type")) + 4
    letters = [at for at in range(body, len(domain)) if domain[at : at + 1] not in b" \t\r\n"]
    for _ in range(MUTATIONS):
        changed = bytearray(domain)
        at = dice.choice(letters)
        changed[at] ^= dice.choice((1, 2, 4, 8))
        found = dkim.read(split(bytes(changed), Limits()), (key,), made.NOW).signatures
        passed += any(one.status is Status.PASSED for one in found)
    record(
        id="verification.mail.mutations_passed",
        value=passed,
        unit="mails",
        better="lower",
        aim=0,
        peer="none",
        peer_value=None,
        own_value=passed,
        n=2 * MUTATIONS,
        note="one byte of the signed part (S/MIME) or one letter of the text (DKIM)",
    )


def report_times(samples: list[Sample]) -> None:
    """Record the CPU time of a mail, best of some runs."""
    own = [min(_once(sample) for _ in range(REPEATS)) for sample in samples]
    middle, last = statistics.median(own), statistics.quantiles(own, n=20)[-1]
    for name, value, aim in (("median_ms", middle, 20), ("p95_ms", last, 40)):
        record(
            id=f"verification.mail.{name}",
            value=value,
            unit="ms",
            better="lower",
            aim=aim,
            peer="none",
            peer_value=None,
            own_value=value,
            n=len(own),
            note="CPU, warm, outside the sandbox",
        )


def _once(sample: Sample) -> float:
    begin = time.process_time()
    accepted(sample)
    return (time.process_time() - begin) * 1000


def main() -> int:
    """Run all parts; 2 where the corpus is not at hand."""
    own = own_samples()
    report("own", own)
    report_mutations()
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root or not (Path(root) / "mail").is_dir():
        report_times(own)
        print("COUNTERMARK_CORPORA names no folder with mail in it", file=sys.stderr)
        return 2
    real = corpus_samples(Path(root) / "mail")
    report("johnny", real)
    report_times([*own, *real])
    return 0


if __name__ == "__main__":
    sys.exit(main())
