"""Settings: one frozen value, read from the environment and checked before anything starts."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from service.errors import Trouble
from service.places import FolderPlace, Place, read_place, with_keys
from service.sharing import not_shared
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "COUNTERMARK_"
#: Names of the test suite, and who somebody at the command line is; no settings of the service.
FOREIGN = ("COUNTERMARK_CORPORA", "COUNTERMARK_TEST_", "COUNTERMARK_TOKEN")
#: Uploads above what verification will read would only be stored to be refused.
LARGEST_UPLOAD_MB = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set from outside; docs/operate.md has one line for each."""

    data: Path
    database_url: str = field(repr=False)
    #: amqp(s) or redis(s); None: a thread pool inside the server.
    broker_url: str | None = field(repr=False)
    #: Name of the queue at the broker; several installations on one broker have one each.
    queue: str
    storage: Place
    require_sandbox: Literal["any", "strong"]
    host: str
    port: int
    #: Processes of one server; several need a database and a storage that they can share.
    processes: int
    #: Verifications at the same time, in one process.
    workers: int
    #: Requests at the same time, in one process.
    threads: int
    trust: Path | None
    #: DKIM key records: a file, or a folder of such files.
    mail_keys: Path | None
    #: Our own mail servers, as their Received lines name them.
    mail_servers: tuple[str, ...]
    #: Ed25519, PEM; None: made once and kept in the data folder.
    evidence_key: Path | None
    #: The rate card in force (YAML); None: the one that ships.
    card: Path | None
    #: Rule files that join the shipped packs or take their places; None: the packs alone.
    rules: Path | None
    max_upload_bytes: int
    #: Served over HTTPS: cookies are marked Secure.
    https: bool
    log_level: Literal["debug", "info", "warning", "error"]


class SettingsError(Exception):
    """Settings that cannot be used: every one of them, not only the first."""

    def __init__(self, troubles: tuple[Trouble, ...]) -> None:
        super().__init__(
            "\n".join(f"{trouble.message.zh}\n  {trouble.message.en}" for trouble in troubles)
        )
        self.troubles = troubles


def _url(text: str, schemes: Mapping[str, str | None]) -> str:
    """Check scheme and the library that it needs (scheme → module and extra, ``psycopg:pg``).

    As all readers here: ValueError for what is not allowed, with words where they help.
    """
    scheme = urlsplit(text).scheme
    if scheme not in schemes:
        raise ValueError
    needed = schemes[scheme]
    if needed is not None:
        module, extra = needed.split(":")
        if find_spec(module) is None:
            raise ValueError(f"{scheme}: after `pip install 'countermark[{extra}]'`")
    return text


def _database(text: str) -> str:
    parts = urlsplit(_url(text, {"sqlite": None, "postgresql": "psycopg:pg"}))
    if parts.scheme == "sqlite" and len(parts.path) < 2:  # noqa: PLR2004 - more than the slash
        raise ValueError("sqlite:///FILE")
    return text


def _broker(text: str) -> str:
    needs_redis = "redis:redis"
    return _url(text, {"amqp": None, "amqps": None, "redis": needs_redis, "rediss": needs_redis})


