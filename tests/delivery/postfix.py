"""A real Postfix in a folder of its own, on this machine only: it relays to one server and reports back."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def reason_to_skip() -> str | None:
    """Return why no Postfix can run here."""
    if POSTFIX is None:
        return "Postfix is not installed on this machine"
    if os.geteuid() != 0:
        return "Postfix needs root to start"
    with suppress(KeyError):
        pwd.getpwnam("postfix")
        return None
    return "this machine has no user named postfix"


@contextmanager
def postfix(transports: dict[str, str]) -> Iterator[int]:
    """Run Postfix for the length of a block; yields its port. `transports`: domain → where to."""
    why = reason_to_skip()
    if why is not None:
        pytest.skip(why)
    folder, port = Path(tempfile.mkdtemp(prefix="kontor-postfix-")), free_port()
    folder.chmod(0o755)
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    owner = pwd.getpwnam("postfix")
    os.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    ways = " ".join(f"{{ {domain} = {way} }}" for domain, way in transports.items())
    lines = {
        "compatibility_level": "3.6",
        "queue_directory": folder / "queue",
        "data_directory": folder / "data",
        "maillog_file": folder / "log",
        "maillog_file_prefixes": folder,
        "myhostname": "mx.kontor.example",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "mydestination": "",
        "local_transport": "error:nobody is here",
        "alias_maps": "",
        "mynetworks": "127.0.0.0/8",
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "smtp_dns_support_level": "disabled",
        "transport_maps": f"inline:{{ {ways} }}",
        "queue_run_delay": "1s",
        "minimal_backoff_time": "1s",
        "maximal_backoff_time": "1s",
        "delay_warning_time": "1s",
        "smtputf8_enable": "no",
    }
    text = "".join(f"{name} = {value}\n" for name, value in lines.items())
    (folder / "etc/main.cf").write_text(text)
    (folder / "etc/master.cf").write_text(SERVICES.format(port=port))
    command = [str(POSTFIX), "-c", str(folder / "etc")]
    started = subprocess.run([*command, "start"], capture_output=True, check=False)
    try:
        said = started.stderr.decode() + started.stdout.decode()
        assert started.returncode == 0, said
        yield port
    finally:
        subprocess.run([*command, "stop"], capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)
