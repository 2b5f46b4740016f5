"""Telling the other side: once, together, by the way that each reader comes in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.access.rights import Action
from app.comments import rules
from app.comments.actions import telling, writing
from app.comments.models import Comment
from app.core import clock, outbox
from app.core.db import session
from app.documents.actions import publication
from app.documents.models import Audience
from app.identity.models import CapabilityLink, Person
from app.identity.proofs import capability
from app.notices.models import Notice
from app.organisations import actions as organisations
from app.organisations.models import Contact, Organisation
from app.web import installation
from jobs import pump
from tests import cast as people
from tests.browser import Browser
from tests.cast import Cast
from tests.comments.writing import CSV, kept, page_of, write
from tests.factories import BY

Browsers = Callable[[str], Browser]
HOUSE = "office@lindenhof.example"
TOLD = rules.GATHERED + timedelta(seconds=5)


@pytest.fixture(autouse=True)
def _nothing_yet(app: Flask, cast: Cast) -> None:
    """What the cast wrote is told already."""
    with installation.of(app).database.transaction() as opened:
        opened.execute(update(Comment).values(told_at=clock.now()))
        opened.execute(update(outbox.Promise).values(dead=True))


@contextmanager
def after(pause: timedelta) -> Iterator[datetime]:
    with clock.standing_at(clock.now() + pause):
        yield clock.now()


def told(app: Flask) -> dict[str, Notice]:
    """Let the reactions run, wait until it is time, and return who is told what by address."""
    work(app)
    with after(TOLD):
        work(app)
    with installation.of(app).database.reading():
        return {one.address: one for one in session().scalars(select(Notice))}


def work(app: Flask) -> None:
    """Do what is due at the moment that the clock shows, but for the sending."""
    here = installation.of(app)
    with here.database.transaction():
        rows = select(outbox.Promise).where(
            outbox.Promise.task.in_((telling.TELL, "reactions.react")),
            outbox.Promise.dead.is_(False),
            outbox.Promise.due_at <= clock.now(),
        )
        due = list(session().scalars(rows))
    for promise in due:
        # Not by the pump: its threads do not share the standing clock.
        pump.runner.run(here, promise.id)
    if due:
        work(app)


def test_a_customers_comment_goes_to_the_house_and_to_who_wrote_there(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    write(browser("ruth"), cast.invoice, "<b>Why</b> so much?")
    found = told(app)
    assert set(found) == {HOUSE, "ben@lindenhof.example"}, "Ben wrote to her before"
    said = found[HOUSE].said
    assert said["quote"] == "<b>Why</b> so much?"
    assert said["url"] == f"{cast.lindenhof.base_url}/documents/{cast.invoice.id}#comments"
    assert said["subject"] == "New comment: Invoice 2026-0412"
    assert said["sentences"] == ["Ruth Keller wrote a comment."]


def test_a_comment_of_the_house_goes_to_contacts_and_to_guests_by_their_own_link(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    with installation.of(app).database.transaction():
        people.identity.make_link(
            cast.lindenhof.id,
            cast.keller.id,
            cast.invoice.lineage_id,
            cast.invoice.id,
            email="Tochter@kunden.example",
            name="Eva Keller",
            language="de",
        )
    write(browser("anna"), cast.invoice, "It is right.", ("a.csv", CSV))
    found = told(app)
    assert set(found) == {"ruth@kunden.example", "tochter@kunden.example"}
    with installation.of(app).database.reading():
        rows = select(CapabilityLink.id).where(CapabilityLink.email == "tochter@kunden.example")
        newest = session().scalars(rows.order_by(CapabilityLink.id.desc())).first() or ""
    daughter, ruth = found["tochter@kunden.example"], found["ruth@kunden.example"]
    assert daughter.said["url"] == capability.url(cast.lindenhof.base_url, newest)
    assert daughter.language == "de"
    assert "/documents/" in ruth.said["url"], "who has an account comes in by it"
    assert ruth.said["sentences"] == [
        "Anna Amsler, Haus Lindenhof wrote a comment. 1 file came with it."
    ]


@pytest.mark.parametrize("how", ["revoked", "expired", "no contact", "no way", "disabled"])
def test_who_cannot_read_it_is_not_told(
    app: Flask, cast: Cast, browser: Browsers, how: str
) -> None:
    with installation.of(app).database.transaction() as opened:
        if how == "revoked":
            opened.execute(update(CapabilityLink).values(revoked_at=clock.now()))
        elif how == "expired":
            opened.execute(update(CapabilityLink).values(expires_at=clock.now()))
        elif how == "no contact":
            opened.execute(update(Contact).values(rights=["invoice:view"]))
        elif how == "disabled":
            opened.execute(update(Person).values(disabled_at=clock.now()))
        else:
            house = opened.get_one(Organisation, cast.lindenhof.id)
            house.portal_actions = [one.value for one in Action if one is not Action.COMMENT]
        who = people.staff(cast.anna)
        document = opened.merge(cast.invoice)
        writing.add(who, document, Audience.CUSTOMER, "Hello", [], "x")
    urls = {one.said["url"].split("/")[3] for one in told(app).values()}
    expected = {"revoked": {"documents"}, "expired": {"documents"}, "no way": set()}
    assert urls == expected.get(how, {"link"})


def test_several_comments_of_one_author_within_minutes_are_one_notice(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    for text in ("One", "Two", "Three"):
        write(browser("ruth"), cast.invoice, text)
        work(app)
    write(browser("guest"), cast.invoice, "By the daughter")
    found = told(app)
    with installation.of(app).database.reading():
        every = list(session().scalars(select(Notice).where(Notice.address == HOUSE)))
    assert len(every) == 2, "one for each author"
    assert {one.said["quote"] for one in every} == {"One\n\nTwo\n\nThree", "By the daughter"}
    assert "3 new comments: Invoice 2026-0412" in {one.said["subject"] for one in every}
    assert found


def test_later_comments_are_told_anew(app: Flask, cast: Cast, browser: Browsers) -> None:
    write(browser("ruth"), cast.invoice, "One")
    told(app)
    write(browser("ruth"), cast.invoice, "Two")
    work(app)
    with after(TOLD):
        work(app)
    with installation.of(app).database.reading():
        quotes = session().scalars(select(Notice).where(Notice.address == HOUSE)).all()
    assert [one.said["quote"] for one in quotes] == ["One", "Two"]


def test_nothing_is_told_before_its_time_and_a_withdrawn_comment_never(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    ruth = browser("ruth")
    write(ruth, cast.invoice, "Wrong document")
    work(app)
    with installation.of(app).database.reading():
        assert session().scalars(select(Notice)).all() == []
    comment = kept(app, cast.invoice)[-1]
    ruth.post(f"/documents/{cast.invoice.id}/comments/{comment.id}/withdrawal")
    assert told(app) == {}


def test_a_comment_that_was_changed_is_told_as_it_stands(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    write(browser("ruth"), cast.invoice, "Frist draft")
    comment = kept(app, cast.invoice)[-1]
    target = f"/documents/{cast.invoice.id}/comments/{comment.id}"
    browser("ruth").post(target, {"text": "First draft"})
    assert told(app)[HOUSE].said["quote"] == "First draft"


def test_what_is_withdrawn_after_the_mail_is_quoted_nowhere_any_more(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    write(browser("ruth"), cast.invoice, "My secret")
    assert told(app)[HOUSE].said["quote"] == "My secret"
    comment = kept(app, cast.invoice)[-1]
    browser("ruth").post(f"/documents/{cast.invoice.id}/comments/{comment.id}/withdrawal")
    with installation.of(app).database.reading():
        assert {one.said["quote"] for one in session().scalars(select(Notice))} == {""}


def test_an_internal_note_is_told_to_nobody(app: Flask, cast: Cast, browser: Browsers) -> None:
    write(browser("ben"), cast.invoice, "Call her.", internal=True)
    assert told(app) == {}


def test_a_document_that_was_withdrawn_meanwhile_is_not_spoken_of(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    write(browser("anna"), cast.invoice, "It is right.")
    with installation.of(app).database.transaction() as opened:
        publication.withdraw(opened.merge(cast.invoice), BY)
    assert told(app) == {}


def test_nobody_is_told_of_their_own_words(app: Flask, cast: Cast, browser: Browsers) -> None:
    """Also where the house's address is the customer's own, as in a trial."""
    with installation.of(app).database.transaction() as opened:
        opened.get_one(Organisation, cast.lindenhof.id).contact_email = "Ruth@kunden.example"
    write(browser("ruth"), cast.invoice, "Hello")
    assert set(told(app)) == {"ben@lindenhof.example"}


def test_what_is_told_twice_is_told_once(app: Flask, cast: Cast, browser: Browsers) -> None:
    write(browser("ruth"), cast.invoice, "Hello")
    here = installation.of(app)
    for _time in range(2):
        with here.database.transaction():
            telling.tell(cast.invoice.lineage_id, cast.ruth.id)
    with here.database.reading():
        rows = select(Notice).where(Notice.address == HOUSE)
        assert len(session().scalars(rows).all()) == 1


def test_who_writes_while_the_notice_is_made_is_told_of_next_time(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    write(browser("ruth"), cast.invoice, "One")
    work(app)
    with installation.of(app).database.transaction():
        telling.tell(cast.invoice.lineage_id, cast.ruth.id)
    write(browser("ruth"), cast.invoice, "Two")
    found = told(app)
    assert found[HOUSE].said["quote"] in ("One", "Two")
    assert all(one.told_at for one in kept(app, cast.invoice))


def test_a_second_contact_without_the_right_is_left_out(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    with installation.of(app).database.transaction() as opened:
        keller = opened.merge(cast.keller)
        other = organisations.add_contact(
            keller, BY, email="eva@kunden.example", name="Eva", language=None
        )
        opened.flush()
        opened.get_one(Contact, other.id).rights = ["invoice:comment"]
    write(browser("anna"), cast.invoice, "It is right.")
    assert "eva@kunden.example" not in told(app), "she may comment and not look"
    assert page_of(browser("ruth"), cast.invoice)
