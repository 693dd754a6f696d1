"""What roles, states and findings are called: the interface's words, translated in one place."""

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
#: What a decision is called once it was made.
DECIDED: Mapping[str, object] = {
    Decision.ACCEPT: _("Accepted"),
    Decision.REJECT: _("Rejected"),
    Decision.ASK_AGAIN: _("Asked again"),
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
    "reviews.open": _("Put into the queue"),
    "reviews.decide": _("Decided"),
    "deliverables.decided": _("Decision noted"),
    "requirements.create": _("Requirement entered"),
    "stages.opened": _("Stage opened"),
    "stages.locked": _("Stage still to be completed"),
}
CHECKS: Mapping[str, object] = {
    "type.declared": _("What the file really is"),
    "type.container": _("Is the file whole?"),
    "type.polyglot": _("One file, one format?"),
    "time.claims": _("Times in the file"),
    "time.consistent": _("Do the times agree?"),
    "time.window": _("Made in the time asked for?"),
    "time.metadata": _("Reading the metadata"),
    "pdf.signature": _("Signature"),
    "pdf.signature.integrity": _("Signature: are the signed bytes untouched?"),
    "pdf.signature.coverage": _("Signature: what it covers"),
    "pdf.signature.changes": _("Changed after signing?"),
    "pdf.signature.chain": _("Signature: who vouches for the signer?"),
    "pdf.signature.time": _("Signature: when it was made"),
    "pdf.timestamp": _("Time-stamp"),
    "mail.smime.integrity": _("Mail signature: is the signed part untouched?"),
    "mail.smime.coverage": _("Mail signature: is all that is shown signed?"),
    "mail.smime.chain": _("Mail signature: who vouches for the signer?"),
    "mail.smime.time": _("Mail signature: when it was made"),
    "mail.smime.identity": _("Mail signature: is the signer the sender?"),
    "mail.pgp.integrity": _("PGP signature"),
    "mail.dkim.integrity": _("Signature of the mail domain"),
    "mail.dkim.coverage": _("Signature of the mail domain: what it covers"),
    "mail.dkim.time": _("Signature of the mail domain: when it was made"),
    "mail.dkim.identity": _("Is it the domain of the sender?"),
    "mail.arc.integrity": _("Chain of forwarding servers"),
    "mail.arc.time": _("Chain of forwarding servers: when it was sealed"),
    "mail.screenshot": _("A picture in place of a mail?"),
    "ooxml.signature.integrity": _("Signature: are the signed bytes untouched?"),
    "ooxml.signature.coverage": _("Signature: what it covers"),
    "ooxml.signature.changes": _("Changed after signing?"),
    "ooxml.signature.chain": _("Signature: who vouches for the signer?"),
    "ooxml.signature.time": _("Signature: when it was made"),
    "signer.required": _("Signed by the right person?"),
    "policy.present": _("What must be in the file"),
    "limit.exceeded": _("Limits of the examination"),
    "sandbox.run": _("The examination itself"),
}
#: Sub-indications (after ETSI EN 319 102-1, and our own) and causes of a review.
CAUSES: Mapping[str, object] = {
    "ALTERNATIVES_DIFFER": _("Two versions of the text differ"),
    "CHANGED_AFTER_SIGNING": _("Changed after signing"),
    "CHECK_BROKE": _("A check broke off"),
    "CONTAINER_DAMAGED": _("Damaged"),
    "CONTAINER_TRUNCATED": _("Cut off"),
    "CRYPTO_CONSTRAINTS_FAILURE": _("Outdated cryptography"),
    "EMPTY_FILE": _("Empty file"),
    "ENCRYPTED": _("Encrypted"),
    "EXPIRED": _("Certificate expired"),
    "EXTRA_BYTES": _("Bytes that do not belong"),
    "FORMAT_FAILURE": _("Malformed"),
    "FROM_AMBIGUOUS": _("Sender ambiguous"),
    "FROM_NOT_FOUND": _("No sender's address"),
    "HASH_FAILURE": _("Signed bytes altered"),
    "HEADER_CHANGED": _("Header differs from what was signed"),
    "HIDDEN_CONTENT": _("Hidden words"),
    "KEY_CONTRADICTED": _("Two different keys"),
    "KEY_NOT_AVAILABLE": _("Key not at hand"),
    "LIMIT_EXCEEDED": _("Over a limit"),
    "LOOKALIKE_ADDRESS": _("Address that looks like another"),
    "NAME_MISLEADS": _("Misleading name of the sender"),
    "NAME_NOT_CERTIFIED": _("Name not certified"),
    "NESTED_ARCHIVE": _("Archive in an archive"),
    "NOTHING_EXAMINED": _("Nothing was examined"),
    "NOT_SUPPORTED": _("Not verified here"),
    "NO_CERTIFICATE_CHAIN_FOUND": _("Issuer not trusted"),
    "NO_TIME": _("No time in the file"),
    "OUT_OF_BOUNDS_NO_POE": _("Certificate not valid then"),
    "PARSER_CRASHED": _("Could not be read"),
    "PART_DOUBLED": _("A part is there twice"),
    "PART_MISSING": _("A part is missing"),
    "PATH_UNSAFE": _("Unsafe path inside"),
    "POLYGLOT": _("Several formats in one file"),
    "QUARANTINED": _("Could not be examined"),
    "REVOKED": _("Certificate revoked"),
    "REVOKED_NO_POE": _("Certificate revoked"),
    "SCREENSHOT": _("A screenshot"),
    "SENDER_DIFFERS": _("Another sender is named"),
    "SIGNATURE_NOT_FOUND": _("Not signed"),
    "SIGNER_NOT_REQUIRED_PERSON": _("Signed by somebody else"),
    "SIGNER_NOT_SENDER": _("Signed by another than the sender"),
    "SIG_CRYPTO_FAILURE": _("Signature does not hold"),
    "TIME_CONTRADICTION": _("Times contradict each other"),
    "TIME_IN_FUTURE": _("Time in the future"),
    "TIME_OUT_OF_WINDOW": _("Not made in the time asked for"),
    "TIME_TOO_OLD": _("Too old"),
    "TIME_UNTRUSTED": _("Time not trusted"),
    "TYPE_MISMATCH": _("Not what its name says"),
    "TYPE_NOT_ALLOWED": _("Type not accepted here"),
    "TYPE_UNKNOWN": _("Type not recognised"),
    "UNEXPLAINED": _("No reason given"),
    "UNSIGNED_CONTENT": _("Some content is not signed"),
}
#: How much a time is worth: who would have had to lie for it to be wrong.
TRUSTS: Mapping[str, object] = {
    "T0": _("file system"),
    "T1": _("written on it"),
    "T2": _("metadata"),
    "T3": _("inside a signature"),
    "T4": _("a server we know"),
    "T5": _("trusted time-stamp"),
}
