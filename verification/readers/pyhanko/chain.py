"""Certificate chains at a given time, from the anchors and what the file itself carries.

Nothing is ever fetched. Revocation counts only as far as the file brings proof of it.
"""

from __future__ import annotations

import warnings
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils import generic
from pyhanko.sign.validation.generic_cms import validate_cert_usage
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from verification.readers.gm.certificate import is_for_machines
from verification.readers.pyhanko import national
from verification.readers.pyhanko.grounds import Moment, Signed, Trust
from verification.readers.pyhanko.message import issuer_of
from verification.readers.pyhanko.objects import entries, resolve, value_of
from verification.readers.pyhanko.sentences import judge

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from cryptography.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader

    from verification.values import Judgement

T = TypeVar("T")

#: So many certificates, CRLs and OCSP responses of each kind are read from a file.
MAX_STORE_ITEMS = 200

SIGNING_USE = KeyUsageConstraints(
    key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
)
MAIL_USE = KeyUsageConstraints(
    key_usage={"non_repudiation", "digital_signature"},
    match_all_key_usages=False,
    extd_key_usage={"email_protection"},
    explicit_extd_key_usage_required=False,
)
STAMPING_USE = KeyUsageConstraints(key_usage=set(), extd_key_usage={"time_stamping"})


def gather_trust(reader: PdfFileReader, at: datetime, anchors: tuple[bytes, ...]) -> Trust:
    """Read the document security store (ISO 32000-2, 12.8.4.3) where anchors make it of use."""
    store = value_of(reader.root, "/DSS") if anchors else None
    if not isinstance(store, generic.DictionaryObject):
        return Trust(at=at, anchors=anchors)
    return Trust(
        at=at,
        anchors=anchors,
        certificates=tuple(x509.Certificate.load(der) for der in _streams(store, "/Certs")),
        crls=tuple(_streams(store, "/CRLs")),
        ocsps=tuple(_streams(store, "/OCSPs")),
    )


def judge_chain(
    message: Signed, trust: Trust, moment: Moment, *, use: KeyUsageConstraints = SIGNING_USE
) -> Judgement:
    """Build and validate the chain of the signing certificate at `moment`."""
    certificate = message.certificate
    if certificate is None:
        return judge("no_certificate")
    facts: dict[str, object] = {
        "signer": message.name,
        "issuer": issuer_of(certificate),
        "time": _shown(moment.time),
        "begin": _shown(certificate.not_valid_before),
        "end": _shown(certificate.not_valid_after),
    }
    if not trust.anchors:
        return judge("unknown_chain", **facts)
    if national.is_national(certificate):
        facts["indication"] = "CHAIN_CONSTRAINTS_FAILURE"
        case = national.chain_case(message, trust, moment, stamping=use is STAMPING_USE)
        return judge(case, **facts)
    result = _validate(message, trust, moment, use)
    case = _of_use(_case(result, certificate, moment, trust), certificate, trust, use)
    if case.startswith("revoked"):
        facts["revoked"] = _shown(result.revo_details.revocation_date)
        facts["time"] = _shown(moment.claimed or moment.time)
    if case in {"bad_chain", "unknown_chain"}:
        namesake = _namesake(message, trust)
        if namesake is not None:
            case, facts["issuer"] = "other_key", issuer_of(namesake)
    if result.error_subindic is not None:
        facts["indication"] = result.error_subindic.name
    return judge(case, **facts)


def _case(result: Any, certificate: x509.Certificate, moment: Moment, trust: Trust) -> str:
    """Name the row of sentences for what the validator found."""
    indication = result.error_subindic.name if result.error_subindic else None
    if indication is None:
        return "trusted"
    if indication == "NO_CERTIFICATE_CHAIN_FOUND" or _stands_alone(certificate, trust):
        return "unknown_chain"
    if result.revo_details is not None:
        return _revoked_case(result.revo_details.revocation_date, moment)
    if not certificate.not_valid_before <= moment.time <= certificate.not_valid_after:
        return "signed_outside" if moment.proven else "expired"
    return "weak_chain" if indication.startswith("CRYPTO") else "bad_chain"


def _of_use(
    case: str, certificate: x509.Certificate, trust: Trust, use: KeyUsageConstraints
) -> str:
    """Look at what the certificate is for; who trusts it by itself knows better."""
    if case != "trusted" or use is not SIGNING_USE or certificate.dump() in trust.anchors:
        return case
    value = certificate.extended_key_usage_value
    uses = None if value is None else frozenset(one.dotted for one in value)
    return "other_use" if is_for_machines(uses) else case


def _namesake(message: Signed, trust: Trust) -> x509.Certificate | None:
    """Give the certificate whose issuer has the name of a trusted root and another key."""
    known = [message.certificate, *message.others[:MAX_STORE_ITEMS], *trust.certificates]
    # Names that are longer than X.520 allows are only warned of.
    with warnings.catch_warnings(action="ignore"):
        roots = [load_der_x509_certificate(der) for der in trust.anchors]
        return next((one for one in known if one is not None and _is_namesake(one, roots)), None)


