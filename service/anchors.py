"""The certificates that are trusted as roots: files in one folder, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import Invalid
from verification.values import Text

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})


def read_anchors(folder: Path | None) -> tuple[bytes, ...]:
    """Give every certificate in the folder as DER, sorted; no folder, no anchors.

    Raises Invalid for a folder that is none or not there and for a file that is no certificate.
    """
    if folder is None:
        return ()
    if not folder.is_dir():
        raise Invalid(
            _no_folder(folder),
            remedy=Text(
                zh="请给出放有根证书（PEM 或 DER）的目录，或不设置它。",
                en="Give a folder that holds root certificates (PEM or DER), or leave it unset.",
            ),
        )
    found = {
        der
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in SUFFIXES
        for der in _read(path)
    }
    return tuple(sorted(found))


def _no_folder(path: Path) -> Text:
    if path.exists():
        return Text(
            zh=f"根证书目录 {path} 是文件，不是目录。",
            en=f"The folder of root certificates, {path}, is a file, not a folder.",
        )
    return Text(
        zh=f"根证书目录 {path} 不存在。",
        en=f"The folder of root certificates, {path}, is not there.",
    )


def _read(path: Path) -> list[bytes]:
    from cryptography import x509  # noqa: PLC0415 - only where there are certificates to read
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    data = path.read_bytes()
    try:
        if b"-----BEGIN" in data:
            certificates = x509.load_pem_x509_certificates(data)
        else:
            certificates = [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise Invalid(
            Text(
                zh=f"{path} 不是证书：读不出 PEM 或 DER 编码的证书。",
                en=f"{path} holds no certificate: nothing in it reads as PEM or DER.",
            ),
            remedy=Text(
                zh="请移走该文件，或换成 PEM/DER 格式的根证书。",
                en="Take it out, or put a root certificate in PEM or DER there.",
            ),
        ) from error
    return [certificate.public_bytes(Encoding.DER) for certificate in certificates]
