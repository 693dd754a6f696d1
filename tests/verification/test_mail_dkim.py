"""Signatures of domains: the vectors of the standards, what breaks them, and what a key proves."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verification import mailing
from tests.verification import signing as made
from verification.limits import Limits
from verification.pipeline import verify
from verification.policies import load
from verification.readers.dkim import read
from verification.readers.dkim.tags import TagError, canonical_body, read_tags
from verification.readers.mime.parts import split
from verification.terms import Terms
from verification.values import MailKey, Status, Submission, Trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.values import Report, Signature

PASSED, UNKNOWN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
NEUTRAL = Status.NOT_APPLICABLE
MAIL = mailing.HEADER + mailing.TEXT
KEYS = (mailing.mail_key(),)

#: RFC 8463, appendix A: two signatures of one mail and the records of their keys.
STANDARD = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
"""
STANDARD_KEYS = tuple(
    MailKey(domain="football.example.com", selector=selector, record=record, known="pinned")
    for selector, record in (
        ("brisbane", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
        (
            "test",
            (
                "v=DKIM1; k=rsa; "
                "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk0"
                "8a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvq"
                "MKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
            ),
        ),
    )
)


def signatures(mail: bytes, keys: tuple[MailKey, ...] = KEYS) -> list[Signature]:
    return read(split(mail, Limits()), keys, made.NOW).signatures


def report(mail: bytes, keys: tuple[MailKey, ...] = KEYS, servers: tuple[str, ...] = ()) -> Report:
    terms = Terms(at=made.NOW, policy=load(), mail_keys=keys, mail_servers=servers)
    return verify(Submission(data=mail, name="a.eml"), terms)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"], ids=["as a file", "as sent"])
def test_the_mail_of_the_standard_holds(ends: bytes) -> None:
    found = signatures(STANDARD.replace(b"\n", ends), STANDARD_KEYS)
    assert [(one.status, one.signer) for one in found] == [(PASSED, "football.example.com")] * 2
    assert {one.time for one in found} == {"2018-06-10T13:38:29+00:00"}


def added(line: bytes) -> Callable[[], bytes]:
    return lambda: line + b"\r\n" + mailing.domain_signed(MAIL)


@pytest.mark.parametrize(
    ("make", "keys", "status", "reason"),
    [
        pytest.param(lambda: mailing.domain_signed(MAIL), KEYS, PASSED, None, id="as signed"),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, c="simple/simple"), KEYS, PASSED, None, id="simple"
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, kind="ed25519"),
            (mailing.mail_key(kind="ed25519"),),
            PASSED,
            None,
            id="Ed25519",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL), (), UNKNOWN, "KEY_NOT_AVAILABLE", id="no key"
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL).replace(b"100,000", b"900,000"),
            (),
            UNKNOWN,
            "KEY_NOT_AVAILABLE",
            id="no key, and the text changed: still not failed",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL),
            (*KEYS, mailing.mail_key(text="v=DKIM1; p=AAAA", known="first_use")),
            UNKNOWN,
            "KEY_CONTRADICTED",
            id="two records for one selector",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL),
            (*KEYS, mailing.mail_key(known="first_use")),
            PASSED,
            None,
            id="the same record twice",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL),
            (mailing.mail_key(text="v=DKIM1; p="),),
            UNKNOWN,
            "REVOKED_NO_POE",
            id="a record without a key",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL),
            (mailing.mail_key(text="v=DKIM1; p=AAAA"),),
            UNKNOWN,
            "FORMAT_FAILURE",
            id="a record that holds no key",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL).replace(b"100,000", b"900,000"),
            KEYS,
            UNKNOWN,
            "HASH_FAILURE",
            id="the text changed",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL).replace(b"Subject: Price", b"Subject: Prize"),
            KEYS,
            UNKNOWN,
            "SIG_CRYPTO_FAILURE",
            id="the subject changed",
        ),
        pytest.param(
            added(b"From: boss@example.com"), KEYS, FAILED, "FROM_AMBIGUOUS", id="a From put on top"
        ),
        pytest.param(
            added(b"Subject: no"), KEYS, UNKNOWN, "UNSIGNED_CONTENT", id="a subject put on top"
        ),
        pytest.param(
            lambda: (
                b"From: boss@example.com\r\n"
                + mailing.domain_signed(MAIL, h=f"from:{mailing.SIGNED_FIELDS}")
            ),
            KEYS,
            UNKNOWN,
            "SIG_CRYPTO_FAILURE",
            id="a From put on one that was signed against that",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, h="to:subject"),
            KEYS,
            FAILED,
            "FORMAT_FAILURE",
            id="the From not signed",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, l="10") + b"more",
            KEYS,
            UNKNOWN,
            "UNSIGNED_CONTENT",
            id="only the beginning signed",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, t="1780000000", x="1780100000"),
            KEYS,
            UNKNOWN,
            "EXPIRED",
            id="expired",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, t="1880272000"),
            KEYS,
            UNKNOWN,
            "TIME_CONTRADICTION",
            id="of tomorrow",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, t="9" * 40),
            KEYS,
            UNKNOWN,
            "FORMAT_FAILURE",
            id="no time",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, d="example.org", i=""),
            (mailing.mail_key("example.org"),),
            UNKNOWN,
            "SIGNER_NOT_SENDER",
            id="another domain than the sender's",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, d="mail.example.com"),
            (mailing.mail_key("mail.example.com"),),
            PASSED,
            None,
            id="a subdomain of the sender's",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, i="a@example.org"),
            KEYS,
            UNKNOWN,
            "FORMAT_FAILURE",
            id="an identity outside of the domain",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, a="rsa-sha1"),
            KEYS,
            UNKNOWN,
            "CRYPTO_CONSTRAINTS_FAILURE",
            id="SHA-1",
        ),
        pytest.param(
            lambda: mailing.domain_signed(MAIL, v="2"),
            KEYS,
            UNKNOWN,
            "FORMAT_FAILURE",
            id="version 2",
        ),
        pytest.param(
            lambda: b"DKIM-Signature: v=1; v=1\r\n" + MAIL,
            KEYS,
            UNKNOWN,
            "FORMAT_FAILURE",
            id="a tag given twice",
        ),
        pytest.param(
            lambda: b"DKIM-Signature: \xff\xfe\0\r\n" + MAIL,
            KEYS,
            UNKNOWN,
            "FORMAT_FAILURE",
            id="no tags at all",
        ),
    ],
)
def test_what_becomes_of_a_signature(
    make: Callable[[], bytes], keys: tuple[MailKey, ...], status: Status, reason: str | None
) -> None:
    (signature,) = signatures(make(), keys)
    assert (signature.status, signature.sub_indication) == (status, reason)
    assert (signature.remedy is None) == (status is PASSED)


