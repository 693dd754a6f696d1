"""Pages known again: ten ways to copy, forms of one template as negatives, hashes as peers.

`python -m benchmarks.reuse [PAGES] [INDEXED]`: so many own forms, receipts and letters each, and so
many made-up pages in the index that is looked up.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks._seen_index import look_up
from service.actions.reuse_pages import FEWEST_VOTES
from tests.verification.papers import COPIES, fingerprint, form, renamed, report
from verification.fingerprints import words
from verification.fingerprints.likeness import compare

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from verification.fingerprints.pages import Opened

#: Bits in which a hash of 64 may differ, and one of 256: what their makers call a match.
HASH_BITS = {64: 10, 256: 31}
FORMS_OF_ONE = 4
#: The first of the templates by which no limit was set.
KEPT_BACK = 1000
KNOWN = {"same", "same_but_changed"}


def difference_hash(page: Image.Image) -> NDArray[np.bool_]:
    """Give dHash: whether each of 8 by 8 fields is lighter than its neighbour."""
    small = np.asarray(page.convert("L").resize((9, 8)), np.int16)
    return np.asarray(small[:, 1:] > small[:, :-1]).ravel()


def cosine_hash(page: Image.Image) -> NDArray[np.bool_]:
    """Give pHash: the signs of 8 by 8 low frequencies against their median."""
    small = np.asarray(page.convert("L").resize((32, 32)), np.float64)
    step = np.arange(32)
    basis = np.cos(np.pi * (2 * step[None, :] + 1) * step[:, None] / 64)
    low = (basis @ small @ basis.T)[:8, :8].ravel()
    return np.asarray(low > np.median(low))


def pdq_hash(page: Image.Image) -> NDArray[np.bool_]:
    """Give PDQ of 256 bits (package pdqhash)."""
    found, _quality = import_module("pdqhash").compute(np.asarray(page.convert("RGB")))
    return np.asarray(found, np.bool_)


def image_hash(page: Image.Image) -> NDArray[np.bool_]:
    """Give pHash as the package imagehash makes it."""
    return np.asarray(import_module("imagehash").phash(page).hash, np.bool_).ravel()


PEERS: dict[str, Callable[[Image.Image], NDArray[np.bool_]]] = {
    "pHash": cosine_hash,
    "dHash": difference_hash,
    # Neither is a dependency: each stands in the table where it is installed.
    **({"imagehash pHash": image_hash} if find_spec("imagehash") else {}),
    **({"PDQ": pdq_hash} if find_spec("pdqhash") else {}),
}


def originals(count: int) -> list[Image.Image]:
    """Give own forms, and pages of the corpora where these are."""
    found = [form(template, 0) for template in range(count)]
    root = os.environ.get("COUNTERMARK_CORPORA")
    for name in ("receipts", "signature-pages") if root else ():
        for path in sorted(Path(str(root), name).glob("*.jpg"))[:count]:
            with Image.open(path) as opened:
                page = opened.convert("RGB")
            page.thumbnail((1300, 1300))
            found.append(page)
    return found


@cache
def form_print(template: int, filled: int) -> Opened | None:
    """Give what is kept of a form; forms are compared in several tables, and drawn once."""
    return fingerprint(form(template, filled))


def known(one: Opened | None, other: Opened | None) -> bool:
    """Say whether the two are told as one document, the candidate search included."""
    if one is None or other is None:
        return False
    shared = set(words.asked(one)) & set(words.words(other, words.KEPT))
    return len(shared) >= FEWEST_VOTES and compare(one, other).kind in KNOWN


def recall(pages: list[Image.Image], ours: list[Opened | None]) -> None:
    """Print how many copies of each kind are known, by us and by the peers.

    Even pages are those by which the sets of bits were chosen. Found by rare words: were all words
    that two of the pages share left out, as the index leaves out those on more than `MOST_PAGES`
    pages.
    """
    theirs = {name: [make(page) for page in pages] for name, make in PEERS.items()}
    kept = [set(words.words(one, words.KEPT)) if one else set() for one in ours]
    on = Counter(word for page in kept for word in page)
    rare = [{word for word in page if on[word] == 1} for page in kept]
    for name, copy in COPIES.items():
        copies = [copy(page) for page in pages]
        prints = [fingerprint(one) for one in copies]
        hits = [known(one, was) for one, was in zip(prints, ours, strict=True)]
        sought = [set(words.asked(one)) if one else set() for one in prints]
        found = sum(len(one & was) >= FEWEST_VOTES for one, was in zip(sought, rare, strict=True))
        said = [f"{name:18} n={len(pages)} ours {sum(hits) / len(pages):.3f}"]
        said.append(f"(even {sum(hits[::2])}, odd {sum(hits[1::2])})")
        said.append(f"found by rare words alone {found / len(pages):.3f}")
        for peer, make in PEERS.items():
            near = sum(
                int((make(one) != was).sum()) <= HASH_BITS[was.size]
                for one, was in zip(copies, theirs[peer], strict=True)
            )
            said.append(f"{peer} {near / len(pages):.3f}")
        print("  ".join(said), flush=True)


def false_alarms(name: str, templates: range) -> None:
    """Print how many pairs of forms of one template, filled in otherwise, are taken for one."""
    wrong, pairs, near = 0, 0, dict.fromkeys(PEERS, 0)
    for template in templates:
        prints = [form_print(template, filled) for filled in range(FORMS_OF_ONE)]
        pages = [form(template, filled) for filled in range(FORMS_OF_ONE)]
        theirs = {peer: [make(page) for page in pages] for peer, make in PEERS.items()}
        for one, other in combinations(range(FORMS_OF_ONE), 2):
            pairs += 1
            wrong += known(prints[one], prints[other])
            for peer, hashes in theirs.items():
                bits = int((hashes[one] != hashes[other]).sum())
                near[peer] += bits <= HASH_BITS[hashes[one].size]
    peers = "  ".join(f"{peer} {count / pairs:.3f}" for peer, count in near.items())
    print(f"{name}, other content: n={pairs} ours {wrong / pairs:.4f}  {peers}", flush=True)


def false_alarms_of_copies(name: str, templates: range) -> None:
    """Print the same where one of the two is a copy: a photo of another form is another form."""
    wrong = dict.fromkeys(COPIES, 0)
    for template in templates:
        earlier = [form_print(template, filled) for filled in (1, 2)]
        page = form(template, 0)
        for kind, copy in COPIES.items():
            later = fingerprint(copy(page))
            wrong[kind] += sum(known(later, was) for was in earlier)
    pairs = 2 * len(templates)
    told = "  ".join(f"{kind} {count}" for kind, count in wrong.items())
    print(f"{name}, copies of another filling: n={pairs} each: {told}", flush=True)


def reports(templates: range) -> None:
    """Print how many reports that are nearly all template are told, honest and with a name set."""
    wrong = pairs = renamings = 0
    for template in templates:
        prints = [fingerprint(report(template, customer)) for customer in range(3)]
        for one, other in combinations(prints, 2):
            pairs += 1
            wrong += known(one, other)
        renamings += known(fingerprint(renamed(template, 0)), prints[0])
    count = len(templates)
    print(f"reports of one template: n={pairs} told {wrong}", flush=True)
    print(f"reports with the name alone changed: n={count} told {renamings}", flush=True)


def main() -> int:
    """Run them all; the figures stand in docs/checks/reuse.md."""
    given = [int(one) for one in sys.argv[1:]]
    count = given[0] if given else 20
    indexed = given[1] if len(given) > 1 else 100_000
    chose, others = range(count), range(KEPT_BACK, KEPT_BACK + count * 5 // 2)
    false_alarms("templates that chose the limits", chose)
    false_alarms("templates kept back", others)
    false_alarms_of_copies("templates that chose the limits", chose)
    false_alarms_of_copies("templates kept back", others[: count * 3 // 2])
    reports(others)
    pages = originals(count)
    ours = [fingerprint(page) for page in pages]
    recall(pages, ours)
    look_up([one for one in ours if one is not None], indexed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
