"""Before a server or worker starts: what settings point at is read, and told by the setting."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest

from service import settings, start
from service.errors import Unavailable
from service.server import Server
from tests.service.test_cli import countermark
from verification.sandbox.client import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAIL_KEY = 's1._domainkey.example.com. IN TXT "v=DKIM1; k=rsa; p=MIIB"\n'
NO_PEM = "root:x:0:0:root:/root:/bin/bash\n"


@contextmanager
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        yield other.getsockname()[1]


def said(tmp_path: Path, *, listens: bool = True, **given: str) -> str:
    """Give what is told in English."""
    chosen = settings.load({"COUNTERMARK_DATA": str(tmp_path / "data"), **given})
    with pytest.raises(settings.SettingsError) as error:
        start.look(chosen, listens=listens)
    (trouble,) = error.value.troubles
    assert trouble.message.zh.startswith(f"{trouble.where}：看到“{trouble.seen}”，应为")
    return trouble.message.en


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        pytest.param("COUNTERMARK_TRUST", None, "is not there", id="roots that are not there"),
        pytest.param("COUNTERMARK_TRUST", NO_PEM, "is a file", id="roots that are a file"),
        pytest.param("COUNTERMARK_MAIL_KEYS", None, "are not there", id="mail keys not there"),
        pytest.param("COUNTERMARK_MAIL_KEYS", "\x7fELF\0\x1b[2J", "line 1", id="a program"),
        pytest.param("COUNTERMARK_EVIDENCE_KEY", None, "is not there", id="a key not there"),
        pytest.param("COUNTERMARK_EVIDENCE_KEY", NO_PEM, "no Ed25519 key", id="a key that is none"),
        pytest.param("COUNTERMARK_CARD", None, "is not there", id="a card that is not there"),
        pytest.param("COUNTERMARK_CARD", NO_PEM, "line 1", id="a card that is none"),
        pytest.param("COUNTERMARK_RULES", None, "no such file", id="rules that are not there"),
        pytest.param("COUNTERMARK_RULES", NO_PEM, "is no folder", id="rules that are a file"),
    ],
)
def test_what_a_setting_points_at_is_read_before_the_start(
    tmp_path: Path, name: str, content: str | None, why: str
) -> None:
    place = tmp_path / "given"
    if content is not None:
        place.write_text(content)
    told = said(tmp_path, listens=False, **{name: str(place)})
    assert told.startswith(f"{name}: saw '{place}'; allowed is ")
    assert why in told
    assert told.isprintable()


def test_mail_keys_that_are_remembered_are_read_too(tmp_path: Path) -> None:
    keys, store = tmp_path / "keys.txt", tmp_path / "data" / "mail-keys"
    keys.write_text(MAIL_KEY)
    store.parent.mkdir()
    store.write_text(NO_PEM)
    told = said(tmp_path, listens=False, COUNTERMARK_MAIL_KEYS=str(keys))
    assert told.startswith(f"COUNTERMARK_MAIL_KEYS: saw '{keys}'")
    assert f"{store}, line 1, is no DKIM key record" in told


def test_what_can_be_used_starts(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    keys = tmp_path / "keys.txt"
    keys.write_text(MAIL_KEY)
    (folder / "mine.yaml").write_text("no rule file: the shipped packs stay in force\n")
    with taken() as port:
        free = port
    given = {"TRUST": folder, "RULES": folder, "MAIL_KEYS": keys, "PORT": free}
    named = {f"COUNTERMARK_{name}": str(at) for name, at in given.items()}
    start.look(settings.load({"COUNTERMARK_DATA": str(tmp_path), **named}), listens=True)


def test_a_server_keeps_no_socket_in_the_home_folder(tmp_path: Path) -> None:
    chosen = settings.load({"COUNTERMARK_DATA": str(tmp_path)})
    assert Server(chosen).cfg.control_socket_disable is True


def test_a_port_that_is_taken_is_told_by_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "PATIENCE_S", 0.0)
    with taken() as port:
        told = said(tmp_path, COUNTERMARK_PORT=str(port))
    assert told.startswith(f"COUNTERMARK_PORT: saw '{port}'; allowed is ")
    assert "the address is in use already" in told


@pytest.mark.parametrize("host", ["999.9.9.9", "192.0.2.1", "a" * 200])
def test_an_address_that_is_not_ours_is_told_by_its_setting(tmp_path: Path, host: str) -> None:
    assert said(tmp_path, COUNTERMARK_HOST=host).startswith(f"COUNTERMARK_HOST: saw '{host}'")


def test_a_port_that_a_server_before_is_about_to_leave_is_waited_for(tmp_path: Path) -> None:
    with taken() as port:
        pass
    other = socket.create_server(("127.0.0.1", port))
    threading.Timer(0.1, other.close).start()
    given = {"COUNTERMARK_DATA": str(tmp_path), "COUNTERMARK_PORT": str(port)}
    start.look(settings.load(given), listens=True)


def test_a_worker_needs_no_port(tmp_path: Path) -> None:
    with taken() as port:
        given = {"COUNTERMARK_DATA": str(tmp_path), "COUNTERMARK_PORT": str(port)}
        start.look(settings.load(given), listens=False)


def test_a_database_that_gives_no_answer_is_told_by_its_setting(tmp_path: Path) -> None:
    with taken() as port:
        pass
    url = f"postgresql://u:geheim@127.0.0.1:{port}/x"
    chosen = settings.load({"COUNTERMARK_DATA": str(tmp_path), "COUNTERMARK_DATABASE_URL": url})
    with pytest.raises(Unavailable) as error:
        start.bring_up_to_date(chosen)
    told = error.value.message
    for sentence in (told.zh, told.en):
        assert sentence.startswith("COUNTERMARK_DATABASE_URL")
        assert f"postgresql://***@127.0.0.1:{port}/x" in sentence
        assert "geheim" not in sentence


def test_a_machine_too_weak_for_a_strong_sandbox_is_told_by_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same machine with no wall but system calls; with "any" it starts."""
    weak = partial(Sandbox.start, layers=frozenset({"seccomp"}))
    monkeypatch.setattr(Sandbox, "start", weak)
    told = said(tmp_path, listens=False, COUNTERMARK_REQUIRE_SANDBOX="strong")
    assert told.startswith("COUNTERMARK_REQUIRE_SANDBOX: saw 'strong'; allowed is one of any,")
    assert "lacks bubblewrap and landlock" in told
    start.look(settings.load({"COUNTERMARK_DATA": str(tmp_path)}), listens=False)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_starts_with_a_setting_that_cannot_be_used(tmp_path: Path, command: str) -> None:
    given = {"COUNTERMARK_TRUST": "/nonexistent", "COUNTERMARK_CARD": str(tmp_path)}
    done = countermark(command, **given, COUNTERMARK_DATA=str(tmp_path / "data"))
    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == list(given)