def test_an_own_signature_excuses_the_one_of_a_service() -> None:
    mail = mailing.domain_signed(mailing.domain_signed(MAIL), d="mailer.example.net")
    found = signatures(mail, (*KEYS, mailing.mail_key("mailer.example.net")))
    assert [one.status for one in found] == [PASSED, PASSED]
    (alone,) = signatures(
        mailing.domain_signed(MAIL, d="mailer.example.net"),
        (mailing.mail_key("mailer.example.net"),),
    )
    assert alone.sub_indication == "SIGNER_NOT_SENDER"


def test_a_time_counts_as_far_as_the_key_is_known() -> None:
    mail = mailing.domain_signed(MAIL)
    (known,) = [one for one in report(mail).claims if one.source == "mail:DKIM-Signature/t"]
    (unknown,) = [one for one in report(mail, ()).claims if one.source == known.source]
    assert (known.trust, known.covered_by) == (Trust.T4, "dkim example.com")
    assert (unknown.trust, unknown.covered_by) == (Trust.T2, None)


@pytest.mark.parametrize(
    ("make", "status", "reason"),
    [
        pytest.param(lambda: mailing.forwarded(MAIL), PASSED, None, id="one server"),
        pytest.param(lambda: mailing.forwarded(MAIL, 3), PASSED, None, id="three servers"),
        pytest.param(
            lambda: mailing.forwarded(MAIL, 2).replace(b"100,000", b"900,000"),
            UNKNOWN,
            "SIG_CRYPTO_FAILURE",
            id="the text changed after the last",
        ),
        pytest.param(
            lambda: mailing.forwarded(MAIL, 2).replace(b"i=1; example.com; dkim=pass", b"i=1; no"),
            UNKNOWN,
            "SIG_CRYPTO_FAILURE",
            id="the results of the first changed",
        ),
        pytest.param(
            lambda: mailing.forwarded(MAIL, cv="fail"),
            UNKNOWN,
            "FORMAT_FAILURE",
            id="says it is broken",
        ),
        pytest.param(
            lambda: mailing.forwarded(MAIL, 2).replace(b"i=1;", b"i=3;"),
            UNKNOWN,
            "FORMAT_FAILURE",
            id="a set missing",
        ),
        pytest.param(
            lambda: b"ARC-Seal: i=1; a=b\r\n" + mailing.forwarded(MAIL),
            UNKNOWN,
            "FORMAT_FAILURE",
            id="a seal twice",
        ),
    ],
)
def test_a_chain_of_servers(make: Callable[[], bytes], status: Status, reason: str | None) -> None:
    (chain,) = signatures(make())
    assert (chain.kind, chain.status, chain.sub_indication) == ("arc", status, reason)


