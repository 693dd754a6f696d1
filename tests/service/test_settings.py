"""Settings: read once, checked at once, told all at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from service import settings
from service.places import BucketPlace, FolderPlace, MemoryPlace

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]


def test_nothing_set_is_a_server_on_this_machine() -> None:
    found = settings.load({})
    assert found.data == Path("countermark-data").absolute()
    assert found.database_url == f"sqlite:///{found.data}/countermark.db"
    assert found.storage == FolderPlace(path=found.data / "files")
    assert found.broker_url is None
    assert (found.host, found.port) == ("127.0.0.1", 8000)
    assert found.max_upload_bytes == 64 * 1024 * 1024
    assert not found.https


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("COUNTERMARK_DATA", "/srv/cm", "data", Path("/srv/cm")),
        ("COUNTERMARK_DATABASE_URL", "sqlite:////srv/a.db", "database_url", "sqlite:////srv/a.db"),
        ("COUNTERMARK_BROKER_URL", "amqp://a:b@c//", "broker_url", "amqp://a:b@c//"),
        ("COUNTERMARK_QUEUE", "", "queue", "countermark"),
        ("COUNTERMARK_QUEUE", "north.2-b_c", "queue", "north.2-b_c"),
        ("COUNTERMARK_STORAGE_URL", "memory:", "storage", MemoryPlace()),
        ("COUNTERMARK_STORAGE_URL", "file:///a%20b", "storage", FolderPlace(path=Path("/a b"))),
        (
            "COUNTERMARK_STORAGE_URL",
            "s3://bucket/some/prefix/?endpoint=http://127.0.0.1:9000&region=cn-north-1",
            "storage",
            BucketPlace(
                bucket="bucket",
                prefix="some/prefix",
                endpoint="http://127.0.0.1:9000",
                region="cn-north-1",
            ),
        ),
        ("COUNTERMARK_REQUIRE_SANDBOX", "strong", "require_sandbox", "strong"),
        ("COUNTERMARK_PORT", "65535", "port", 65535),
        ("COUNTERMARK_WORKERS", "", "workers", 2),
        ("COUNTERMARK_PROCESSES", "", "processes", 1),
        ("COUNTERMARK_MAX_UPLOAD_MB", "1", "max_upload_bytes", 1024 * 1024),
        ("COUNTERMARK_HTTPS", "yes", "https", True),
        ("COUNTERMARK_MAIL_KEYS", "/etc/keys.txt", "mail_keys", Path("/etc/keys.txt")),
        (
            "COUNTERMARK_MAIL_SERVERS",
            "MX1.a.cn, mx2.a.cn",
            "mail_servers",
            ("mx1.a.cn", "mx2.a.cn"),
        ),
    ],
)
def test_a_good_value_is_read(name: str, value: str, field: str, expected: Any) -> None:
    assert getattr(settings.load({name: value}), field) == expected


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("COUNTERMARK_PORT", "0", "a whole number from 1 to 65535"),
        ("COUNTERMARK_PORT", "８０", "a whole number from 1 to 65535"),
        ("COUNTERMARK_PORT", "80; rm", "a whole number from 1 to 65535"),
        ("COUNTERMARK_WORKERS", "-1", "a whole number from 1 to 64"),
        ("COUNTERMARK_PROCESSES", "0", "a whole number from 1 to 64"),
        ("COUNTERMARK_PROCESSES", "2", "saw 2 together with SQLite; allowed is 1, or a PostgreSQL"),
        ("COUNTERMARK_MAX_UPLOAD_MB", "65", "a whole number from 1 to 64"),
        ("COUNTERMARK_REQUIRE_SANDBOX", "Strong", "one of any, strong"),
        ("COUNTERMARK_HTTPS", "true", "one of yes, no"),
        ("COUNTERMARK_HOST", "a b", "a host name"),
        ("COUNTERMARK_DATABASE_URL", "mysql://x", "postgresql://"),
        ("COUNTERMARK_DATABASE_URL", "sqlite://", "sqlite:///FILE"),
        ("COUNTERMARK_BROKER_URL", "http://x", "amqp://"),
        ("COUNTERMARK_QUEUE", "amq.x", "not with amq."),
        ("COUNTERMARK_QUEUE", "a b", "1 to 100 letters"),
        ("COUNTERMARK_QUEUE", "a" * 101, "1 to 100 letters"),
        ("COUNTERMARK_STORAGE_URL", "file://host/x", "file:///FOLDER"),
        ("COUNTERMARK_STORAGE_URL", "s3:///x", "s3://BUCKET"),
        ("COUNTERMARK_STORAGE_URL", "s3://b?endpoint=ftp://x", "endpoint=http(s)://"),
        ("COUNTERMARK_STORAGE_URL", "s3://b?endpont=http://x", "not endpont"),
        ("COUNTERMARK_STORAGE_URL", "http://[x", "file:///FOLDER"),
        ("COUNTERMARK_MAIL_SERVERS", "mx1.a.cn mx2.a.cn", "host names, separated by commas"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(name: str, value: str, said: str) -> None:
    with pytest.raises(settings.SettingsError) as error:
        settings.load({name: value})
    (trouble,) = error.value.troubles
    assert trouble.where == name
    assert said in trouble.message.en
    assert "应为" in trouble.message.zh
    assert str(error.value) == f"{trouble.message.zh}\n  {trouble.message.en}"


def test_several_processes_need_what_they_can_share() -> None:
    shared = {
        "COUNTERMARK_PROCESSES": "2",
        "COUNTERMARK_DATABASE_URL": "postgresql://a@b/c",
    }
    assert settings.load(shared).processes == 2
    with pytest.raises(settings.SettingsError, match="memory:; allowed is 1, or a folder"):
        settings.load({**shared, "COUNTERMARK_STORAGE_URL": "memory:"})


def test_all_troubles_are_told_at_once() -> None:
    environment = {
        "COUNTERMARK_PORT": "x",
        "COUNTERMARK_WORKERS": "x",
        "COUNTERMARK_DATABSE_URL": "x",
    }
    with pytest.raises(settings.SettingsError) as error:
        settings.load(environment)
    assert {trouble.where for trouble in error.value.troubles} == set(environment)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("COUNTERMARK_DATABSE_URL", "Did you mean COUNTERMARK_DATABASE_URL?"),
        ("COUNTERMARK_WORKER", "Did you mean COUNTERMARK_WORKERS?"),
        ("COUNTERMARK_QXZ", "Known are: COUNTERMARK_DATA,"),
    ],
)
def test_an_unknown_name_gets_the_nearest_one(name: str, said: str) -> None:
    with pytest.raises(settings.SettingsError) as error:
        settings.load({name: "1"})
    assert said in str(error.value)


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"COUNTERMARK_CORPORA": "/x"}, id="where the corpora are"),
        pytest.param({"COUNTERMARK_TEST_REDIS_URL": "redis://"}, id="servers of the tests"),
        pytest.param({"PATH": "/bin"}, id="another program's names"),
    ],
)
def test_names_that_are_not_ours_are_left_alone(environment: Mapping[str, str]) -> None:
    settings.load(environment)


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("COUNTERMARK_DATABASE_URL", "mysql://u:geheim@h/d", "geheim"),
        ("COUNTERMARK_DATABASE_URL", "mysql://h/d?password=geheim", "geheim"),
        ("COUNTERMARK_BROKER_URL", "http://u:ge%40heim@h", "heim"),
        ("COUNTERMARK_SECRET_KEY", "geheim", "geheim"),
        ("COUNTERMARK_SECRETKEY", "geheim", "geheim"),
    ],
)
def test_secrets_are_never_shown(name: str, value: str, hidden: str) -> None:
    with pytest.raises(settings.SettingsError) as error:
        settings.load({name: value})
    assert hidden not in str(error.value)
    assert all(hidden not in trouble.seen for trouble in error.value.troubles)


def test_settings_do_not_print_their_secrets() -> None:
    found = settings.load(
        {
            "COUNTERMARK_DATABASE_URL": "postgresql://u:geheim@h/d",
            "COUNTERMARK_STORAGE_URL": "s3://bucket",
            "AWS_SECRET_ACCESS_KEY": "geheim",
        }
    )
    assert isinstance(found.storage, BucketPlace)
    assert found.storage.secret_key == "geheim"
    assert "geheim" not in repr(found)


def test_every_variable_is_in_the_manual() -> None:
    manual = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    missing = [v.name for v in settings.VARIABLES if f"`{v.name}`" not in manual]
    assert missing == []


def test_every_field_has_its_variable() -> None:
    fields = {variable.field for variable in settings.VARIABLES}
    assert fields == set(settings.Settings.__dataclass_fields__)
