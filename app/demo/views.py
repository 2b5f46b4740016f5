"""The demo's mailbox: every mail and text message that was caught, for everybody to read."""

from pathlib import Path

from flask import Blueprint, Response

from app.access.gate import public
from app.core.errors import Missing
from app.core.runtime import current
from app.demo import caught, caught_texts
from app.web.page import page

blueprint = Blueprint("demo", __name__)

ONLY_A_DEMO = "there is no mailbox outside of demo and test, and its mails are sample data"


@blueprint.get("/mailbox")
@public(ONLY_A_DEMO)
def mailbox() -> Response:
    return page(
        "demo/mailbox.html",
        letters=caught.letters(_folder(), 100),
        texts=caught_texts.texts(_folder() / caught_texts.FOLDER, 50),
    )


@blueprint.get("/mailbox/<letter_id>")
@public(ONLY_A_DEMO)
def letter(letter_id: str) -> Response:
    return page("demo/letter.html", letter=caught.letter(_folder(), letter_id))


def _folder() -> Path:
    folder = current().settings.mail_caught_in
    if folder is None:
        raise Missing
    return folder
