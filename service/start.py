"""What is looked at before a server or a worker starts: files that settings name, port, database.

Gunicorn opens everything in its workers, where an error is a traceback beside a listening port.
"""

from __future__ import annotations

import errno
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from service.adapters import rule_files, tariffs
from service.anchors import read_anchors
from service.errors import Invalid, ServiceError, Trouble, Unavailable
from service.keys import evidence_key
from service.mail_keys import read_mail_keys, remembered
from service.migrations import upgrade
from service.settings import VARIABLES, SettingsError, masked
from service.system_words import why
from verification.limits import Limits
from verification.sandbox.client import Sandbox
from verification.sandbox.errors import SandboxTooWeak, SandboxUnavailable
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from service.settings import Settings

ALLOWED = {variable.name: variable.allowed for variable in VARIABLES}
DATABASE = "COUNTERMARK_DATABASE_URL"
#: Workers of a server that was killed hold its port for a second or two.
PATIENCE_S, POLL_S = 5.0, 0.25
#: Of the driver's own words; the rest repeats itself for each address of a host.
SHOWN = 200


def look(settings: Settings, *, listens: bool) -> None:
    """Read every file that settings name, and try the port. Raises SettingsError with them all."""
    troubles = [found for name in ALLOWED if (found := _trouble_with(name, settings)) is not None]
    if listens and (found := _port_trouble(settings)) is not None:
        troubles.append(found)
    if settings.require_sandbox == "strong" and (found := _sandbox_trouble(settings)) is not None:
        troubles.append(found)
    if troubles:
        raise SettingsError(tuple(troubles))


def bring_up_to_date(settings: Settings) -> None:
    """Bring the schema up to date. Raises Unavailable that names the setting of the database."""
    try:
        upgrade(settings.database_url)
    except Unavailable as error:
        if not settings.database_url.startswith("postgresql:"):
            raise
        raise _no_answer(settings.database_url, error) from error


def _trouble_with(name: str, settings: Settings) -> Trouble | None:
    if name not in LOOKS:
        return None
    path, read = LOOKS[name]
    place = path(settings)
    if place is None:
        return None
    try:
        read(settings)
    except rule_files.NotFit as error:
        return _trouble(name, str(place), Text(zh=error.message.zh, en=error.message.en))
    except ServiceError as error:
        return _trouble(name, str(place), error.message)
    except OSError as error:
        return _trouble(name, str(place), _said(error))
    return None


def _a_file(path: Path | None) -> None:
    """A pipe or a device would be read at the start and empty, or endless, afterwards."""
    if path is not None and not path.is_file():
        raise Invalid(
            Text(zh=f"{path} 不存在或不是文件。", en=f"{path} is not there, or is no file.")
        )


def _read_evidence_key(settings: Settings) -> None:
    _a_file(settings.evidence_key)
    evidence_key(settings)


def _read_card(settings: Settings) -> None:
    _a_file(settings.card)
    tariffs.read_card(tariffs.card_text(settings.card))


def _read_rules(settings: Settings) -> None:
    """The folder alone: rule files that are not fit leave the shipped packs in force."""
    if settings.rules is not None:
        next(settings.rules.iterdir(), None)


#: Setting → where it points, and what reads it.
LOOKS: dict[str, tuple[Callable[[Settings], Path | None], Callable[[Settings], object]]] = {
    "COUNTERMARK_TRUST": (lambda given: given.trust, lambda given: read_anchors(given.trust)),
    "COUNTERMARK_MAIL_KEYS": (
        lambda given: given.mail_keys,
        lambda given: remembered(read_mail_keys(given.mail_keys), given.data),
    ),
    "COUNTERMARK_EVIDENCE_KEY": (lambda given: given.evidence_key, _read_evidence_key),
    "COUNTERMARK_RULES": (lambda given: given.rules, _read_rules),
    "COUNTERMARK_CARD": (lambda given: given.card, _read_card),
}


