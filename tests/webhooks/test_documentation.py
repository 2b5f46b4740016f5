"""What docs/api.md says about webhooks is so."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from app.core import clock
from app.core.runtime import Runtime
from app.core.settings import PROJECT
from app.webhooks.channels import signing
from app.webhooks.rules import EVENT_NAMES, TEST, TOLD

SECTION = (PROJECT / "docs" / "api.md").read_text().partition("## Webhooks")[2]
Check = Callable[[str, dict[str, str], bytes], bool]


@pytest.fixture
def check() -> Check:
    found = re.search(r"```python\n(.*?)```", SECTION, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)
    checking: Check = names["is_from_kontor"]
    return checking


def signed(body: bytes, numbers: tuple[int, ...] = (1,), late: int = 0) -> dict[str, str]:
    timestamp = int(clock.now().timestamp()) - late
    return {
        "webhook-id": "m",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.signatures("e", numbers, "m", timestamp, body),
    }


def test_the_code_takes_what_we_sign_and_nothing_else(here: Runtime, check: Check) -> None:
    secret, body = signing.secret("e", 1), '{"a":"ö"}'.encode()
    assert check(secret, signed(body), body)
    assert check(secret, signed(body, (2, 1)), body), "after a new secret both sign"
    assert not check(secret, signed(body, (2,)), body)
    assert not check(secret, signed(body), body + b" ")
    assert not check(secret, signed(body) | {"webhook-id": "n"}, body)
    assert not check(secret, signed(body, late=301), body)


def test_the_page_names_every_event_and_what_comes_with_it() -> None:
    rows = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|.*\| ?([^|]*)\|$", SECTION, re.MULTILINE)
    named = {name: set(re.findall(r"`(\w+)`", fields)) for name, fields in rows}
    assert set(named) == set(EVENT_NAMES) | {TEST}
    assert named == {name: set(TOLD.get(name, ())) for name in named}
