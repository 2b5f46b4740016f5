"""A real nginx before a real web process, by the configuration that the documentation ships."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.settings import PROJECT, Settings
from tests.bench.servers import Server, free_port
from tests.jobs.processes import environment, eventually, process

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin:/usr/bin")
needed = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

MAIN = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log off;
    keepalive_requests 1000000;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {shipped}
}}
"""


@contextmanager
def before(port: int, files: Path, folder: Path) -> Iterator[int]:
    """Run nginx with the shipped configuration before `port`; yields the port to ask.

    As the shipped lines stand, `files` is what lies below `/stored/`.
    """
    own = free_port()
    shipped = (PROJECT / "docs" / "nginx.conf").read_text()
    shipped = shipped.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    shipped = shipped.replace("listen 443 ssl", f"listen 127.0.0.1:{own}")
    shipped = shipped.replace("/var/lib/kontor/files/", f"{files}/")
    shipped = shipped.replace("/var/log/nginx/", f"{folder}/")
    shipped = re.sub(r"\n *ssl_\w+ [^;]*;", "", shipped)
    written = folder / "nginx.conf"
    written.write_text(MAIN.format(folder=folder, shipped=shipped))
    assert NGINX is not None
    log = folder / "nginx.log"
    with process([NGINX, "-p", str(folder), "-c", str(written)], output=log) as running:
        eventually(lambda: running.poll() is not None or (folder / "nginx.pid").exists())
        assert running.poll() is None, log.read_text()
        yield own


@contextmanager
def portal(settings: Settings, folder: Path) -> Iterator[int]:
    """Run the portal's web process behind nginx; yields the port to ask."""
    served = replace(settings, stored_location="/stored", proxies=1)
    folder.mkdir(parents=True, exist_ok=True)
    server = Server("wsgi:app", environment(served))
    try:
        server.await_ready()
        files = Path(settings.storage_url.removeprefix("file://"))
        with before(server.port, files, folder) as port:
            yield port
    finally:
        server.end()