def _sandbox_trouble(settings: Settings) -> Trouble | None:
    """Try the layers out, as each worker will: about a second, only where "strong" is asked for."""
    try:
        Sandbox.start(limits=Limits(), require=settings.require_sandbox).close()
    except SandboxTooWeak as error:
        missing = error.missing
        why = Text(
            zh=f"本机只达到 {error.level}，缺少 {'、'.join(missing)}。请安装 bubblewrap"
            "（make system）、允许用户命名空间，或使用带 landlock 的内核（5.13 起）；"
            "否则请设为 any。",
            en=f"This machine reaches {error.level} and lacks {' and '.join(missing)}. Install "
            "bubblewrap (make system), allow user namespaces, or use a kernel with landlock (5.13 "
            "or later); else set it to any.",
        )
        return _trouble("COUNTERMARK_REQUIRE_SANDBOX", settings.require_sandbox, why)
    except SandboxUnavailable as error:
        raise Unavailable(
            Text(zh=f"沙箱无法启动：{error}。", en=f"The sandbox cannot be started: {error}."),
            remedy=Text(
                zh="请查看内存和进程数上限，然后重试。",
                en="Look at the limits on memory and processes, then try again.",
            ),
        ) from error
    return None


def _port_trouble(settings: Settings) -> Trouble | None:
    try:
        _listen_for_a_moment(settings, until=time.monotonic() + PATIENCE_S)
    except (OSError, UnicodeError) as error:
        # A name that cannot be looked up is no errno; below 1024 the system's rights speak.
        of_port = isinstance(error, OSError) and error.errno in {
            errno.EADDRINUSE,
            errno.EACCES,
        }
        if of_port:
            return _trouble("COUNTERMARK_PORT", str(settings.port), _port_said(settings, error))
        return _trouble("COUNTERMARK_HOST", settings.host, _said(error))
    return None


def _listen_for_a_moment(settings: Settings, *, until: float) -> None:
    """Do as gunicorn will. Raises OSError, and UnicodeError for what cannot be a host's name."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    while True:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((settings.host, settings.port))
                probe.listen(1)
                return
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
        time.sleep(POLL_S)


def _port_said(settings: Settings, error: Exception) -> Text:
    said, host = _said(error), settings.host
    return Text(
        zh=f"{host} 的这个端口不可用：{said.zh}请停用占用它的程序，或另选一个端口。",
        en=f"That port of {host} cannot be listened on: {said.en} Stop what uses it, or choose "
        "another one.",
    )


def _said(error: Exception) -> Text:
    words = why(error)
    return Text(zh=f"{words.zh}。", en=f"{words.en}.")


def _trouble(name: str, seen: str, why: Text) -> Trouble:
    shown, allowed = masked(name, seen)[:SHOWN], ALLOWED[name]
    return Trouble(
        where=name,
        seen=shown,
        expected=allowed.en,
        message=Text(
            zh=f"{name}：看到“{shown}”，应为{allowed.zh}。{why.zh}",
            en=f"{name}: saw {shown!r}; allowed is {allowed.en}. {why.en}",
        ),
    )


def _no_answer(url: str, error: Unavailable) -> Unavailable:
    driver = getattr(error.__cause__, "orig", None)
    words = ""
    with suppress(IndexError):
        words = masked(DATABASE, str(driver or "").strip().splitlines()[0])[:SHOWN]
    shown = masked(DATABASE, url)[:SHOWN]
    return Unavailable(
        Text(
            zh=f"{DATABASE}：看到“{shown}”，该数据库没有应答"
            + (f"（{words}）。" if words else "。"),
            en=f"{DATABASE}: saw {shown!r}; that database gives no answer"
            + (f" ({words})." if words else "."),
        ),
        remedy=Text(
            zh="请启动它，或改正其中的地址、库名、用户或密码。",
            en="Start it, or mend the address, the name, the user or the password in it.",
        ),
    )
