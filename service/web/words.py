"""What roles, states and decisions are called: the interface's words, translated in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from service.records import Decision, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES: Mapping[str, object] = {
    Role.SALESPERSON: _("Salesperson"),
    Role.MANAGER: _("Manager"),
    Role.REGIONAL_DIRECTOR: _("Regional director"),
    Role.VP_SALES: _("VP sales"),
    Role.REVIEWER: _("Reviewer"),
    Role.SALES_OPS: _("Sales operations"),
    Role.ML_ENGINEER: _("ML engineer"),
    Role.FINANCE: _("Finance"),
    Role.ADMIN: _("Administrator"),
}
STATUSES: Mapping[str | None, object] = {
    "PASSED": _("Passed"),
    "INDETERMINATE": _("Not decided"),
    "FAILED": _("Failed"),
    "NOT_APPLICABLE": _("Not applicable"),
    "QUARANTINED": _("Could not be examined"),
    None: _("Being examined"),
}
DECISIONS: Mapping[str, object] = {
    Decision.ACCEPT: _("Accept"),
    Decision.REJECT: _("Reject"),
    Decision.ASK_AGAIN: _("Ask again"),
}
DECISION_KEYS: Mapping[str, str] = {
    Decision.ACCEPT: "a",
    Decision.REJECT: "r",
    Decision.ASK_AGAIN: "s",
}
EVENTS: Mapping[str, object] = {
    "deliverables.upload": _("Uploaded"),
    "deliverables.judged": _("Examined"),
    "deliverables.quarantined": _("Could not be examined"),
    "reviews.decide": _("Decided"),
    "stages.opened": _("Stage opened"),
    "stages.locked": _("Stage locked"),
    "customers.create": _("Customer entered"),
    "customers.change": _("Customer changed"),
    "requirements.change": _("Requirement changed"),
}
CHECKS: Mapping[str, object] = {
    "type.declared": _("What the file really is"),
    "type.container": _("The container"),
    "type.polyglot": _("One file, several formats"),
    "time.claims": _("Times in the file"),
    "time.consistent": _("Do the times agree?"),
    "time.window": _("Made within the window"),
    "pdf.signature.integrity": _("Signature: is it whole?"),
    "pdf.signature.coverage": _("Signature: what it covers"),
    "pdf.signature.changes": _("Changed after signing?"),
    "pdf.signature.chain": _("Signature: who vouches for it"),
    "signer.required": _("Signed by the right person"),
    "limit.exceeded": _("Limits of the examination"),
    "sandbox.run": _("The examination itself"),
}
