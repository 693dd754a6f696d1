"""The least that can be called storing an upload: Flask, a file on disk, a committed row."""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, request

from service.server import Server
from service.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.settings import Settings

LOCK_WAIT_S = 20
TABLE = "CREATE TABLE IF NOT EXISTS bare (id TEXT PRIMARY KEY, name TEXT, size INTEGER)"


class BareServer(Server):
    """Its application; gunicorn's settings are the service's own, its worker is gunicorn's."""

    def load_config(self) -> None:
        super().load_config()
        self.cfg.set("worker_class", "gthread")

    def load(self) -> Flask:  # type: ignore[override] # any WSGI application will do
        return bare(self._settings)


def bare(settings: Settings) -> Flask:
    """Make the application; connections belong to threads."""
    app = Flask("bare")
    folder = settings.data / "bare"
    folder.mkdir(parents=True, exist_ok=True)
    insert = _opener(settings.database_url)
    insert_for = threading.local()

    @app.post("/upload")
    def upload() -> tuple[dict[str, str], int]:
        file, name = request.files["file"], secrets.token_hex(16)
        with (folder / name).open("wb") as kept:
            file.save(kept)
            kept.flush()
            os.fsync(kept.fileno())
            size = kept.tell()
        if not hasattr(insert_for, "run"):
            insert_for.run = insert()
        insert_for.run(name, file.filename, size)
        return {"id": name}, 201

    return app


def _opener(database_url: str) -> Callable[[], Callable[..., Any]]:
    """Give what opens a connection and gives a function that inserts one row and commits."""
    if urlsplit(database_url).scheme == "postgresql":
        return lambda: _on_postgres(database_url)
    return lambda: _on_sqlite(database_url.removeprefix("sqlite:///") + ".bare")


def _on_sqlite(path: str) -> Callable[..., Any]:
    connection = sqlite3.connect(path, timeout=LOCK_WAIT_S, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(TABLE)
    return lambda *row: connection.execute("INSERT INTO bare VALUES (?, ?, ?)", row)


def _on_postgres(url: str) -> Callable[..., Any]:
    import psycopg  # noqa: PLC0415 - only where there is a server

    connection = psycopg.connect(url, autocommit=True)
    connection.execute("SELECT pg_advisory_lock(1)")
    connection.execute(TABLE)
    connection.execute("SELECT pg_advisory_unlock(1)")
    return lambda *row: connection.execute("INSERT INTO bare VALUES (%s, %s, %s)", row)


if __name__ == "__main__":
    BareServer(load()).run()
