from dataclasses import replace
from pathlib import Path

from app import commands
from app.core import runtime
from app.factory import create_app
from app.web import installation
from tests.installation import test_settings


def test_production_refuses_public_logins(tmp_path: Path) -> None:
    settings = replace(test_settings(tmp_path), environment="production", mail_caught_in=None)
    app = create_app(settings)
    commands.init_app(app)
    with runtime.using(installation.of(app)):
        result = app.test_cli_runner().invoke(args=["demo"])
    installation.of(app).database.engine.dispose()
    assert result.exit_code == 1
    assert "logins of the demonstration are public" in result.output