def _is_namesake(one: x509.Certificate, roots: list[Certificate]) -> bool:
    try:
        certificate = load_der_x509_certificate(one.dump())
        if certificate in roots:
            return False
        named = [root for root in roots if root.subject == certificate.issuer]
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return bool(named) and not any(_issued(root, certificate) for root in named)


def _issued(root: Certificate, certificate: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _revoked_case(revoked: datetime, moment: Moment) -> str:
    # A signer's own word counts against the signer: who claims to have signed after the
    # revocation is taken at their word.
    after = moment.proven or (moment.claimed is not None and moment.claimed >= revoked)
    return "revoked" if after else "revoked_no_poe"


def _stands_alone(certificate: x509.Certificate, trust: Trust) -> bool:
    return certificate.self_issued and certificate.dump() not in trust.anchors


def _validate(message: Signed, trust: Trust, moment: Moment, use: KeyUsageConstraints) -> Any:
    """Validate the chain, then look for a revocation in what the file brings along.

    The validator asks for proof either of every certificate or only where the certificate says
    where to fetch it. We want neither: proof that is there counts, wherever it comes from.
    """
    ocsps, crls = _carried_revocation(message)
    proof = [*ocsps, *trust.ocsps], [*crls, *trust.crls]
    result = _validate_once(message, trust, moment, use=use, proof=proof, mode="soft-fail")
    if result.error_subindic is not None or not any(proof):
        return result
    strict = _validate_once(message, trust, moment, use=use, proof=proof, mode="require")
    return strict if strict.revo_details is not None else result


def _validate_once(
    message: Signed,
    trust: Trust,
    moment: Moment,
    *,
    use: KeyUsageConstraints,
    proof: tuple[list[Any], list[Any]],
    mode: str,
) -> Any:
    context = ValidationContext(
        trust_roots=_roots(message, trust),
        other_certs=[one for one in (*message.others, *trust.certificates) if _is_readable(one)],
        moment=moment.time,
        allow_fetching=False,
        ocsps=proof[0],
        crls=proof[1],
        revocation_mode=mode,
        # What is embedded is mostly younger than the signature: it speaks of the past.
        retroactive_revinfo=True,
        time_tolerance=timedelta(seconds=1),
    )
    return run(
        validate_cert_usage(
            message.certificate,
            context,
            key_usage_settings=use,
            paths=context.path_builder.async_build_paths_lazy(message.certificate),
        )
    )


def _roots(message: Signed, trust: Trust) -> list[x509.Certificate]:
    """Give the anchors that may vouch for the certificate: authorities, and the one itself.

    A folder of trusted certificates holds those of makers of seals and of single people too; these
    are trusted for what they sign themselves, and not as authorities.
    """
    own = message.certificate.dump() if message.certificate is not None else b""
    anchors = [x509.Certificate.load(der) for der in trust.anchors]
    return [one for one in anchors if one.dump() == own or _may_issue(one)]


def _may_issue(anchor: x509.Certificate) -> bool:
    constraints, usage = anchor.basic_constraints_value, anchor.key_usage_value
    if constraints is not None:
        return bool(constraints["ca"].native)
    if usage is not None:
        return "key_cert_sign" in usage.native
    # One of version 1 has no extensions to say so.
    return not anchor["tbs_certificate"]["extensions"].native


def _is_readable(certificate: x509.Certificate) -> bool:
    """Say whether name and key can be read: what cannot vouches for nobody, and breaks no chain."""
    try:
        _ = certificate.public_key.sha1, certificate.subject.hashable, certificate.issuer.hashable
    except (ValueError, TypeError, KeyError):
        return False
    return True


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Drive a coroutine that never waits for anything, without an event loop.

    An event loop needs a selector and a socket pair, which the sandbox forbids; with fetching
    off, nothing in pyHanko's chain validation ever suspends. Raises RuntimeError if it does.
    """
    try:
        coroutine.send(None)
    except StopIteration as finished:
        result: T = finished.value
        return result
    coroutine.close()
    raise RuntimeError("chain validation waited for something outside the file")


def _carried_revocation(message: Signed) -> tuple[list[Any], list[Any]]:
    """Give OCSP responses and CRLs that travel inside the signature (Adobe's archival form)."""
    archive = message.signed_attribute("1.2.840.113583.1.1.8")
    try:
        ocsps = [] if archive is None else list(archive["ocsp"] or ())
        crls = [] if archive is None else list(archive["crl"] or ())
    except (ValueError, TypeError, KeyError):
        # Unreadable proof is no proof; the chain is judged without it.
        return [], []
    return ocsps[:MAX_STORE_ITEMS], crls[:MAX_STORE_ITEMS]


def _streams(store: generic.DictionaryObject, key: str) -> list[bytes]:
    objects = (resolve(item) for item in entries(store, key)[:MAX_STORE_ITEMS])
    return [entry.data for entry in objects if isinstance(entry, generic.StreamObject)]


def _shown(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%SZ")
