import pytest

from app.core.errors import Invalid
from app.core.mail import Transport
from app.core.mail.transport import Security


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://mail.example", "mail.example", 25, Security.REQUIRED),
        ("smtp://a:b@mail.example", "mail.example", 587, Security.REQUIRED),
        ("smtp://mail.example:2525?starttls=no", "mail.example", 2525, Security.NONE),
        ("smtp://mail.example/?starttls=optional", "mail.example", 25, Security.OPTIONAL),
        ("smtps://a:b@mail.example", "mail.example", 465, Security.IMPLICIT),
        ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, Security.OPTIONAL),
        ("smtp://[::1]:1025", "::1", 1025, Security.OPTIONAL),
        ("smtp://a:b@localhost?starttls=no", "localhost", 587, Security.NONE),
    ],
)
def test_a_url_says_where_and_how_safely(
    url: str, host: str, port: int, security: Security
) -> None:
    transport = Transport.from_url(url)
    assert (transport.host, transport.port, transport.security) == (host, port, security)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example/path",
        "smtp://mail.example:99999",
        "smtp://mail.example:x",
        "smtp://mail.example?starttls=maybe",
        "smtp://mail.example?startls=no",
        "smtps://mail.example?starttls=no",
        "smtp://mail.example?name=a%20b",
        "smtp://mäil.example",
        "smtp://a:p%C3%A4ss@mail.example",
        "smtp://" + "a" * 64 + ".example",
        "smtp://a:b@mail.example?starttls=no",
        "smtp://a:b@mail.example?starttls=optional",
    ],
)
def test_a_url_that_says_something_else_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        Transport.from_url(url)


def test_user_and_password_are_unquoted_and_the_password_is_not_shown() -> None:
    transport = Transport.from_url("smtps://a%40b:p%2Fw%3A@mail.example?name=portal.example")
    assert (transport.user, transport.password) == ("a@b", "p/w:")
    assert transport.name == "portal.example"
    assert "p/w:" not in repr(transport)


def test_one_mail_takes_less_time_than_its_lease() -> None:
    transport = Transport.from_url("smtp://mail.example")
    assert transport.connect_timeout < transport.total_timeout < 120
