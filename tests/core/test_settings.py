import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from app.core import settings
from app.core.errors import Invalid
from app.core.settings import Settings

SECRET = "a secret of at least thirty-two characters"


def read(folder: Path, **environment: str) -> Settings:
    """Return the settings of an environment."""
    return settings.from_environment({"KONTOR_DATA_DIR": str(folder), **environment})


def test_without_any_setting_it_is_a_private_production_on_sqlite(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.is_production
    assert found.database_url == f"sqlite:///{tmp_path}/kontor.db"
    assert found.storage_url == f"file://{tmp_path}/files"
    assert (found.redis_url, found.metrics_token, found.mail_caught_in) == (None, None, None)
    assert found.proxies == 0
    assert set(found.trusted_hosts) == {"127.0.0.1", "localhost"}
    assert not found.is_secure


def test_a_secret_is_made_once_and_kept_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    one, other = read(folder), read(folder)
    assert one.secret == other.secret
    assert len(one.secret) >= 64
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == ["secret.key"]
    assert read(tmp_path / "other").secret != one.secret


def test_a_given_secret_is_taken_if_it_is_long_enough(tmp_path: Path) -> None:
    assert read(tmp_path, KONTOR_SECRET_KEY=SECRET).secret == SECRET.encode()
    assert os.listdir(tmp_path) == []
    with pytest.raises(Invalid, match="32"):
        read(tmp_path, KONTOR_SECRET_KEY="short")


def test_keys_of_two_purposes_have_nothing_in_common(tmp_path: Path) -> None:
    found = read(tmp_path, KONTOR_SECRET_KEY=SECRET)
    assert len(found.key("cookie")) == 32
    assert found.key("cookie") == found.key("cookie") != found.key("mailed code")
    assert replace(found, secret=b"another").key("cookie") != found.key("cookie")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("postgres://db/kontor", "postgresql+psycopg://db/kontor"),
        ("postgresql://u:p@db/kontor", "postgresql+psycopg://u:p@db/kontor"),
        ("postgresql+psycopg://db/kontor", "postgresql+psycopg://db/kontor"),
        ("sqlite:////srv/kontor.db", "sqlite:////srv/kontor.db"),
    ],
)
def test_the_driver_of_the_database_is_ours(given: str, url: str, tmp_path: Path) -> None:
    assert read(tmp_path, DATABASE_URL=given).database_url == url


def test_hosts_and_mail_follow_the_address_of_the_portal(tmp_path: Path) -> None:
    found = read(tmp_path, KONTOR_BASE_URL="https://portal.lindenhof.example/")
    assert found.base_url == "https://portal.lindenhof.example"
    assert found.is_secure
    assert "portal.lindenhof.example" in found.trusted_hosts
    assert found.mail_sender == "kontor@portal.lindenhof.example"
    assert found.bounce_domain == "bounces.portal.lindenhof.example"


def test_mail_of_a_bare_address_has_a_domain_of_its_own(tmp_path: Path) -> None:
    assert read(tmp_path, KONTOR_BASE_URL="http://192.0.2.7").mail_sender == "kontor@kontor.example"


@pytest.mark.parametrize(
    "wrong",
    [
        {"KONTOR_ENVIRONMENT": "staging"},
        {"KONTOR_PROXIES": "one"},
        {"KONTOR_UPLOAD_LIMIT": "64 MB"},
        {"KONTOR_MAIL_CAUGHT_IN": "/var/mail", "KONTOR_ENVIRONMENT": "production"},
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(wrong: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, **wrong)
    assert next(iter(wrong)) in str(refused.value) or "KONTOR_MAIL_CAUGHT_IN" in str(refused.value)
    assert str(refused.value).endswith(".")


def test_mail_may_be_caught_in_a_demonstration(tmp_path: Path) -> None:
    found = read(tmp_path, KONTOR_ENVIRONMENT="demo", KONTOR_MAIL_CAUGHT_IN=str(tmp_path / "mail"))
    assert found.mail_caught_in == tmp_path / "mail"
    assert not found.is_production


@pytest.mark.parametrize("where", ["0.0.0.0:24", "mx.example:24", "127.0.0.1", "127.0.0.1:x", "24"])
def test_mail_is_listened_for_on_this_machine_only(tmp_path: Path, where: str) -> None:
    given = {"KONTOR_DATA_DIR": str(tmp_path), "KONTOR_MAIL_IN": where}
    with pytest.raises(Invalid, match="KONTOR_MAIL_IN"):
        settings.from_environment(given)


def test_ways_in_are_switched_off_unless_they_are_named(tmp_path: Path) -> None:
    bare = settings.from_environment({"KONTOR_DATA_DIR": str(tmp_path)})
    assert (bare.drop_folder, bare.mail_in, bare.mail_in_verifier) == (None, None, None)
    for where in ("127.0.0.1:2424", "unix:/run/kontor/lmtp.sock", "[::1]:24"):
        given = {"KONTOR_DATA_DIR": str(tmp_path), "KONTOR_MAIL_IN": where}
        assert settings.from_environment(given).mail_in == where


def test_an_installation_names_mailboxes_that_several_people_share(tmp_path: Path) -> None:
    named = read(tmp_path, KONTOR_ROLE_MAILBOXES=" Empfang-Nord, küche@x.example ,,")
    assert named.role_mailboxes == {"empfang-nord", "küche"}
    assert read(tmp_path).role_mailboxes == frozenset()
