"""`python -m benchmarks [GROUP]`: run a group of benchmarks, or all of them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Far beyond what any of them takes on a busy machine.
PATIENCE_S = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One benchmark: a program of its own, so that nothing it does reaches the next one."""

    module: str
    #: On two cores that have nothing else to do.
    takes: str


GROUPS: Mapping[str, Group] = {
    "type": Group(module="benchmarks.type_identification", takes="about 10 seconds"),
    "polyglots": Group(module="benchmarks.type_polyglots", takes="about 5 seconds"),
    "time": Group(module="benchmarks.dated_media", takes="about 20 seconds"),
    "examine": Group(module="benchmarks.examine_cpu", takes="about a minute"),
    "pdf": Group(module="benchmarks.pdf_signed", takes="about half a minute"),
    "attacks": Group(module="benchmarks.attacks", takes="about half a minute"),
    "masking": Group(module="benchmarks.masking", takes="about a minute"),
    "ooxml": Group(module="benchmarks.ooxml_signed", takes="about 10 seconds"),
    "ofd": Group(module="benchmarks.ofd_sealed", takes="about 20 seconds"),
    "roi": Group(module="benchmarks.roi_books", takes="about a minute"),
    "mail": Group(module="benchmarks.mail_signed", takes="about 20 seconds"),
    "seal": Group(module="benchmarks.page_seals", takes="about two minutes"),
    "rings": Group(module="benchmarks.seal_rings", takes="about five minutes"),
    "video": Group(module="benchmarks.video", takes="about ten minutes"),
    "quotes": Group(module="benchmarks.quotes", takes="about half a minute"),
    "letters": Group(module="benchmarks.letters", takes="about half a minute"),
    "hints": Group(module="benchmarks.hints", takes="about 20 minutes"),
    "cpu": Group(module="benchmarks.verdict_cpu", takes="about a minute"),
    "signature": Group(module="benchmarks.signature_pages", takes="about 2 minutes"),
    "sheets": Group(module="benchmarks.signed_sheets", takes="about 8 minutes"),
    "decoys": Group(module="benchmarks.decoy_sheets", takes="about a minute"),
    "hostile": Group(module="benchmarks.hostile", takes="about 5 minutes"),
    "ocr": Group(module="benchmarks.ocr", takes="about 12 minutes"),
    "curved": Group(module="benchmarks.curved", takes="about three minutes"),
    "sandbox": Group(module="benchmarks.sandbox", takes="about 2 minutes"),
    "executors": Group(module="benchmarks.rules_executors", takes="about a minute"),
    "rules_persist": Group(module="benchmarks.rules_persist", takes="about a minute"),
    "rules_check": Group(module="benchmarks.rules_check", takes="about half a minute"),
    "reuse": Group(module="benchmarks.reuse", takes="about 10 minutes"),
    "reuse_demo": Group(module="benchmarks.reuse_demo", takes="about 2 minutes"),
    "reuse_films": Group(module="benchmarks.reuse_films", takes="about 20 minutes"),
    "reuse_paths": Group(module="benchmarks.reuse_paths", takes="about 5 minutes"),
    "reuse_small": Group(module="benchmarks.reuse_small_print", takes="about 10 minutes"),
    "reuse_texts": Group(module="benchmarks.reuse_texts", takes="about a minute"),
    "coefficient_fit": Group(module="benchmarks.coefficient_fit", takes="about 5 minutes"),
    "coefficient_search": Group(module="benchmarks.coefficient_search", takes="about 5 minutes"),
    "coefficient_speed": Group(module="benchmarks.coefficient_speed", takes="about a minute"),
    "fairness": Group(module="benchmarks.fairness", takes="about half a minute"),
    "artefacts": Group(module="benchmarks.artefacts", takes="about 3 minutes"),
    "identical": Group(module="benchmarks.identical", takes="about 3 minutes"),
    "scoring": Group(module="benchmarks.scoring", takes="about 2 minutes"),
    "causes_localise": Group(module="benchmarks.causes_localise", takes="about two minutes"),
    "causes_rank": Group(module="benchmarks.causes_rank", takes="about five minutes"),
    "causes_golden": Group(module="benchmarks.causes_golden", takes="about four minutes"),
    "causes_detect": Group(module="benchmarks.causes_detect", takes="about two minutes"),
    "causes_amounts": Group(module="benchmarks.causes_amounts", takes="about two minutes"),
    "causes_cpu": Group(module="benchmarks.causes_cpu", takes="about two minutes"),
    "causes_real": Group(module="benchmarks.causes_real", takes="about a minute"),
    "uploads": Group(module="benchmarks.uploads", takes="about a minute"),
    "registry": Group(module="benchmarks.registry", takes="about two minutes"),
}
#: Names for several at once.
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "verification": (
        "type",
        "polyglots",
        "time",
        "examine",
        "pdf",
        "attacks",
        "masking",
        "ooxml",
        "ofd",
        "mail",
        "seal",
        "rings",
        "video",
        "quotes",
        "letters",
        "hints",
        "roi",
        "cpu",
        "signature",
        "sheets",
        "decoys",
        "hostile",
        "reuse",
        "reuse_demo",
        "reuse_films",
        "reuse_paths",
        "reuse_small",
        "reuse_texts",
        "ocr",
        "curved",
        "sandbox",
    ),
    "rules": ("executors", "rules_persist", "rules_check"),
    "coefficient": (
        "coefficient_fit",
        "coefficient_search",
        "coefficient_speed",
        "fairness",
        "artefacts",
        "identical",
        "scoring",
    ),
    "service": ("uploads", "registry"),
    "causes": (
        "causes_localise",
        "causes_detect",
        "causes_amounts",
        "causes_cpu",
        "causes_real",
        "causes_rank",
        "causes_golden",
    ),
}


def chosen(arguments: Sequence[str]) -> tuple[str, ...]:
    """Give the groups that were asked for, all where none was. Raises LookupError."""
    if not arguments:
        return tuple(GROUPS)
    known = {**{name: (name,) for name in GROUPS}, **BUNDLES}
    unknown = [name for name in arguments if name not in known]
    if unknown:
        raise LookupError(f"no group is called {', '.join(unknown)}; there are {', '.join(known)}")
    return tuple(dict.fromkeys(name for asked in arguments for name in known[asked]))


def run(names: Sequence[str], groups: Mapping[str, Group] = GROUPS) -> int:
    """Run them one after the other; 1 where one failed, else 2 where one could not measure."""
    codes = [_run(name, groups[name]) for name in names]
    if any(code not in {0, 2} for code in codes):
        return 1
    return max(codes, default=0)


def _run(name: str, group: Group) -> int:
    print(f"== {name}: {group.takes}", flush=True)
    try:
        done = subprocess.run([sys.executable, "-m", group.module], check=False, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        print(f"{name}: not done within {PATIENCE_S} s", file=sys.stderr)
        return 1
    if done.returncode:
        print(f"{name}: ended with {done.returncode}", file=sys.stderr)
    return done.returncode


def main() -> int:
    """Run what the command line names; 2 for a name that does not exist."""
    try:
        names = chosen(sys.argv[1:])
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    return run(names)


if __name__ == "__main__":
    sys.exit(main())
