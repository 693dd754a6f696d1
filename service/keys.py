"""Keys that sign evidence packs and models: made once, kept in the data folder, ours to read."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from service.errors import Invalid
from service.system_words import why
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from service.settings import Settings


def evidence_key(settings: Settings) -> Ed25519PrivateKey:
    """Give the key that signs evidence packs (RFC 8032). Raises Invalid for a file without one."""
    path = settings.evidence_key or settings.data / "evidence-key.pem"
    return _private(path, given=settings.evidence_key is not None)


def models_key(settings: Settings) -> Ed25519PrivateKey:
    """Give the key that signs the models trained here. Raises Invalid for a file without one."""
    return _private(settings.data / "models-key.pem", given=False)


def trusted_models(settings: Settings) -> frozenset[bytes]:
    """Give the keys whose models may decide: ours, and each .pem in the data folder's `model-keys`.

    Raises Invalid for a file that holds no public key.
    """
    given = sorted((settings.data / "model-keys").glob("*.pem"))
    own = public_bytes(models_key(settings))
    return frozenset({own, *(read_public(path) for path in given)})


def _private(path: Path, *, given: bool) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - heavy
        Ed25519PrivateKey,
    )
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        pem = path.read_bytes() if given else _kept(path, _fresh_pem)
        key = load_pem_private_key(pem, password=None)
    except (OSError, ValueError, TypeError) as error:
        raise _no_key(path, _seen(error)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path, _OTHER)
    return key


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Give the 32 bytes that others check with."""
    return key.public_key().public_bytes_raw()


def public_pem(key: Ed25519PrivateKey) -> str:
    """Give what is handed to others."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - heavy
        Encoding,
        PublicFormat,
    )

    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode("ascii")


def read_public(path: Path) -> bytes:
    """Read a public key that somebody was handed, as 32 bytes. Raises Invalid."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - heavy
        Ed25519PublicKey,
    )
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _no_key(path, _seen(error)) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(path, _OTHER)
    return key.public_bytes_raw()


def _fresh_pem() -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - heavy
        Ed25519PrivateKey,
    )
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    fresh = Ed25519PrivateKey.generate()
    return fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """Give what a file holds, made by the first who needs it.

    Processes that start together agree: whoever links the file first has made it.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(prefix=f"{path.name}-", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was faster; its key counts
        finally:
            Path(fresh).unlink()
    return path.read_bytes()


_OTHER = Text(zh="里面是另一种密钥", en="it holds a key of another kind")


def _seen(error: Exception) -> Text:
    """Say why no key was read; what the library says of itself stays out."""
    if isinstance(error, OSError):
        return why(error)
    return Text(zh="读不出 PEM 编码的密钥", en="nothing in it reads as a key")


def _no_key(path: Path, seen: Text) -> Invalid:
    return Invalid(
        Text(
            zh=f"{path} 不是 Ed25519 密钥（PEM）：{seen.zh}。",
            en=f"{path} holds no Ed25519 key in PEM: {seen.en}.",
        ),
        remedy=Text(
            zh="请给出 Ed25519 密钥文件（openssl genpkey -algorithm ed25519）；"
            "公钥由 countermark evidence key 或 countermark models key 给出。",
            en="Give a file with an Ed25519 key (openssl genpkey -algorithm ed25519); "
            "`countermark evidence key` and `countermark models key` print the public ones.",
        ),
    )
