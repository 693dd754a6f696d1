"""The one place that knows everything: settings → adapters → ports → blueprints."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from service.adapters.clock import system_clock
from service.adapters.database import DatabaseRecords
from service.adapters.evidence_key import KeptEvidenceKey
from service.adapters.rule_book import FolderRules
from service.adapters.storage import open_storage
from service.adapters.tariffs import KeptTariffs
from service.adapters.verifier import SandboxVerifier
from service.anchors import read_anchors
from service.mail_keys import contradicted, read_mail_keys, remembered
from service.ports import Ports
from verification.limits import Limits
from verification.sandbox.client import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apiflask import APIFlask

    from service.settings import Settings
    from verification.values import MailKey


@contextmanager
def open_ports(settings: Settings) -> Iterator[Ports]:
    """Open everything that actions need; call it after any fork, in the process that uses it.

    Raises ServiceError, SandboxTooWeak and SandboxUnavailable with what to do about it.
    """
    limits = replace(Limits(), file_bytes=settings.max_upload_bytes)
    records = DatabaseRecords(settings.database_url)
    sandbox = Sandbox.start(
        limits=limits, require=settings.require_sandbox, at_once=settings.workers
    )
    verifier = SandboxVerifier(sandbox)
    storage = open_storage(settings)
    rules = FolderRules(settings.rules, clock=system_clock)
    try:
        yield Ports(
            records=records,
            storage=storage,
            verifier=verifier,
            clock=system_clock,
            anchors=read_anchors(settings.trust),
            limits=limits,
            rules=rules,
            mail_keys=_mail_keys(settings),
            mail_servers=settings.mail_servers,
            evidence_key=KeptEvidenceKey(settings),
            tariffs=KeptTariffs(settings, storage),
        )
    finally:
        rules.close()
        verifier.close()
        records.close()


def _mail_keys(settings: Settings) -> tuple[MailKey, ...]:
    """Read the keys and remember them; a selector with two records is told in the log as well."""
    pinned = read_mail_keys(settings.mail_keys)
    keys = remembered(pinned, settings.data) if settings.mail_keys else ()
    for name in contradicted(keys):
        structlog.get_logger("service").warning("mail_keys.contradicted", selector=name)
    return keys


def create_app(settings: Settings, ports: Ports) -> APIFlask:
    """Build the web application around ports that are open already."""
    from service import api, web  # noqa: PLC0415 - workers need no web framework

    app = api.create(settings, ports)
    web.register(app)
    return app
