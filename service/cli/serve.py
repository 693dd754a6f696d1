"""`countermark serve` and `countermark worker`."""

from __future__ import annotations

import os

from service.cli import house


def serve() -> None:
    """Serve pages and API, and judge uploads; everything that is not configured is embedded."""
    _multiply_alone()
    from service.server import serve as run  # loads the web framework

    with house.telling_errors():
        run(house.settings())


def worker() -> None:
    """Judge uploads that arrive over the broker of COUNTERMARK_BROKER_URL."""
    _multiply_alone()
    from service.app import open_ports  # loads the sandbox and the database
    from service.dispatcher import work
    from service.start import bring_up_to_date, look

    settings = house.settings()
    with house.telling_errors():
        look(settings, listens=False)
        bring_up_to_date(settings)
        with open_ports(settings) as ports:
            work(settings, ports)


def _multiply_alone() -> None:
    """Keep numpy's matrices to one thread; it reads that when it is loaded.

    Uploads are judged side by side already: threads that multiply one matrix together wait for
    each other while other work has the cores, and spin meanwhile.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