def test_a_chain_without_its_keys_stays_open() -> None:
    (chain,) = signatures(mailing.forwarded(MAIL), ())
    assert (chain.status, chain.sub_indication) == (UNKNOWN, "KEY_NOT_AVAILABLE")


def test_an_intact_chain_explains_a_signature_that_no_longer_holds() -> None:
    changed = mailing.domain_signed(MAIL).replace(b"100,000", b"900,000")
    assert signatures(changed)[0].sub_indication == "HASH_FAILURE"
    found = signatures(mailing.forwarded(changed))
    assert [(one.kind, one.status) for one in found] == [("dkim", UNKNOWN), ("arc", PASSED)]


HOPS = (
    b"Received: from a by mx.example.org; Mon, 01 Jun 2026 08:00:10 +0800\r\n"
    b"Received: from b by mx.example.com; Mon, 01 Jun 2026 08:00:05 +0800\r\n"
    b"Received: from c by mx.example.org; Mon, 01 Jun 2026 08:00:03 +0800\r\n"
)


def test_only_what_our_own_servers_wrote_on_top_is_a_server_s_word() -> None:
    claims = report(HOPS + MAIL, servers=("MX.example.org",)).claims
    hops = [one.trust for one in claims if one.source.startswith("mail:Received")]
    assert hops == [Trust.T4, Trust.T2, Trust.T2]
    assert {one.trust for one in report(HOPS + MAIL).claims} == {Trust.T2}


def test_no_changed_letter_of_the_text_passes() -> None:
    mail = mailing.domain_signed(MAIL)
    begin = mail.index(b"We accept")
    dice = random.Random(1)  # noqa: S311 - a seeded test, not a secret
    letters = [at for at in range(begin, len(mail)) if mail[at : at + 1] not in b" \t\r\n"]
    for position in letters:
        changed = bytearray(mail)
        changed[position] ^= dice.choice((1, 2, 4, 8))
        assert signatures(bytes(changed))[0].status is not PASSED, position


@pytest.mark.parametrize(
    ("body", "simple", "relaxed"),
    [
        pytest.param(b"", b"\r\n", b"", id="nothing"),
        pytest.param(
            b" C \r\nD \t E\r\n\r\n\r\n",
            b" C \r\nD \t E\r\n",
            b" C\r\nD E\r\n",
            id="RFC 6376, 3.4.5",
        ),
        pytest.param(b"a", b"a\r\n", b"a\r\n", id="without a line end"),
        pytest.param(b"\r\n\r\n", b"\r\n", b"", id="empty lines"),
    ],
)
def test_canonical_bodies(body: bytes, simple: bytes, relaxed: bytes) -> None:
    assert canonical_body(body, "simple") == simple
    assert canonical_body(body, "relaxed") == relaxed


@given(st.text(max_size=60))
def test_tags_are_read_or_refused(text: str) -> None:
    try:
        tags = read_tags(text)
    except TagError:
        return
    assert all(name and ";" not in value for name, value in tags.items())