def _queue(text: str) -> str:
    # Names that begin with amq. are RabbitMQ's own.
    if not re.fullmatch(r"(?!amq\.)[A-Za-z0-9][A-Za-z0-9._-]{0,99}", text):
        raise ValueError
    return text


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError
        return text

    return read


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", text):
        raise ValueError
    return text


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(_host(name.strip()).lower() for name in text.split(",") if name.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One name in the environment, and the field it fills."""

    name: str
    field: str
    read: Callable[[str], Any]
    allowed: Text
    default: Any = None


def _numbers(low: int, high: int) -> Text:
    return Text(zh=f"{low} 到 {high} 的整数", en=f"a whole number from {low} to {high}")


def _words(*words: str) -> Text:
    return Text(zh=f"其一：{'、'.join(words)}", en=f"one of {', '.join(words)}")


#: In the order of docs/operate.md.
VARIABLES: tuple[Variable, ...] = (
    Variable(
        name="COUNTERMARK_DATA",
        field="data",
        read=lambda text: Path(text).absolute(),
        allowed=Text(zh="一个可写的目录", en="a folder that can be written to"),
        default="countermark-data",
    ),
    Variable(
        name="COUNTERMARK_DATABASE_URL",
        field="database_url",
        read=_database,
        allowed=Text(
            zh="sqlite:///文件 或 postgresql://用户:密码@主机/库",
            en="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
        ),
    ),
    Variable(
        name="COUNTERMARK_BROKER_URL",
        field="broker_url",
        read=_broker,
        allowed=Text(
            zh="amqp://用户:密码@主机// 或 redis://主机:6379/0",
            en="amqp://USER:PASSWORD@HOST// or redis://HOST:6379/0",
        ),
    ),
    Variable(
        name="COUNTERMARK_QUEUE",
        field="queue",
        read=_queue,
        allowed=Text(
            zh="1 到 100 个字母、数字、点、横线或下划线，以字母或数字开头，不以 amq. 开头",
            en="1 to 100 letters, digits, dots, hyphens or underscores, beginning with a letter or "
            "digit and not with amq.",
        ),
        default="countermark",
    ),
    Variable(
        name="COUNTERMARK_STORAGE_URL",
        field="storage",
        read=read_place,
        allowed=Text(
            zh="file:///目录、s3://桶/前缀?endpoint=…&region=… 或 memory:",
            en="file:///FOLDER, s3://BUCKET/PREFIX?endpoint=…&region=… or memory:",
        ),
    ),
    Variable(
        name="COUNTERMARK_REQUIRE_SANDBOX",
        field="require_sandbox",
        read=_one_of("any", "strong"),
        allowed=_words("any", "strong"),
        default="any",
    ),
    Variable(
        name="COUNTERMARK_HOST",
        field="host",
        read=_host,
        allowed=Text(zh="主机名或 IP 地址", en="a host name or an IP address"),
        default="127.0.0.1",
    ),
    Variable(
        name="COUNTERMARK_PORT",
        field="port",
        read=_whole(1, 65_535),
        allowed=_numbers(1, 65_535),
        default="8000",
    ),
    Variable(
        name="COUNTERMARK_PROCESSES",
        field="processes",
        read=_whole(1, 64),
        allowed=_numbers(1, 64),
        default="1",
    ),
    Variable(
        name="COUNTERMARK_WORKERS",
        field="workers",
        read=_whole(1, 64),
        allowed=_numbers(1, 64),
        default="2",
    ),
    Variable(
        name="COUNTERMARK_THREADS",
        field="threads",
        read=_whole(1, 64),
        allowed=_numbers(1, 64),
        default="8",
    ),
    Variable(
        name="COUNTERMARK_TRUST",
        field="trust",
        read=lambda text: Path(text).absolute(),
        allowed=Text(
            zh="存放根证书（PEM 或 DER）的目录", en="a folder with root certificates, PEM or DER"
        ),
    ),
    Variable(
        name="COUNTERMARK_MAIL_KEYS",
        field="mail_keys",
        read=lambda text: Path(text).absolute(),
        allowed=Text(
            zh="存放 DKIM 公钥记录的文件或目录", en="a file or folder with DKIM key records"
        ),
    ),
    Variable(
        name="COUNTERMARK_MAIL_SERVERS",
        field="mail_servers",
        read=_hosts,
        allowed=Text(zh="以逗号分隔的主机名", en="host names, separated by commas"),
        default="",
    ),
    Variable(
        name="COUNTERMARK_EVIDENCE_KEY",
        field="evidence_key",
        read=lambda text: Path(text).absolute(),
        allowed=Text(zh="Ed25519 私钥文件（PEM）", en="a file with an Ed25519 private key in PEM"),
    ),
    Variable(
        name="COUNTERMARK_RULES",
        field="rules",
        read=lambda text: Path(text).absolute(),
        allowed=Text(zh="存放规则文件的目录", en="a folder with rule files"),
    ),
    Variable(
        name="COUNTERMARK_CARD",
        field="card",
        read=lambda text: Path(text).absolute(),
        allowed=Text(zh="费率卡文件（YAML）", en="a file with a rate card (YAML)"),
    ),
    Variable(
        name="COUNTERMARK_MAX_UPLOAD_MB",
        field="max_upload_bytes",
        read=lambda text: _whole(1, LARGEST_UPLOAD_MB)(text) * 1024 * 1024,
        allowed=_numbers(1, LARGEST_UPLOAD_MB),
        default="64",
    ),
    Variable(
        name="COUNTERMARK_HTTPS",
        field="https",
        read=lambda text: _one_of("yes", "no")(text) == "yes",
        allowed=_words("yes", "no"),
        default="no",
    ),
    Variable(
        name="COUNTERMARK_LOG_LEVEL",
        field="log_level",
        read=_one_of("debug", "info", "warning", "error"),
        allowed=_words("debug", "info", "warning", "error"),
        default="info",
    ),
)


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; an empty value counts as absent. Raises SettingsError."""
    seen = os.environ if environment is None else environment
    troubles: list[Trouble] = _unknown(seen)
    values: dict[str, Any] = {}
    for variable in VARIABLES:
        text = seen.get(variable.name) or variable.default
        try:
            values[variable.field] = None if text is None else variable.read(text)
        except ValueError as error:
            troubles.append(_trouble(variable, seen[variable.name], str(error)))
    if troubles:
        raise SettingsError(tuple(troubles))
    values["database_url"] = values["database_url"] or f"sqlite:///{values['data']}/countermark.db"
    place = values["storage"] or FolderPlace(path=values["data"] / "files")
    values["storage"] = with_keys(place, seen)
    settings = Settings(**values)
    if alone := not_shared(settings.processes, settings.database_url, settings.storage):
        raise SettingsError(alone)
    return settings


def read_one(name: str, environment: Mapping[str, str] | None = None) -> Any:
    """Read a single setting as `load` does, whatever the others say. Raises SettingsError."""
    seen = os.environ if environment is None else environment
    variable = next(each for each in VARIABLES if each.name == name)
    text = seen.get(name) or variable.default
    try:
        return None if text is None else variable.read(text)
    except ValueError as error:
        raise SettingsError((_trouble(variable, seen[name], str(error)),)) from error


def masked(variable: str, text: str) -> str:
    """Give a value as it may be shown: no secret, no password of a URL."""
    if any(word in variable for word in ("SECRET", "PASSWORD", "TOKEN")):
        return "***"
    text = re.sub(r"(?i)\b(password|secret|token)=[^&\s]*", r"\1=***", text)
    return re.sub(r"://[^/@\s]*(?::[^/\s]*)?@", "://***@", text)


def _trouble(variable: Variable, text: str, detail: str) -> Trouble:
    shown = masked(variable.name, text)[:200]
    zh, en = variable.allowed.zh, variable.allowed.en
    if detail:
        zh, en = f"{zh}（{detail}）", f"{en} ({detail})"
    return Trouble(
        where=variable.name,
        seen=shown,
        expected=en,
        message=Text(
            zh=f"{variable.name}：看到“{shown}”，应为{zh}。",
            en=f"{variable.name}: saw {shown!r}; allowed is {en}.",
        ),
    )


def _unknown(seen: Mapping[str, str]) -> list[Trouble]:
    known = [variable.name for variable in VARIABLES]
    strangers = sorted(
        name
        for name in seen
        if name.startswith(PREFIX) and name not in known and not name.startswith(FOREIGN)
    )
    return [_stranger(name, masked(name, seen[name])[:200], known) for name in strangers]


def _stranger(name: str, shown: str, known: list[str]) -> Trouble:
    # Compared without the prefix that makes all names alike.
    endings = {each.removeprefix(PREFIX): each for each in known}
    close = difflib.get_close_matches(name.removeprefix(PREFIX), endings, n=1, cutoff=0.6)
    near = [endings[ending] for ending in close]
    zh = f"是否想写 {near[0]}？" if near else f"已知的有：{'、'.join(known)}。"
    en = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(known)}."
    return Trouble(
        where=name,
        seen=shown,
        expected=near[0] if near else ", ".join(known),
        message=Text(
            zh=f"{name}：没有这个设置。{zh}", en=f"{name}: there is no such setting. {en}"
        ),
    )
