"""Branding: shown before anybody signs in, in the portal and to the world; kept safe."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from app.core import journal
from app.core.runtime import using
from app.identity.proofs import capability
from app.organisations import queries
from app.organisations.models import Organisation
from app.organisations.rules.branding import Logo, fitted, judged
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.organisations.formats.test_drawing import LEFT_OUT, svg
from tests.web.observing import contents, error_at, main_of, testids

Open = Callable[[str], Browser]
PAGE = "/settings/branding"


def picture(size: tuple[int, int] = (400, 100)) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "#c00000").save(target, "PNG")
    return target.getvalue()


def house(app: Flask, cast: Cast) -> Organisation:
    with installation.of(app).database.reading():
        return queries.organisation_by_id(cast.lindenhof.id)


def upload(one: Browser, content: bytes, name: str = "logo.png") -> Any:
    return one.post(
        f"{PAGE}/logo",
        {"logo": (BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def shown(app: Flask, cast: Cast) -> Logo:
    found = house(app, cast).shown_logo
    assert found is not None
    return found


def test_a_logo_takes_the_place_of_the_letters_everywhere(
    app: Flask, cast: Cast, browser: Open
) -> None:
    anna = browser("anna")
    assert upload(anna, picture()).status_code == 303
    path = shown(app, cast).path
    for who, page in (("anna", "/desk"), ("ruth", "/home"), ("nobody", "/o/lindenhof/sign-in")):
        text = browser(who).get(page).text
        assert f'src="{path}"' in text
        assert 'alt="Haus Lindenhof"' in text
        assert "house-mark" not in text
    with using(installation.of(app)):
        token = capability.token(cast.link.id)
    assert f'src="{path}"' in browser("nobody").get(f"/link/{token}").text


def test_the_address_of_a_logo_is_public_kept_for_ever_and_does_nothing(
    app: Flask, cast: Cast, browser: Open
) -> None:
    upload(browser("anna"), picture())
    upload(browser("anna"), svg(LEFT_OUT["script"]), "logo.svg")
    drawn = shown(app, cast)
    answer = browser("nobody").get(drawn.path)
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "HX-Target" not in answer.headers.get("Vary", "")
    assert "Set-Cookie" not in answer.headers
    assert b"script" not in answer.data
    assert browser("nobody").get(drawn.path.replace(".svg", ".png")).status_code == 404


def test_a_logo_of_before_stays_where_mails_look_for_it(
    app: Flask, cast: Cast, browser: Open
) -> None:
    anna = browser("anna")
    upload(anna, picture())
    path = shown(app, cast).path
    anna.post(f"{PAGE}/logo/removal")
    assert house(app, cast).logo is None
    answer = browser("nobody").get(path)
    assert answer.status_code == 200
    assert Image.open(BytesIO(answer.data)).size == (400, 100)
    assert "no-logo" in testids(anna.get(PAGE).text)
    upload(anna, picture())
    assert shown(app, cast).path == path


def test_what_a_drawing_may_not_have_is_left_out_and_named(cast: Cast, browser: Open) -> None:
    anna = browser("anna")
    upload(anna, svg(LEFT_OUT["script"] + LEFT_OUT["picture from outside"]), "logo.svg")
    said = main_of(anna.get(PAGE).text)
    assert "These parts were left out: image, script." in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Choose a file."),
        (b"GIF89a" + b"\0" * 50, "none of these"),
        (b"\0" * 2_000_001, "too large"),
        (b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg(b"&x;"), "refers to"),
    ],
)
def test_what_is_no_logo_is_refused_and_nothing_changes(
    app: Flask, cast: Cast, browser: Open, content: bytes, message: str
) -> None:
    before, anna = contents(installation.of(app)), browser("anna")
    answer = upload(anna, content) if content else anna.post(f"{PAGE}/logo")
    assert answer.status_code == 422
    assert message in error_at(answer.text, "logo")
    assert contents(installation.of(app)) == before


def test_the_colour_is_judged_and_the_nearest_readable_one_is_one_press_away(
    app: Flask, cast: Cast, browser: Open
) -> None:
    anna = browser("anna")
    assert "nearest-light" not in testids(anna.get(PAGE).text)
    tried = anna.get(f"{PAGE}?accent=%23ffd400")
    assert "nearest-light" in testids(tried.text)
    nearest = judged("#ffd400")[0].nearest
    assert f"Take {nearest}" in main_of(tried.text)
    assert house(app, cast).accent == "#17586b", "looking changes nothing"
    assert anna.post(f"{PAGE}/colour", {"accent": nearest.upper()}).status_code == 303
    assert house(app, cast).accent == nearest
    page = anna.get(PAGE).text
    assert "nearest-light" not in testids(page)
    assert f"/brand/{nearest[1:]}.css" in page


def test_while_a_colour_is_typed_only_the_judgement_is_sent(cast: Cast, browser: Open) -> None:
    asked = {"HX-Request": "true", "HX-Target": "div#judgement"}
    answer = browser("anna").get(f"{PAGE}?accent=%23ffff00", headers=asked)
    assert "<!doctype" not in answer.text.lower()
    assert "1.0 : 1" in answer.text or "1 : 1" in answer.text
    half = browser("anna").get(f"{PAGE}?accent=%23ff", headers=asked)
    assert half.status_code == 200


@pytest.mark.parametrize("wrong", ["red", "#17586b;}", "", "#12"])
def test_what_is_no_colour_is_refused(cast: Cast, browser: Open, wrong: str) -> None:
    answer = browser("anna").post(f"{PAGE}/colour", {"accent": wrong})
    assert answer.status_code == 422
    assert error_at(answer.text, "accent") == "Enter a colour like #17586b."


def test_imprint_and_privacy_stand_at_the_foot_of_every_page(
    app: Flask, cast: Cast, browser: Open
) -> None:
    pages = {
        "imprint_url": "https://lindenhof.example/impressum",
        "privacy_url": "https://lindenhof.example/datenschutz?a=1",
    }
    assert browser("anna").post(f"{PAGE}/pages", pages).status_code == 303
    for who, page in (("anna", "/desk"), ("guest", "/home"), ("nobody", "/o/lindenhof/sign-in")):
        text = browser(who).get(page).text
        assert all(f'href="{url}"' in text for url in pages.values())
    assert "legal" not in testids(browser("dora").get("/desk").text)


@pytest.mark.parametrize(
    "wrong",
    [
        "http://lindenhof.example",
        "javascript:alert(1)",
        "https://user@lindenhof.example",
        'https://x.example/"onload=',
        "https://x.example/\r\nX: y",
        "//x.example",
        "https://",
        "https://x.example/<b>",
    ],
)
def test_only_safe_addresses_are_taken(cast: Cast, browser: Open, wrong: str) -> None:
    answer = browser("anna").post(f"{PAGE}/pages", {"imprint_url": wrong})
    assert answer.status_code == 422
    assert "https://" in error_at(answer.text, "imprint_url")


def test_the_sign_in_page_is_the_houses_by_its_path_and_stays_so(cast: Cast, browser: Open) -> None:
    one = browser("nobody")
    assert "Kontor" in one.get("/sign-in").text
    assert "Haus Lindenhof" not in one.get("/sign-in").text
    assert "Haus Lindenhof" in one.get("/o/lindenhof/sign-in").text
    wrong = one.post("/sign-in", {"email": "a@b.example", "password": "wrong wrong wrong"})
    assert wrong.status_code == 422
    for page in (wrong.text, one.get("/sign-in/code").text, one.get("/sign-in").text):
        assert "Haus Lindenhof" in page
    assert "Brandt GmbH" in one.get("/o/brandt/sign-in").text
    assert "Haus Lindenhof" not in browser("nobody").get("/o/nobody/sign-in").text


def test_the_sign_in_page_is_the_houses_by_its_host_if_it_is_the_only_one(
    app: Flask, cast: Cast, browser: Open
) -> None:
    assert "Haus Lindenhof" not in browser("nobody").get("/sign-in").text, "both share the host"
    with installation.of(app).database.transaction() as session:
        session.get_one(Organisation, cast.brandt.id).base_url = "https://brandt.example"
    assert "Haus Lindenhof" in browser("nobody").get("/sign-in").text


def test_a_logo_is_never_made_larger_and_keeps_its_shape() -> None:
    assert fitted(1600, 400, 240, 60) == (240, 60)
    assert fitted(10, 5, 240, 60) == (10, 5)
    assert fitted(1, 100_000, 240, 60) == (1, 60)
    light, dark = judged("#17586b")
    assert light.is_readable
    assert not dark.is_readable
    assert dark.shown < dark.needed


def test_the_journal_says_who_changed_the_logo(app: Flask, cast: Cast, browser: Open) -> None:
    upload(browser("anna"), picture())
    with installation.of(app).database.reading():
        (line,) = [
            one
            for one in journal.about("organisation", cast.lindenhof.id)
            if one.name == "organisation.changed"
        ]
    assert (line.actor_name, line.data["fields"]) == ("Anna Amsler", ["logo"])
