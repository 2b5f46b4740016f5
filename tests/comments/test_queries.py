"""What exists for whom, asked of the queries themselves."""

from dataclasses import replace

import pytest
from flask import Flask

from app.access.grants import Can, Role
from app.access.principal import Principal
from app.access.rights import Action, Rights
from app.comments import forms, queries
from app.core.db import session
from app.core.journal import Actor
from app.documents.models import Audience, Document
from app.web import installation
from tests.cast import INTERNAL, Cast
from tests.released import EVERYTHING

BOTH = list(Audience)


def person(cast: Cast, role: Role) -> Principal:
    is_customer = role in (Role.PRIMARY_CONTACT, Role.CONTACT, Role.GUEST)
    return Principal(
        role=role,
        id="1" * 26,
        name="Somebody",
        organisation_id=cast.lindenhof.id,
        customer_id=cast.keller.id if is_customer else None,
        rights=EVERYTHING if is_customer else Rights(),
    )


def read(app: Flask, who: Principal, document: Document) -> list[str]:
    """Return what a principal reads where everything is asked for."""
    with installation.of(app).database.reading():
        found = queries.threads(who, session().get_one(Document, document.id), BOTH)
        return [comment.text for thread in found for comment in thread.comments]


@pytest.mark.parametrize(
    ("role", "is_inside"),
    [
        (Role.ADMINISTRATOR, True),
        (Role.STAFF, True),
        (Role.AUDITOR, True),
        (Role.API_KEY, False),
        (Role.PRIMARY_CONTACT, False),
        (Role.CONTACT, False),
        (Role.GUEST, False),
    ],
)
def test_internal_notes_exist_for_people_of_the_house_only(
    app: Flask, cast: Cast, role: Role, is_inside: bool
) -> None:
    found = read(app, person(cast, role), cast.invoice)
    assert "The hours are attached." in found
    assert (INTERNAL in found) is is_inside


def test_a_key_that_may_everything_a_key_may_reads_no_note(app: Flask, cast: Cast) -> None:
    key = replace(person(cast, Role.API_KEY), scopes=frozenset(Can))
    assert read(app, key, cast.invoice) == ["The hours are attached."]


def test_another_customer_and_another_house_read_nothing(app: Flask, cast: Cast) -> None:
    ruth = person(cast, Role.CONTACT)
    assert read(app, replace(ruth, customer_id=cast.huber.id), cast.invoice) == []
    ben = person(cast, Role.STAFF)
    assert read(app, replace(ben, organisation_id=cast.brandt.id), cast.invoice) == []


def test_comments_are_released_kind_by_kind(app: Flask, cast: Cast) -> None:
    quotes = Rights(frozenset({("invoice", Action.VIEW), ("quote", Action.COMMENT)}))
    ruth = replace(person(cast, Role.CONTACT), rights=quotes)
    assert read(app, ruth, cast.invoice) == []


def test_a_version_that_went_to_another_customer_does_not_hand_on_the_talk(
    app: Flask, cast: Cast
) -> None:
    """Both customers may have had a version of one document by mistake."""
    with installation.of(app).database.transaction():
        session().get_one(Document, cast.hubers.id).lineage_id = cast.invoice.lineage_id
    max_ = replace(person(cast, Role.CONTACT), customer_id=cast.huber.id)
    assert read(app, max_, cast.hubers) == []
    assert read(app, person(cast, Role.STAFF), cast.hubers) == [INTERNAL]


def test_who_looks_through_a_contacts_eyes_reads_and_cannot_write(app: Flask, cast: Cast) -> None:
    ruth = person(cast, Role.CONTACT)
    looking = replace(ruth, through=Actor("person", cast.ben.id, "Ben Brunner"))
    assert read(app, looking, cast.invoice) == ["The hours are attached."]
    assert queries.may_write(ruth, cast.invoice, Audience.CUSTOMER)
    assert not queries.may_write(looking, cast.invoice, Audience.CUSTOMER)
    with app.test_request_context(), installation.of(app).database.reading():
        box = forms.beside(looking, cast.invoice)["comments"]
        assert box is not None
        assert (box.form, box.changeable) == (None, frozenset())
