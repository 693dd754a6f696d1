"""The HTTP API: one blueprint a resource, strict in what it reads, plain in what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIFlask, HTTPError
from werkzeug.exceptions import HTTPException

from service import access, logs
from service.api import envelope, guard, openapi, pages, problems, rates
from service.api.audit import audit
from service.api.causes import causes
from service.api.coefficients import coefficients
from service.api.customers import customers
from service.api.deliverables import deliverables
from service.api.facts import facts
from service.api.firings import firings
from service.api.form_parts import AROUND_BYTES
from service.api.health import health, in_short
from service.api.idempotency import Running
from service.api.incidents import incidents
from service.api.models import models
from service.api.people import people
from service.api.requirements import requirements
from service.api.reviews import reviews
from service.api.rules import rules
from service.api.sessions import sessions
from service.api.site import NAME, Site
from service.api.stages import stages
from service.api.throttle import Throttle
from service.api.tokens import tokens
from service.api.windows import Windows

if TYPE_CHECKING:
    from service.ports import Ports
    from service.settings import Settings

BLUEPRINTS = (
    pages.about,
    health,
    in_short,
    sessions,
    people,
    tokens,
    customers,
    stages,
    requirements,
    deliverables,
    models,
    coefficients,
    reviews,
    facts,
    firings,
    rules,
    causes,
    incidents,
    audit,
)


def create(settings: Settings, ports: Ports) -> APIFlask:
    """Make the application with the whole API; pages are registered on it afterwards.

    The permission table guards every route of the application, whoever registers it. Raises
    TableError when the table is wrong.
    """
    access.table()
    windows = Windows(settings)
    logs.configure(settings.log_level)
    app = APIFlask(
        "service",
        title=openapi.TITLE,
        version=openapi.VERSION,
        spec_path=None,
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type] # Flask takes None for none
    )
    app.extensions["countermark"] = ports
    app.extensions[NAME] = Site(
        ports=ports,
        settings=settings,
        throttle=Throttle(windows),
        running=Running(),
    )
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + AROUND_BYTES,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_OPERATION_ID=True,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # the default provider has it
    envelope.install(app)
    rates.install(app, windows)
    app.before_request(guard.guard)
    for kind in (HTTPException, HTTPError, Exception):
        app.register_error_handler(kind, problems.answer)
    app.spec_processor(openapi.complete)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
