"""What the system says of an error reaches people in their language, before work is done for it."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.demo.server import alone
from service.system_words import WORDS, why

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("error", "zh"),
    [
        pytest.param(PermissionError(errno.EACCES, "Permission denied"), "没有权限", id="rights"),
        pytest.param(OSError(errno.ENOSPC, "No space left"), "磁盘已满", id="a full disk"),
        pytest.param(OSError(errno.EXDEV, "Cross-device"), "Cross-device", id="one of no entry"),
        pytest.param(ValueError("odd"), "odd", id="what is no error of the system"),
        pytest.param(OSError(), "系统没有给出原因", id="one that says nothing"),
    ],
)
def test_an_error_is_told_in_chinese(error: Exception, zh: str) -> None:
    assert why(error).zh == zh


def test_every_entry_is_chinese_and_english() -> None:
    for number, said in WORDS.items():
        assert any("\u4e00" <= sign <= "\u9fff" for sign in said.zh), os.strerror(number)
        assert said.en.isascii(), os.strerror(number)


#: Under a file no folder can be made.
UNDER = "file/out"


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("train coefficient --data none.csv --contract none.yaml --out", id="leads"),
        pytest.param("train causes --incidents 100000 --out", id="causes"),
    ],
)
@pytest.mark.parametrize(
    "place",
    [
        pytest.param((UNDER, "路径中有一段不是目录"), id="a file is in the way"),
        pytest.param(("n" * 250, "名称太长"), id="a name that is too long"),
    ],
)
def test_a_training_that_could_not_be_written_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, place: tuple[str, str]
) -> None:
    out, said = place
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    Path("file").touch()
    done = CliRunner().invoke(app, [*command.split(), out])
    assert done.exit_code == 2
    assert f"{out}：无法写入（{said}）" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@contextmanager
def taken_port() -> Iterator[int]:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        yield int(taken.getsockname()[1])


def test_a_demo_on_a_port_that_is_taken_names_the_option_and_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    # The option comes first: a setting of the shell is not even named.
    monkeypatch.setenv("COUNTERMARK_PORT", "no port")
    with taken_port() as port:
        done = CliRunner().invoke(app, ["demo", "--port", str(port)])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert f"--port {port} 不可用：地址已被占用" in done.output
    assert "COUNTERMARK_PORT" not in done.output


def test_a_demo_serves_where_the_shell_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.delenv("COUNTERMARK_DATA", raising=False)
    # A demo that overlooks the port ends here; it would serve for ever.
    Path("countermark-data/demo").mkdir(parents=True)
    with taken_port() as port:
        monkeypatch.setenv("COUNTERMARK_PORT", str(port))
        done = CliRunner().invoke(app, ["demo"])
    assert done.exit_code == 2
    assert f"COUNTERMARK_PORT {port} 不可用：地址已被占用" in done.output
    monkeypatch.setenv("COUNTERMARK_PORT", "70000")
    done = CliRunner().invoke(app, ["demo"])
    assert done.exit_code == 2
    assert "COUNTERMARK_PORT：看到“70000”，应为1 到 65535 的整数" in done.output


@pytest.mark.parametrize(
    ("shell", "folder"),
    [
        pytest.param({}, "countermark-data/demo", id="nothing is said"),
        pytest.param({"COUNTERMARK_DATA": ""}, "countermark-data/demo", id="an empty value"),
        pytest.param({"COUNTERMARK_DATA": "mine"}, "mine/demo", id="in the folder for data"),
    ],
)
def test_a_demo_keeps_to_the_folder_for_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: dict[str, str], folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUNTERMARK_DATA", raising=False)
    for name, value in shell.items():
        monkeypatch.setenv(name, value)
    # Somebody's own folder of that name is left alone, and named.
    (tmp_path / folder).mkdir(parents=True)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        free = str(probe.getsockname()[1])
    done = CliRunner().invoke(app, ["demo", "--port", free])
    assert done.exit_code == 2
    assert f"{tmp_path / folder} " in done.output
    assert list((tmp_path / folder).iterdir()) == []


def test_a_demo_keeps_away_from_what_the_shell_names(tmp_path: Path) -> None:
    shell = {
        "PATH": "/bin",
        "COUNTERMARK_DATABASE_URL": "postgresql://cm@db/production",
        "COUNTERMARK_BROKER_URL": "amqp://mq//",
        "COUNTERMARK_STORAGE_URL": "s3://files/",
        "COUNTERMARK_RULES": "/srv/rules",
        "COUNTERMARK_HOST": "10.0.0.1",
        "COUNTERMARK_DATA": "/srv/data",
        "COUNTERMARK_REQUIRE_SANDBOX": "strong",
    }
    assert alone(shell, tmp_path) == {
        "PATH": "/bin",
        "COUNTERMARK_REQUIRE_SANDBOX": "strong",
        "COUNTERMARK_DATA": str(tmp_path),
        "COUNTERMARK_TRUST": str(tmp_path / "trust"),
    }
