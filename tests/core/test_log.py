import json
import logging
import sys

import pytest

from app.core import log, tokens


def line(message: str, *values: object, error: BaseException | None = None) -> dict[str, str]:
    """Return what the log writes of one event."""
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("kontor", logging.WARNING, "x.py", 1, message, values, exc_info)
    written: dict[str, str] = json.loads(log.JsonLines().format(record))
    return written


@pytest.mark.parametrize("feature", ["link", "sign", "pay", "confirmation"])
def test_the_token_of_a_link_is_never_written(feature: str) -> None:
    token = tokens.new()
    written = line("GET http://kontor.test/%s/%s?x=1", feature, token)
    assert written["message"] == f"GET http://kontor.test/{feature}/…?x=1"
    assert token not in json.dumps(line(f"/{feature}/{token}/renewal"))


@pytest.mark.parametrize("name", ["token", "password", "code", "key"])
def test_secrets_among_parameters_are_never_written(name: str) -> None:
    assert log.without_secrets(f"?a=1&{name}=hunter2&b=2") == f"?a=1&{name}=…&b=2"


def test_a_traceback_tells_no_secret_either() -> None:
    token = tokens.new()
    try:
        raise LookupError(f"no page /link/{token}")
    except LookupError as error:
        written = line("failed", error=error)
    assert "LookupError" in written["traceback"]
    assert token not in json.dumps(written)


def test_a_row_in_a_message_of_the_database_is_never_written() -> None:
    written = line("x\nDETAIL:  Failing row contains (ruth@x.example, $argon2id$x).\n[SQL: UPDATE]")
    assert written["message"] == "x | DETAIL: … | [SQL: UPDATE]"


def test_an_event_is_one_line_whatever_a_stranger_sends() -> None:
    written = log.JsonLines().format(
        logging.LogRecord("kontor", 20, "x.py", 1, 'name\n{"level": "error"}\r\n', (), None)
    )
    assert "\n" not in written
    assert json.loads(written)["level"] == "info"


def test_lines_of_one_request_carry_its_reference() -> None:
    token = log.reference.set("4f2a9c")
    try:
        assert line("x")["reference"] == "4f2a9c"
    finally:
        log.reference.reset(token)


def test_the_log_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    before, level = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        log.configure("info")
        logging.getLogger("kontor").info("hello")
        (handler,) = logging.getLogger().handlers
        assert isinstance(handler, logging.StreamHandler)
        assert handler.stream is sys.stderr
    finally:
        logging.getLogger().handlers[:] = before
        logging.getLogger().setLevel(level)
    assert json.loads(capsys.readouterr().err)["message"] == "hello"
