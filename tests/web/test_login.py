from flask import Flask, session

from app.core import tokens
from app.web import login


def test_who_comes_in_leaves_everything_behind_but_the_language(portal: Flask) -> None:
    with portal.test_request_context():
        session.update(language="sv", pending_code="x", csrf_token="known to an attacker")
        login.enter("fresh")
        assert login.token() == "fresh"
        assert session["language"] == "sv"
        assert "pending_code" not in session
        assert "csrf_token" not in session


def test_who_leaves_keeps_only_the_language(portal: Flask) -> None:
    with portal.test_request_context():
        session["language"] = "de"
        login.enter(tokens.new())
        login.leave()
        assert login.token() is None
        assert dict(session) == {"language": "de"}


def test_nobody_has_no_token(portal: Flask) -> None:
    with portal.test_request_context():
        assert login.token() is None
