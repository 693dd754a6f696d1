"""`countermark evidence`: packs that a third party can check."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli import house
from service.cli.files import name_of, open_file, read_up_to, tell_unreadable, unwritable
from service.cli.messages import COULD_NOT, WRONG, give_up, tell
from service.cli.terms import AsOf, MailKeys, PolicyName, TrustFolder, terms_for
from verification.values import Text

if TYPE_CHECKING:
    from verification.evidence import Inspection, Pack, Place
    from verification.sandbox.client import Sandbox
    from verification.terms import Request
    from verification.values import Report

group = typer.Typer(no_args_is_help=True)
#: Forty crops and two reports stay far below.
_MOST_PACK_BYTES = 256 * 1024 * 1024


@group.callback()
def about() -> None:
    """Evidence packs: made, and checked by whoever is handed one."""


@group.command()
def key() -> None:
    """Print the public key of this installation, for those who check its packs."""
    from service import keys

    with house.telling_errors():
        typer.echo(keys.public_pem(keys.evidence_key(house.settings())), nl=False)


@group.command()
def make(
    path: Annotated[Path, typer.Argument(help="The file to judge.")],
    *,
    out: Annotated[Path, typer.Option(help="Where the pack is written.")],
    policy: PolicyName = "signed-or-not",
    at: AsOf = None,
    trust: TrustFolder = None,
    mail_keys: MailKeys = None,
) -> None:
    """Judge a file and write the signed evidence pack.

    Exit code 0: the file PASSED; 1: something else; 2: it could not be done.
    """
    from service import keys
    from verification.evidence import assemble
    from verification.terms import Request

    request = Request(name=name_of(path), terms=terms_for(policy, at, trust, mail_keys))
    data = _read(path, request.terms.limits.file_bytes)
    with house.telling_errors():
        signing = keys.evidence_key(house.settings())
    contents = _examine(data, request)
    pack = assemble(contents, sign=signing.sign, public_key=keys.public_bytes(signing))
    try:
        out.write_bytes(pack)
    except OSError as error:
        give_up(unwritable(out, error))
    verdict = contents.report.verdict
    tell(Text(zh=f"已写入 {out}：{verdict}。", en=f"Wrote {out}: {verdict}."))
    raise typer.Exit(0 if verdict == "PASSED" else WRONG)


@group.command()
def verify(
    pack: Annotated[Path, typer.Argument(help="The evidence pack.")],
    *,
    key: Annotated[
        Path | None, typer.Option(help="The issuer's public key (PEM), as you got it from them.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="The original, to compare with what the pack speaks of.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Judge the original again and compare the reports.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check signature, members and sense of a pack, and the original where it is at hand.

    Exit code 0: it holds and the key is the one given; 1: it does not, or that is open; 2: it
    could not be looked at.
    """
    from service.keys import read_public
    from verification.evidence import inspect

    if again and file is None:
        tell(Text(zh="--again 需要 --file 给出原件。", en="--again needs the original: --file."))
        raise typer.Exit(COULD_NOT)
    with house.telling_errors():
        known = None if key is None else read_public(key)
    inspection = inspect(_read(pack, _MOST_PACK_BYTES), key=known)
    original = _compare(inspection, file, again=again)
    if as_json:
        typer.echo(json.dumps(_told(pack, inspection, original), ensure_ascii=False))
    _tell(inspection, original)
    right = inspection.status == "PASSED" and set(original.values()) <= {"same", "not_done"}
    raise typer.Exit(0 if right else WRONG)


def _read(path: Path, most: int) -> bytes:
    data = read_up_to(path, most)
    if data is None:
        raise typer.Exit(COULD_NOT)
    return data


def _examine(data: bytes, request: Request) -> Pack:
    from service.actions.evidence import crops, software
    from verification.evidence import Pack
    from verification.sandbox.client import Sandbox

    with Sandbox.start(limits=request.terms.limits) as sandbox:
        report = _judge(sandbox, data, request)
        return Pack(
            report=report,
            request=request,
            crops=tuple(crops(report, lambda place: _draw(sandbox, data, place))),
            made_at=request.terms.at,
            software=software(),
        )


