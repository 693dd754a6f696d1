"""`countermark serve`: gunicorn workers with threads, and a dispatcher in each of them."""

from __future__ import annotations

import gc
import sys
import threading
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from service.app import create_app, open_ports
from service.dispatcher import dispatching
from service.first_answers import HEADER_BYTES, LINE_BYTES, MOST_HEADERS, FirstAnswers
from service.start import bring_up_to_date, look

if TYPE_CHECKING:
    from apiflask import APIFlask

    from service.settings import Settings

#: A worker that answers no heartbeat for so long is ended and replaced.
SILENCE_S = 60
#: A thread that comes back from the disk or the database waits at most so long for one that
#: computes: Python's own 5 ms add up while a transaction holds its locks.
SWITCH_S = 0.0005
#: Python looks for garbage when so many more objects were made than let go; a batch of facts makes
#: several thousand, which all go at its end.
YOUNG = 20_000
#: An idle connection of a client is kept so long: pages and programs come back within it.
KEEP_ALIVE_S = 15
#: Requests in hand get so long to end when the server is told to stop.
GRACE_S = 20
#: gunicorn's own, of newer versions: a socket in the home folder, one for all servers of a user.
NO_CONTROL_SOCKET = "control_socket_disable"


def serve(settings: Settings) -> None:
    """Serve until told to stop; the schema is brought up to date first.

    Raises SettingsError and ServiceError before anything listens.
    """
    look(settings, listens=True)
    bring_up_to_date(settings)
    Server(settings).run()


def settle_in() -> None:
    """Have Python switch threads sooner and never look for garbage in what is there already.

    Programs and rules stay anyhow: going through them stopped a worker for 0.1 s each time.
    """
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])


def _host(name: str) -> str:
    return f"[{name}]" if ":" in name else name


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Everything is opened in the worker, after the fork.

    Of several workers each has a dispatcher, as each of several servers has: work is handed out
    under leases, and a round of the rules is taken by one.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opened = ExitStack()
        super().__init__()

    def load_config(self) -> None:
        chosen = {
            "bind": f"{_host(self._settings.host)}:{self._settings.port}",
            "workers": self._settings.processes,
            "worker_class": FirstAnswers,
            "keepalive": KEEP_ALIVE_S,
            "threads": self._settings.threads,
            "limit_request_line": LINE_BYTES,
            "limit_request_field_size": HEADER_BYTES,
            "limit_request_fields": MOST_HEADERS,
            "timeout": SILENCE_S,
            "graceful_timeout": GRACE_S,
            "loglevel": self._settings.log_level,
            "worker_exit": self._close,
            "proc_name": "countermark",
        }
        if NO_CONTROL_SOCKET in self.cfg.settings:
            chosen[NO_CONTROL_SOCKET] = True
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> APIFlask:
        gc.disable()  # until all is imported, which leaves no garbage
        # The sandbox takes a second to get warm; the web framework is loaded meanwhile.
        aside = threading.Thread(target=import_module, args=("service.web",), name="imports")
        aside.start()
        ports = self._opened.enter_context(open_ports(self._settings))
        aside.join()
        self._opened.enter_context(dispatching(self._settings, ports))
        app = create_app(self._settings, ports)
        settle_in()
        return app

    def _close(self, server: Any, worker: Any) -> None:
        del server, worker
        self._opened.close()
