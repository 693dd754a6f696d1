"""The demo's certificate authority: a root, people's certificates and a time-stamping authority.

Keys are fresh on every run: a demo whose private keys were known to everybody who has the source
would teach the wrong thing. What is signed is the same every time, the signature values are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: pyHanko's time-stamper signs with RSA only.
TSA_KEY_BITS = 2048
#: Certificates begin long enough ago for the oldest file of the demo to be signed in their time.
ISSUED_BEFORE = timedelta(days=3 * 365)
ROOT_BEFORE = timedelta(days=5 * 365)
VALID_FOR = timedelta(days=6 * 365)
ROOT_FOR = timedelta(days=15 * 365)

DEMO_AUTHORITY = "Countermark 演示电子认证根 CA"
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom a certificate names."""

    name: str
    organisation: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def certificate_der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def key_der(self) -> bytes:
        """PKCS #8, not encrypted: the key lives in this process only."""
        return self.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Authority:
    """Issues a certificate for whoever asks, the same one each time."""

    root: Credential
    tsa: Credential
    at: datetime
    _issued: dict[Identity, Credential] = field(default_factory=dict, repr=False)

    @property
    def root_pem(self) -> bytes:
        """What goes into the trust folder."""
        return self.root.certificate.public_bytes(serialization.Encoding.PEM)

    def credential(self, identity: Identity) -> Credential:
        if identity not in self._issued:
            self._issued[identity] = _issue(self, identity)
        return self._issued[identity]


def found(at: datetime, name: str = DEMO_AUTHORITY) -> Authority:
    """Make a root and its time-stamping authority, valid for years on both sides of `at`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(Identity(name=name, organisation="Countermark Demo"))
    builder = (
        _builder(subject, key, at - ROOT_BEFORE, at - ROOT_BEFORE + ROOT_FOR)
        .issuer_name(subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(issues=True), critical=True)
    )
    root = Credential(certificate=builder.sign(key, hashes.SHA256()), key=key)
    return Authority(root=root, tsa=_time_stamper(root, at), at=at)


def self_signed(like: Credential, at: datetime) -> Authority:
    """Give somebody who certifies himself, in the name that a certificate is in."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = like.certificate.subject
    begin = at - ISSUED_BEFORE
    builder = (
        _builder(subject, key, begin, begin + VALID_FOR)
        .issuer_name(subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(issues=False), critical=True)
    )
    for extension in like.certificate.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            builder = builder.add_extension(extension.value, critical=False)
    own = Credential(certificate=builder.sign(key, hashes.SHA256()), key=key)
    return Authority(root=own, tsa=own, at=at)


def _issue(authority: Authority, identity: Identity) -> Credential:
    key = ec.generate_private_key(ec.SECP256R1())
    begin = authority.at - ISSUED_BEFORE
    builder = _builder(_name(identity), key, begin, begin + VALID_FOR).add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
    )
    if identity.email:
        names = x509.SubjectAlternativeName([x509.RFC822Name(identity.email)])
        builder = builder.add_extension(names, critical=False)
    return _certify(authority.root, builder, key)


def _time_stamper(root: Credential, at: datetime) -> Credential:
    key = rsa.generate_private_key(public_exponent=65537, key_size=TSA_KEY_BITS)
    identity = Identity(name="Countermark 演示时间戳服务", organisation="Countermark Demo")
    begin = at - ISSUED_BEFORE
    # RFC 3161, 2.3: this usage, alone and critical.
    builder = _builder(_name(identity), key, begin, begin + VALID_FOR).add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
    )
    return _certify(root, builder, key)


def _certify(root: Credential, builder: x509.CertificateBuilder, key: PrivateKey) -> Credential:
    issuer = root.certificate
    signer_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        builder.issuer_name(issuer.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(issues=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer_id),
            critical=False,
        )
        .sign(root.key, hashes.SHA256())
    )
    return Credential(certificate=certificate, key=key)


def _builder(
    subject: x509.Name, key: PrivateKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(identity: Identity) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, identity.organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, identity.name),
        ]
    )


def _usage(*, issues: bool) -> x509.KeyUsage:
    """A person signs and cannot deny it; a root signs certificates and revocation lists."""
    return x509.KeyUsage(
        digital_signature=not issues,
        content_commitment=not issues,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )
