from pathlib import Path

from flask import Flask

from app.access.gate import public
from app.core import runtime
from app.factory import create_app
from app.web import installation
from tests.installation import BASE_URL, test_settings


def test_every_request_has_its_own_installation_at_hand(app: Flask, tmp_path: Path) -> None:
    other = create_app(
        test_settings(tmp_path / "other", database_url=f"sqlite:///{tmp_path}/other.db")
    )
    seen = []
    for one in (app, other):
        view = public("a view of a test for everybody")(
            lambda: seen.append(runtime.current()) or "seen"  # type: ignore[func-returns-value]
        )
        one.add_url_rule("/see", "see", view)
    for one in (other, app):
        assert one.test_client().get("/see", base_url=BASE_URL).text == "seen"
    assert seen == [installation.of(other), installation.of(app)]
    assert seen[0] is not seen[1]
