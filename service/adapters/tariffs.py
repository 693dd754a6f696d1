"""`ports.tariffs.Tariffs`: a card file and the storage; models stay open once they were."""

from __future__ import annotations

import hashlib
import logging
import threading
from importlib.resources import files
from typing import TYPE_CHECKING

from service import keys
from service.errors import Invalid, ServiceError
from service.ports.tariffs import CardInForce, OpenedModel, RankerFiles
from service.system_words import why
from verification.values import Text

if TYPE_CHECKING:
    from pathlib import Path

    from models.coefficient.card import RateCard
    from service.ports.storage import Storage
    from service.settings import Settings

LOG = logging.getLogger("countermark.service")
MOST_CARD_BYTES = 1 << 20
#: Champions of the last periods; each holds its trees in memory.
MOST_OPEN = 4


class KeptTariffs:
    """Safe for threads; of several who ask for one model the first opens it."""

    def __init__(self, settings: Settings, storage: Storage) -> None:
        self._settings, self._storage = settings, storage
        self._guard = threading.Lock()
        self._open: dict[str, OpenedModel] = {}
        self._card: CardInForce | None = None
        self._kept: set[str] = set()
        #: The champion, opened once: it is tried in a process of its own.
        self._rankers: dict[str, RankerFiles] = {}
        #: The keys that what is open was opened by.
        self._trusted: frozenset[bytes] = frozenset()

    def card(self) -> CardInForce:
        data = card_text(self._settings.card)
        with self._guard:
            if self._card is None or self._card.text != data:
                named = hashlib.sha256(data).hexdigest()
                self._card = CardInForce(card=read_card(data), sha256=named, text=data)
            return self._card

    def keep(self, card: CardInForce) -> None:
        if card.sha256 not in self._kept:
            self._storage.put([card.text], max_bytes=MOST_CARD_BYTES)
            self._kept.add(card.sha256)

    def card_of(self, sha256: str) -> RateCard:
        with self._storage.open(sha256) as file:
            return read_card(file.read())

    def model(self, archive_sha256: str) -> OpenedModel | None:
        with self._guard:
            self._look_at_keys()
            found = self._open.pop(archive_sha256, None) or self._opened(archive_sha256)
            if found is not None:
                self._open[archive_sha256] = found
            while len(self._open) > MOST_OPEN:
                del self._open[next(iter(self._open))]
            return found

    def ranker(self, archive_sha256: str) -> RankerFiles | None:
        from models.artefact.causes import open_causes  # noqa: PLC0415 - numpy, LightGBM
        from models.artefact.containers import parts_of_zip  # noqa: PLC0415
        from models.artefact.parts import EVIDENCE, RANKER, RANKER_SCALE  # noqa: PLC0415

        with self._guard:
            self._look_at_keys()
            if archive_sha256 in self._rankers:
                return self._rankers[archive_sha256]
            trusted = self._trusted
        try:
            with self._storage.open(archive_sha256) as file:
                parts = parts_of_zip(file.read())
            open_causes(parts, trusted=trusted)
        except (ServiceError, ValueError, KeyError, RuntimeError) as error:
            LOG.error("model.not_opened archive=%s error=%s", archive_sha256, error)  # noqa: TRY400
            return None
        found = RankerFiles(
            trees=parts[RANKER], scale=parts[RANKER_SCALE], dag=parts[EVIDENCE].decode()
        )
        with self._guard:
            if trusted == self._trusted:
                self._rankers = {archive_sha256: found}
        return found

    def _look_at_keys(self) -> None:
        """Let go of what is open where other keys are trusted than it was opened by."""
        try:
            trusted = keys.trusted_models(self._settings)
        except ServiceError as error:
            # A key file with a mistake takes nobody's trust away.
            LOG.error("model.keys_not_read error=%s", error)  # noqa: TRY400
            return
        if trusted != self._trusted:
            self._trusted = trusted
            self._open.clear()
            self._rankers.clear()

    def _opened(self, archive_sha256: str) -> OpenedModel | None:
        from models.artefact.containers import parts_of_zip  # noqa: PLC0415 - numpy, LightGBM
        from models.artefact.opening import open_artefact  # noqa: PLC0415
        from training.orders import contract_in  # noqa: PLC0415

        try:
            with self._storage.open(archive_sha256) as file:
                parts = parts_of_zip(file.read())
            artefact = open_artefact(parts, trusted=self._trusted)
            return OpenedModel(
                artefact=artefact, contract=contract_in(parts, artefact.win.features)
            )
        except (ServiceError, ValueError, KeyError, RuntimeError) as error:
            LOG.error("model.not_opened archive=%s error=%s", archive_sha256, error)  # noqa: TRY400
            return None


def card_text(path: Path | None) -> bytes:
    """Give the bytes of the card in force; no path, the one that ships. Raises Invalid."""
    if path is None:
        return files("models.coefficient").joinpath("attack.card.yaml").read_bytes()
    try:
        return path.read_bytes()
    except OSError as error:
        raise _no_card(why(error)) from error


def read_card(data: bytes) -> RateCard:
    """Check a card. Raises Invalid with its first mistake."""
    from models.coefficient.card_file import CardRefused, read  # noqa: PLC0415 - numpy

    try:
        return read(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _no_card(Text(zh="不是 UTF-8 文本", en="not UTF-8")) from error
    except CardRefused as refused:
        first = refused.problems[0]
        raise _no_card(
            Text(
                zh=f"第 {first.line} 行：{first.message.zh}看到 {first.seen!r}",
                en=f"line {first.line}: {first.message.en} {first.seen!r}",
            )
        ) from refused


def _no_card(seen: Text) -> Invalid:
    return Invalid(
        Text(
            zh=f"费率卡（COUNTERMARK_CARD）不能使用：{seen.zh}。没有计算任何系数。",
            en=f"The rate card (COUNTERMARK_CARD) is of no use: {seen.en}. Nothing was scored.",
        ),
        remedy=Text(
            zh="请用 countermark card explain 检查该文件。",
            en="Check the file by `countermark card explain`.",
        ),
    )
