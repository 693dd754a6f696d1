"""`countermark serve` without its dispatcher: uploads are accepted, nobody verifies them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.app import create_app, open_ports
from service.migrations import upgrade
from service.server import Server, settle_in
from service.settings import load

if TYPE_CHECKING:
    from apiflask import APIFlask


class AcceptingServer(Server):
    """The same server, settings and routes; work stays on the outbox."""

    def load(self) -> APIFlask:
        ports = self._opened.enter_context(open_ports(self._settings))
        app = create_app(self._settings, ports)
        settle_in()
        return app


if __name__ == "__main__":
    settings = load()
    upgrade(settings.database_url)
    AcceptingServer(settings).run()
