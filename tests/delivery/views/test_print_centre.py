"""The print centre among the settings of the channels, in a browser."""

import json
from collections.abc import Callable

from asyncssh import generate_private_key
from flask import Flask

from app.core import sealing
from app.core.runtime import Runtime
from app.delivery.models import ChannelSettings
from app.organisations.rules import Channel
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast

PATH = "/settings/channels/print"
TYPED = {
    "is_on": "1",
    "cost": "1.10",
    "own-host": "127.0.0.1",
    "own-port": "2222",
    "own-username": "kontor",
    "own-return_address": "Haus Lindenhof, 8001 Zürich",
    "own-folder_in": "in",
    "own-folder_test": "test",
    "own-folder_out": "out",
    "own-folder_done": "out/done",
    "own-envelope": "auto",
    "own-cover": "auto",
    "own-most_pages": "100",
    "own-most_megabytes": "20",
    "own-is_duplex": "1",
}


def kept(here: Runtime) -> ChannelSettings:
    with here.database.reading() as session:
        return session.query(ChannelSettings).filter_by(channel=Channel.PRINT).one()


def test_an_administrator_connects_a_print_centre(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    first = anna.get(PATH)
    assert (first.status_code, 'name="own-fingerprints"' in first.text) == (200, True)
    key = generate_private_key("ssh-ed25519").export_private_key().decode()
    assert anna.post(PATH, TYPED | {"own-fingerprints": "MD5:1"}).status_code == 422
    assert anna.post(PATH, TYPED | {"own-private_key": key}).status_code == 303
    with app.app_context():
        found = kept(installation.of(app))
        assert (found.values["host"], found.values["is_duplex"], found.is_on) == (
            "127.0.0.1",
            True,
            True,
        )
        assert "private_key" not in found.values
        assert json.loads(sealing.unseal(found.sealed_secrets or ""))["private_key"] == key.strip()
    assert key.splitlines()[1] not in anna.get(PATH).text
    tried = anna.post(f"{PATH}/tests")
    assert "not called: an address of an inner network" in tried.text
