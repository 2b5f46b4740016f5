"""Encryption and passwords, against real aiosmtpd servers on this machine."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.core.mail import Answer, Outcome, Stage, Transport, send
from tests.core.scripted_smtp import MESSAGE, RECIPIENT, SENDER, Script, serving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        made.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


def context(certificate: Path) -> ssl.SSLContext:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    return server


def through(transport: Transport, options: str, scheme: str = "smtp", user: str = "") -> Answer:
    url = f"{scheme}://{user}{transport.host}:{transport.port}?{options}"
    return send(Transport.from_url(url), SENDER, RECIPIENT, MESSAGE)


def test_starttls_required_and_not_offered_sends_nothing() -> None:
    script = Script()
    with serving(script) as transport:
        answer = through(transport, "starttls=required")
    assert answer.outcome is Outcome.UNAVAILABLE
    assert (answer.at_stage, answer.text) == (Stage.TLS, "STARTTLS is not offered")
    assert script.commands["mail"] == 0


def test_starttls_optional_and_not_offered_goes_in_clear() -> None:
    script = Script()
    with serving(script) as transport:
        assert through(transport, "starttls=optional").outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("options", ["starttls=required&ca={}", "starttls=optional"])
def test_starttls_encrypts_before_the_sender_is_named(certificate: Path, options: str) -> None:
    script = Script()
    with serving(script, tls_context=context(certificate), require_starttls=True) as transport:
        assert through(transport, options.format(certificate)).outcome is Outcome.ACCEPTED
    assert script.commands["ehlo"] == 2


def test_a_certificate_nobody_vouches_for_is_refused_where_tls_is_required(
    certificate: Path,
) -> None:
    script = Script()
    with serving(script, tls_context=context(certificate)) as transport:
        answer = through(transport, "starttls=required")
    assert (answer.outcome, answer.at_stage) == (Outcome.UNAVAILABLE, Stage.TLS)
    assert script.commands["mail"] == 0


def test_a_certificate_of_another_name_is_refused(certificate: Path) -> None:
    script = Script()
    with serving(script, tls_context=context(certificate)) as transport:
        url = f"smtp://localhost:{transport.port}?starttls=required&ca={certificate}"
        answer = send(Transport.from_url(url), SENDER, RECIPIENT, MESSAGE)
    assert (answer.outcome, answer.at_stage) == (Outcome.UNAVAILABLE, Stage.TLS)


def test_a_refused_starttls_sends_nothing(certificate: Path) -> None:
    script = Script(answers={"starttls": "454 4.7.0 TLS not available"})
    with serving(script, tls_context=context(certificate)) as transport:
        answer = through(transport, f"starttls=required&ca={certificate}")
    assert (answer.outcome, answer.code, answer.enhanced) == (Outcome.UNAVAILABLE, 454, "4.7.0")
    assert script.commands["mail"] == 0


def test_smtps_is_encrypted_from_the_first_byte(certificate: Path) -> None:
    script = Script()
    with serving(script, implicit=context(certificate)) as transport:
        assert through(transport, f"ca={certificate}", "smtps").outcome is Outcome.ACCEPTED
        assert through(transport, "", "smtps").outcome is Outcome.UNAVAILABLE


def authenticator(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> Any:
    right = (data.login, data.password) == (b"kontor", b"s3cret/@")
    return AuthResult(success=right, handled=False)


@pytest.mark.parametrize(
    ("user", "outcome", "code"),
    [
        ("kontor:s3cret%2F%40@", Outcome.ACCEPTED, 250),
        ("kontor:wrong@", Outcome.UNAVAILABLE, 535),
        ("", Outcome.UNAVAILABLE, 530),
    ],
)
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_password_is_right_or_nothing_is_sent(user: str, outcome: Outcome, code: int) -> None:
    script = Script()
    options = {"authenticator": authenticator, "auth_required": True, "auth_require_tls": False}
    with serving(script, **options) as transport:
        answer = through(transport, "starttls=no", user=user)
    assert (answer.outcome, answer.code) == (outcome, code)
    assert "s3cret" not in answer.text
    assert len(script.kept) == (outcome is Outcome.ACCEPTED)


def test_a_password_without_login_at_the_server_is_unavailable() -> None:
    with serving(Script()) as transport:
        answer = through(transport, "starttls=no", user="a:b@")
    assert (answer.outcome, answer.at_stage) == (Outcome.UNAVAILABLE, Stage.LOGIN)
