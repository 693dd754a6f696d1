"""A file that is no key and no certificate is refused in words of our own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from service.anchors import read_anchors
from service.errors import Invalid
from service.keys import read_public

if TYPE_CHECKING:
    from pathlib import Path

_LIBRARY = re.compile(r"ParseError|cryptography|https?:|Unable|asn1", re.IGNORECASE)


def test_junk_for_a_key_or_a_root_is_told_without_the_words_of_the_library(tmp_path: Path) -> None:
    junk = tmp_path / "a.pem"
    junk.write_text("junk")
    for read in (lambda: read_public(junk), lambda: read_anchors(tmp_path)):
        with pytest.raises(Invalid) as caught:
            read()
        assert not _LIBRARY.search(f"{caught.value.message.zh} {caught.value.message.en}")
