"""Modules that are imported on first use somewhere: all of them, before the door is shut."""

from __future__ import annotations

import encodings
import pkgutil
from contextlib import suppress
from importlib import import_module

import verification

#: Imported inside functions of libraries that our readers call; found by reading their source.
#: By name alone: this is not a second home of any of them.
_PUT_OFF = (
    "PIL.ImageCms",
    "PIL.ImageFilter",
    "_strptime",  # datetime.strptime
    "array",  # socket.recv_fds
    "colorsys",
    "cryptography.hazmat.backends.openssl.backend",
    "dateutil.parser",
    "decimal",
    "email.generator",
    "email.mime.message",
    "email.mime.text",
    "heapq",  # collections.Counter.most_common
    "html.entities",
    "pyhanko.pdf_utils.crypt._saslprep",
    "pyhanko.pdf_utils.filters",
    "pyhanko.pdf_utils.metadata.xmp_xml",
    "stringprep",
    "unicodedata",
    "uuid",
)

#: This package itself: its programs are not to be run by importing them.
_LEFT_OUT = "verification.sandbox"


def load_all() -> None:
    """Import every module of this room, every text encoding, and what libraries put off."""
    for module in pkgutil.walk_packages(verification.__path__, "verification."):
        if not module.name.startswith(_LEFT_OUT):
            import_module(module.name)
    for module in pkgutil.iter_modules(encodings.__path__, "encodings."):
        with suppress(ImportError):  # those of Windows
            import_module(module.name)
    for name in _PUT_OFF:
        with suppress(ImportError):  # an optional one, or one that moved: then a check says so
            import_module(name)
    for name in ("gb18030", "gbk", "big5", "big5hkscs", "shift_jis", "euc_kr", "idna", "utf-16"):
        "a".encode(name).decode(name)  # their tables are loaded by the first use
