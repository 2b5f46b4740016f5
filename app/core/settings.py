"""Every environment setting, its meaning and its default; nothing else reads the environment."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.core.errors import Invalid

ENVIRONMENTS = ("production", "demo", "test")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides; made once at start-up and handed to everything."""

    environment: str
    secret: bytes
    sealing_keys: tuple[bytes, ...]
    """What stored secrets are sealed with, the newest first; none: what follows from `secret`."""
    data_dir: Path
    """Where an installation without servers keeps its database, files and sockets (0700)."""
    database_url: str
    redis_url: str | None
    """None: no Redis; the relay then delivers by itself."""
    storage_url: str
    """`file:///…` or `s3://bucket/prefix?endpoint=…&region=…` with AWS_… credentials beside it."""
    stored_location: str | None
    """Address below which a proxy serves the file store by itself (X-Accel-Redirect of nginx)."""
    base_url: str
    """Origin of links for organisations that have none of their own, without a slash at the end."""
    trusted_hosts: tuple[str, ...]
    proxies: int
    """How many reverse proxies set X-Forwarded-…; 0 means that those headers are ignored."""
    mail_url: str
    """`smtp://user:password@host:port?starttls=required`, see `app.core.mail`."""
    mail_sender: str
    bounce_domain: str
    """Domain of the envelope senders (VERP); its MX must lead back to this installation."""
    mail_caught_in: Path | None
    """Where the demo's mail catcher keeps what it caught; None switches `/mailbox` off."""
    drop_folder: Path | None
    """Below it each organisation has a folder that files may be dropped into; None: switched off."""
    drop_folder_quiet: float
    """Seconds that a dropped file has to stay as it is before it counts as complete."""
    partner_folders: Path | None
    """Below it lie the folders that partners' programs fetch from and put into; None: switched off."""
    mail_in: str | None
    """Where mail with documents is listened for (LMTP): `unix:/path` or `127.0.0.1:port`."""
    mail_in_domain: str
    """Domain of the addresses that take in documents; its mail server hands on by LMTP."""
    mail_in_verifier: str | None
    """authserv-id (RFC 8601) whose `Authentication-Results` have to vouch for a sender; None: nobody."""
    bounce_in: str | None
    """Where mail that comes back is listened for by SMTP: `host:port`; None: only by LMTP, see `mail_in`."""
    bounce_imap: str | None = field(repr=False)
    """A mailbox in which it is collected: `imaps://user:password@host/INBOX`."""
    clamd: str | None
    """Where clamd looks through what strangers send: `unix:/path` or `host:port`; None: nobody does."""
    upload_limit: int
    """Bytes of one request's body, and of one mail that comes in."""
    document_limit: int
    """Bytes of one document taken in."""
    mail_files_limit: int
    """Bytes of all files in one mail, encoded; larger ones are left to the link."""
    lease_seconds: float
    """How long a claimed piece of work stays claimed; longer than any network time-out."""
    retry_seconds: float
    """The first pause after a failure; it doubles from there."""
    mollie_url: str
    """Origin of the payment provider's interface; a stand-in's in the demonstration and in tests."""
    twilio_url: str
    """The same of the text-message gateway Twilio."""
    demo_provider_url: str | None
    demo_ebill_url: str | None
    demo_access_point_url: str | None
    demo_print_port: int
    """Where the demonstration's stand-in for a provider of identities listens; None elsewhere."""
    role_mailboxes: frozenset[str]
    """What stands before the @ of addresses that several people share here, beside those known anyway."""
    outbound_private: bool
    """Whether addresses that people type may lie in inner networks and be plain http."""
    metrics_token: str | None
    """The bearer token that `/metrics` asks for; None switches it off."""
    log_level: str

    @property
    def is_production(self) -> bool:
        """True unless this is a demonstration or a test."""
        return self.environment == "production"

    @property
    def is_secure(self) -> bool:
        """True where the portal is reached by https, so that cookies can insist on it."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def runtime_dir(self) -> Path:
        """Folder of sockets and locks; nothing in it survives a restart."""
        return self.data_dir / "run"

    def key(self, purpose: str) -> bytes:
        """Return the 256-bit key for one `purpose`; keys of two purposes tell nothing of each other."""
        return _derived(self.secret, purpose)

    def keys(self, purpose: str) -> Iterator[bytes]:
        """Yield every 256-bit key that may have been in use for `purpose`, the newest first."""
        for given in (*self.sealing_keys, self.secret):
            yield _derived(given, purpose)


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises `Invalid` with one sentence for what is missing or wrong."""
    environment = environ.get("KONTOR_ENVIRONMENT", "production")
    if environment not in ENVIRONMENTS:
        raise Invalid(f"KONTOR_ENVIRONMENT must be one of {', '.join(ENVIRONMENTS)}.")
    data_dir = Path(environ.get("KONTOR_DATA_DIR", PROJECT / "var")).resolve()
    base_url = environ.get("KONTOR_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    host = urlsplit(base_url).hostname or "127.0.0.1"
    this_machine = f"{host},127.0.0.1,localhost"
    return Settings(
        **_partners(environ),
        environment=environment,
        secret=_secret(environ, data_dir),
        sealing_keys=_sealing_keys(environ),
        data_dir=data_dir,
        database_url=database_url(environ.get("DATABASE_URL", f"sqlite:///{data_dir}/kontor.db")),
        redis_url=environ.get("KONTOR_REDIS_URL") or None,
        storage_url=environ.get("KONTOR_STORAGE_URL", f"file://{data_dir}/files"),
        stored_location=_stored_location(environ),
        base_url=base_url,
        trusted_hosts=tuple(environ.get("KONTOR_TRUSTED_HOSTS", this_machine).split(",")),
        proxies=_integer(environ, "KONTOR_PROXIES", 0),
        mail_url=environ.get("KONTOR_MAIL_URL", "smtp://127.0.0.1:25?starttls=optional"),
        mail_sender=environ.get("KONTOR_MAIL_SENDER", f"kontor@{_mail_domain(host)}"),
        bounce_domain=environ.get("KONTOR_BOUNCE_DOMAIN", f"bounces.{_mail_domain(host)}"),
        mail_caught_in=_caught(environ, environment),
        drop_folder=_path(environ, "KONTOR_DROP_FOLDER"),
        drop_folder_quiet=_integer(environ, "KONTOR_DROP_FOLDER_QUIET", 5),
        partner_folders=_path(environ, "KONTOR_PARTNER_FOLDERS"),
        mail_in=_listening(environ),
        mail_in_domain=environ.get("KONTOR_MAIL_IN_DOMAIN", f"in.{_mail_domain(host)}").lower(),
        mail_in_verifier=environ.get("KONTOR_MAIL_IN_VERIFIER") or None,
        upload_limit=_integer(environ, "KONTOR_UPLOAD_LIMIT", 64 * 1024 * 1024),
        document_limit=_integer(environ, "KONTOR_DOCUMENT_LIMIT", 15 * 1024 * 1024),
        mail_files_limit=_integer(environ, "KONTOR_MAIL_FILES_LIMIT", 8 * 1024 * 1024),
        lease_seconds=_integer(environ, "KONTOR_LEASE_SECONDS", 120),
        retry_seconds=_integer(environ, "KONTOR_RETRY_SECONDS", 60),
        metrics_token=environ.get("KONTOR_METRICS_TOKEN") or None,
        log_level=environ.get("KONTOR_LOG_LEVEL", "INFO"),
    )


def _partners(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return where others are found that Kontor calls."""
    return {
        "mollie_url": environ.get("KONTOR_MOLLIE_URL", "https://api.mollie.com").rstrip("/"),
        "twilio_url": environ.get("KONTOR_TWILIO_URL", "https://api.twilio.com").rstrip("/"),
        "demo_provider_url": environ.get("KONTOR_DEMO_PROVIDER_URL") or None,
        "demo_ebill_url": environ.get("KONTOR_DEMO_EBILL_URL") or None,
        "demo_access_point_url": environ.get("KONTOR_DEMO_ACCESS_POINT_URL") or None,
        "demo_print_port": _integer(environ, "KONTOR_DEMO_PRINT_PORT", 0),
        "bounce_in": _bounces(environ),
        "bounce_imap": _mailbox(environ),
        "clamd": environ.get("KONTOR_CLAMD") or None,
        "role_mailboxes": _words(environ, "KONTOR_ROLE_MAILBOXES"),
        "outbound_private": environ.get("KONTOR_OUTBOUND_PRIVATE", "") == "1",
    }


def _words(environ: Mapping[str, str], name: str) -> frozenset[str]:
    """Read words between commas; an address counts as what stands before its @."""
    words = (one.strip().lower().partition("@")[0] for one in environ.get(name, "").split(","))
    return frozenset(word for word in words if word)


def _caught(environ: Mapping[str, str], environment: str) -> Path | None:
    caught = _path(environ, "KONTOR_MAIL_CAUGHT_IN")
    if caught and environment == "production":
        raise Invalid("KONTOR_MAIL_CAUGHT_IN shows everybody's mail: it is for demo and test only.")
    return caught


def database_url(url: str) -> str:
    """Name the driver that Kontor brings along, so that a plain `postgresql://` works."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _stored_location(environ: Mapping[str, str]) -> str | None:
    location = environ.get("KONTOR_STORED_LOCATION", "").rstrip("/")
    if not location:
        return None
    if not location.startswith("/"):
        raise Invalid("KONTOR_STORED_LOCATION must begin with a slash.")
    if not environ.get("KONTOR_STORAGE_URL", "file://").startswith("file://"):
        raise Invalid("KONTOR_STORED_LOCATION needs files in a folder: KONTOR_STORAGE_URL=file://…")
    return location


def _mail_domain(host: str) -> str:
    return host if "." in host and not host.replace(".", "").isdigit() else "kontor.example"


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    given = environ.get(name)
    return Path(given).resolve() if given else None


def _listening(environ: Mapping[str, str]) -> str | None:
    """LMTP has no way to know who speaks: it is for this machine only."""
    given = environ.get("KONTOR_MAIL_IN") or None
    host, _colon, port = (given or "").rpartition(":")
    if given and not (given.startswith("unix:/") or (host in LOOPBACK and port.isdigit())):
        raise Invalid("KONTOR_MAIL_IN must be unix:/path or 127.0.0.1:port.")
    return given


def _bounces(environ: Mapping[str, str]) -> str | None:
    given = environ.get("KONTOR_BOUNCE_IN") or None
    host, _colon, port = (given or "").rpartition(":")
    if given and not (host and port.isdigit()):
        raise Invalid("KONTOR_BOUNCE_IN must be host:port.")
    return given


def _mailbox(environ: Mapping[str, str]) -> str | None:
    """Without encryption a mailbox may be on this machine only; what is wrong is not repeated: a password."""
    given = environ.get("KONTOR_BOUNCE_IMAP") or None
    parts = urlsplit(given or "")
    is_safe = parts.scheme == "imaps" or (parts.scheme == "imap" and parts.hostname in LOOPBACK)
    if given and not (is_safe and parts.hostname and parts.username and parts.password):
        raise Invalid("KONTOR_BOUNCE_IMAP must be imaps://user:password@host/INBOX.")
    return given


def _integer(environ: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(environ.get(name, default))
    except ValueError as error:
        raise Invalid(f"{name} must be a whole number.") from error


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, b"kontor/" + purpose.encode(), hashlib.sha256)


def _sealing_keys(environ: Mapping[str, str]) -> tuple[bytes, ...]:
    given = [one.strip() for one in environ.get("KONTOR_SEALING_KEYS", "").split(",")]
    keys = [one for one in given if one]
    if any(len(one) < 32 for one in keys):
        raise Invalid("Each of KONTOR_SEALING_KEYS must have at least 32 characters.")
    return tuple(one.encode() for one in keys)


def _secret(environ: Mapping[str, str], data_dir: Path) -> bytes:
    """Return the installation's secret; without a setting, one is made once and kept beside the data."""
    given = environ.get("KONTOR_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise Invalid("KONTOR_SECRET_KEY must have at least 32 characters.")
        return given.encode()
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = data_dir / "secret.key"
    fresh = data_dir / f".secret.{secrets.token_hex(8)}"
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48))
    try:
        # link(2) never overwrites: of several processes that start at once, one secret wins.
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return file.read_text().strip().encode()
