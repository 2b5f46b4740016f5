"""`flask render` makes what is missing, once."""

from flask import Flask

from app.renditions import queries
from app.renditions.rules import Form, State
from app.web import installation
from tests.cast import Cast

ARGUMENTS = ["render", "--organisation", "lindenhof"]


def test_it_makes_the_pdfs_that_are_missing(app: Flask, cast: Cast) -> None:
    runner = app.test_cli_runner()
    result = runner.invoke(args=ARGUMENTS)
    assert result.exit_code == 0, result.output
    assert "1 made" in result.output
    with installation.of(app).database.reading():
        (found,) = queries.of_document(cast.hubers.id)
        assert queries.of_document(cast.strangers.id) == []
        assert queries.of_document(cast.held.id) == []
    assert (found.form, found.state) == (Form.FACTURX, State.MADE)
    again = runner.invoke(args=ARGUMENTS)
    assert again.exit_code == 0
    assert "made" not in again.output


def test_an_unknown_organisation_is_said(app: Flask, cast: Cast) -> None:
    result = app.test_cli_runner().invoke(args=["render", "--organisation", "nobody"])
    assert result.exit_code == 1
    assert "There is no organisation called nobody." in result.output
