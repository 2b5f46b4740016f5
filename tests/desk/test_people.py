"""Staff keep a customer's people: their rights, who is first, who is over."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.organisations.models import Contact, Organisation
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.people import contact, join
from tests.web.observing import contents, error_at, main_of, testids


def primaries(app: Flask, cast: Cast) -> list[str]:
    with installation.of(app).database.reading() as session:
        rows = select(Contact.person_id).where(
            Contact.customer_id == cast.keller.id, Contact.is_primary
        )
        return list(session.scalars(rows))


def test_staff_give_rights_beyond_what_the_first_contact_has(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    path = f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}"
    ben = browser("ben")
    assert ben.post(path, {"rights": ["quote:view", "contact"]}).status_code == 303
    assert browser("ruth").get(f"/documents/{cast.invoice.id}").status_code == 404
    shown = main_of(ben.get(path).text)
    assert "Rights changed" in shown
    assert "Quotes: View and print; Contact us" in main_of(
        ben.get(f"/customers/{cast.keller.id}").text
    )
    everything = ben.get(f"{path}?preset=everything").text
    assert everything.count("checked") == 17
    refused = ben.post(path, {"rights": ["invoice:comment"]})
    assert "must be allowed to view" in error_at(refused.text, "rights")


def test_what_the_organisation_has_closed_stands_beside_the_boxes(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        session.get_one(Organisation, cast.lindenhof.id).portal_kinds = ["invoice"]
    page = browser("ben").get(f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}").text
    closed = [one for one in testids(page) if one.startswith("closed-")]
    assert "closed-quote:view" in closed
    assert "closed-invoice:view" not in closed


def test_exactly_one_person_is_the_first_contact(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        later = clock.today(cast.lindenhof.timezone) + timedelta(days=10)
        lena = contact(cast, "Lena Keller")
        passing = contact(cast, "Eva Treuhand", ends_on=later)
    ben, path = browser("ben"), f"/customers/{cast.keller.id}/contacts"
    assert ben.post(f"{path}/{lena.id}/primacy").status_code == 303
    assert primaries(app, cast) == [lena.id]
    assert browser("ruth").get("/contacts").status_code == 403
    for refused in (lena, passing):
        assert ben.post(f"{path}/{refused.id}/primacy").status_code == 409
        assert primaries(app, cast) == [lena.id]
    answer = ben.post(f"{path}/{lena.id}", {"rights": [], "ends_on": later.isoformat()})
    assert "has no last day" in error_at(answer.text, "rights")


def test_staff_end_even_the_first_contact_and_open_again(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}"
    assert "signed out at once" in main_of(ben.get(f"{path}/ending").text)
    assert ben.post(f"{path}/ending").status_code == 303
    assert browser("ruth").get("/home").status_code == 303
    assert "contact-reopen" in testids(ben.get(path).text)
    assert ben.post(f"{path}/reopening").status_code == 303
    assert "contact-end" in testids(ben.get(path).text)


def test_opening_again_takes_a_last_day_away_that_is_over(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        _lena, theo = join(cast)
    path = f"/customers/{cast.keller.id}/contacts/{theo.id}"
    assert browser("ben").post(f"{path}/reopening").status_code == 303
    with installation.of(app).database.reading() as session:
        assert session.get_one(Contact, theo.id).ends_on is None
    assert browser("theo").get(f"/documents/{cast.invoice.id}").status_code == 200


def test_an_auditor_reads_and_changes_nothing(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    olga, path = browser("olga"), f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}"
    page = olga.get(path)
    assert page.status_code == 200
    assert not {"rights-save", "contact-end", "contact-eyes"} & set(testids(page.text))
    before = contents(installation.of(app))
    for verb in ("", "/ending", "/reopening", "/primacy", "/eyes"):
        assert olga.post(f"{path}{verb}").status_code == 403
    assert contents(installation.of(app)) == before


def test_a_person_belongs_to_one_customer_only(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    assert ben.get(f"/customers/{cast.huber.id}/contacts/{cast.ruth.id}").status_code == 404
    assert ben.get(f"/customers/{cast.keller.id}/contacts/{cast.ben.id}").status_code == 404