def _judge(sandbox: Sandbox, data: bytes, request: Request) -> Report:
    import io

    from verification.sandbox.verify import verify_file

    return verify_file(sandbox, io.BytesIO(data), request)


def _draw(sandbox: Sandbox, data: bytes, place: Place) -> bytes:
    from service.actions.evidence import CROP_SIDE
    from service.errors import NotShowable
    from verification.pages.picture import Wanted
    from verification.pages.png import encode
    from verification.sandbox.render import NotRendered, render_file

    wanted = Wanted(page=place.page, max_side=CROP_SIDE, clip=place.box)
    picture = render_file(sandbox, data[: place.first_bytes], wanted)
    if isinstance(picture, NotRendered):
        raise NotShowable(picture.message)
    return encode(picture)


def _compare(inspection: Inspection, file: Path | None, *, again: bool) -> dict[str, str]:
    """Compare the original: its bytes, and its report when it is judged once more."""
    import hashlib

    from verification.sandbox.client import Sandbox

    found = {"original": "not_done", "again": "not_done"}
    if file is None or inspection.report is None or inspection.request is None:
        return found
    opened = open_file(file)
    if opened is None:
        raise typer.Exit(COULD_NOT)
    with opened:
        try:
            # By pieces: a wrong file may be of any size.
            same = hashlib.file_digest(opened, "sha256").hexdigest() == inspection.report.sha256
            opened.seek(0)
            # A pack that is not known to be its issuer's is not let run anything.
            again = again and same and inspection.status == "PASSED"
            data = opened.read() if again else b""
        except OSError as error:
            tell_unreadable(file, error)
            raise typer.Exit(COULD_NOT) from None
    found["original"] = "same" if same else "other"
    if again:
        with Sandbox.start(limits=inspection.request.terms.limits) as sandbox:
            anew = _judge(sandbox, data, inspection.request)
        settled = replace(anew, sandbox=inspection.report.sandbox)
        found["again"] = "same" if settled == inspection.report else "other"
    return found


def _told(pack: Path, inspection: Inspection, original: dict[str, str]) -> dict[str, Any]:
    from verification.codec import to_json

    report = inspection.report
    return {
        "pack": name_of(pack),
        "status": inspection.status.value,
        "key": inspection.key,
        "faults": [to_json(fault) for fault in inspection.faults],
        "sha256": report.sha256 if report else None,
        "verdict": report.verdict.value if report else None,
        "sub_indication": report.sub_indication if report else None,
        "policy": report.policy if report else None,
        "requirement": inspection.request.terms.requirement.id if inspection.request else None,
        **original,
    }


_ORIGINALS = {
    ("original", "same"): Text(
        zh="原件与包内所述一致。", en="The original is the file it speaks of."
    ),
    ("original", "other"): Text(
        zh="这不是包内所述的文件（SHA-256 不同）。",
        en="This is not the file that the pack speaks of (another SHA-256).",
    ),
    ("again", "same"): Text(
        zh="重新检查得到同一份报告。", en="Judged again, the report is the same."
    ),
    ("again", "other"): Text(
        zh="重新检查得到的报告不同；请核对 software.json 中的版本。",
        en="Judged again, the report differs; compare the versions in software.json.",
    ),
}


def _tell(inspection: Inspection, original: dict[str, str]) -> None:
    for fault in inspection.faults:
        tell(fault.message)
    report = inspection.report
    if report is not None:
        reason = f" / {report.sub_indication}" if report.sub_indication else ""
        # A verdict says nothing to who does not know what was asked.
        asked = inspection.request.terms.requirement.id if inspection.request else "?"
        tell(
            Text(
                zh=f"{inspection.status}：{report.path} 的结论是 {report.verdict}{reason}"
                f"（策略 {report.policy}，要求 {asked}）；公钥 SHA-256 {inspection.key}。",
                en=f"{inspection.status}: {report.path} was judged {report.verdict}{reason} "
                f"(policy {report.policy}, requirement {asked}); "
                f"SHA-256 of the key {inspection.key}.",
            )
        )
    for question, answer in original.items():
        if (question, answer) in _ORIGINALS:
            tell(_ORIGINALS[question, answer])
    if inspection.remedy is not None:
        tell(inspection.remedy)
