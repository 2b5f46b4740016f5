import re
from collections.abc import Callable

from flask import Flask

from app.access.grants import GRANTS, Role
from app.identity.rules import API_KEY_PREFIX, SCOPE_NAMES
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL
from tests.web.observing import contents, error_at

PAGE = "/settings/api-keys"
TOKEN = re.compile(rf'value="({API_KEY_PREFIX}[\w-]{{43}})"')


def status_with(app: Flask, token: str, path: str = "/api/v1/documents") -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().get(path, headers=headers, base_url=BASE_URL).status_code


def test_a_key_is_shown_once_works_and_can_be_revoked(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    answer = anna.post(PAGE, {"name": "Shop <1>", "scopes": ["documents:read"]})
    found = TOKEN.search(answer.text)
    assert found is not None
    assert status_with(app, found[1]) == 200
    assert status_with(app, found[1], f"/api/v1/documents/{cast.invoice.id}/deliveries") == 403
    page = anna.get(PAGE).text
    assert "Shop &lt;1&gt;" in page
    assert API_KEY_PREFIX not in page
    assert found[1] not in str(contents(installation.of(app))), "only its hash is kept"
    revocation = re.findall(r'action="(/settings/api-keys/\w+/revocation)"', page)[0]
    for _time in range(2):
        assert anna.post(revocation).status_code == 303
    assert status_with(app, found[1]) == 401


def test_a_key_needs_a_name_and_a_purpose(browser: Callable[[str], Browser]) -> None:
    answer = browser("anna").post(PAGE, {"name": " ", "scopes": []})
    assert answer.status_code == 422
    assert error_at(answer.text, "name")
    assert error_at(answer.text, "scopes")
    wrong = browser("anna").post(PAGE, {"name": "x", "scopes": ["settings:change"]})
    assert wrong.status_code == 422


def test_only_administrators_see_keys(browser: Callable[[str], Browser]) -> None:
    for who, shown in (("anna", True), ("ben", False), ("olga", False)):
        assert ("settings-api-keys" in browser(who).get("/settings").text) == shown
        assert (browser(who).get(PAGE).status_code == 200) == shown


def test_what_a_key_can_be_made_for_is_what_the_policy_grants_to_keys() -> None:
    assert set(SCOPE_NAMES) == GRANTS[Role.API_KEY]
