import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, ids, outbox, runtime, tokens
from app.core.errors import Refused
from app.core.runtime import Runtime
from app.core.settings import PROJECT
from app.identity import actions, queries, rules
from app.identity.actions import Browser
from app.identity.models import LoginSession, MailedCode, Person
from app.identity.proofs import mailed_code
from app.organisations.models import Organisation
from app.organisations.rules import MemberRole
from tests import cast

BROWSER = Browser("192.0.2.1", "Tests/1")
SECRET = "correct horse battery staple"
ANNA = Principal(role=Role.ADMINISTRATOR, id=ids.new(), name="Anna")


def code_for(person: Person) -> tuple[str, str]:
    """Ask for a code and return its row's id and the code itself."""
    code_id = actions.ask_for_code(person.email)
    return code_id, mailed_code.code(code_id)


def test_an_office_gets_no_login_and_is_told_why(house: Organisation) -> None:
    with pytest.raises(Refused) as refused:
        actions.register(house.id, "Rechnung@X.example", "Office", None)
    assert "rechnung@x.example is shared by several people." in refused.value.sentence
    assert "Documents may still be sent to this address." in refused.value.sentence


def test_the_installations_own_offices_get_no_login_either(
    here: Runtime, house: Organisation
) -> None:
    own = replace(here.settings, role_mailboxes=frozenset({"küche"}))
    with runtime.using(replace(here, settings=own)), pytest.raises(Refused, match="shared by"):
        actions.register(house.id, "kueche@x.example", "Kitchen", None)
    assert actions.register(house.id, "kueche@y.example", "Kitchen", None).email


def test_there_is_one_place_where_logins_are_made() -> None:
    """So that one rule holds for members, contacts, those who were invited and those who asked."""
    made = {
        path.name
        for folder in ("app", "jobs")
        for path in (PROJECT / folder).rglob("*.py")
        if re.search(r"(?<!class )\b(?:Person\(|insert\(Person\))", path.read_text())
    }
    assert made == {"people.py"}


def test_an_address_belongs_to_one_organisation_only(ben: Person, session: Session) -> None:
    other = cast.found("brandt", "Brandt GmbH")
    for organisation in (other.id, ben.organisation_id):
        with pytest.raises(Refused) as refused:
            actions.register(organisation, f" {ben.email.upper()} ", "Somebody else", None)
        assert "has a login already" in refused.value.sentence
        assert "use another address" in refused.value.sentence
    assert queries.person_by_email(ben.email) is ben
    # The refusal spoils nothing else of the transaction.
    assert cast.member(other, "Dora Brandt", MemberRole.STAFF).organisation_id == other.id


def test_a_password_opens_a_session_and_a_wrong_one_does_not(ben: Person) -> None:
    actions.set_password(ben, SECRET)
    assert actions.sign_in(ben.email, "wrong horse battery", BROWSER) is None
    came = actions.sign_in(f" {ben.email.upper()}", SECRET, BROWSER)
    assert isinstance(came, actions.Inside)
    found = queries.live_session(came.token)
    assert found is not None
    assert (found.person_id, found.address, found.agent) == (ben.id, "192.0.2.1", "Tests/1")
    assert came.token not in (found.id, found.token_hash)


def test_who_has_no_password_cannot_sign_in_with_one(ben: Person) -> None:
    assert actions.sign_in(ben.email, "", BROWSER) is None
    assert actions.sign_in(ben.email, "nobody has this password", BROWSER) is None


def test_after_too_many_tries_the_right_password_waits_too(ben: Person, session: Session) -> None:
    actions.set_password(ben, SECRET)
    begin = clock.now()
    with clock.standing_at(begin):
        for _ in range(rules.PASSWORD_TRIES):
            assert actions.sign_in(ben.email, "wrong", BROWSER) is None
        assert actions.sign_in(ben.email, SECRET, BROWSER) is None
    with clock.standing_at(begin + rules.PASSWORD_WINDOW):
        assert actions.sign_in(ben.email, SECRET, BROWSER) is not None


def test_a_code_gets_the_right_person_around_a_lock_out(ben: Person, session: Session) -> None:
    actions.set_password(ben, SECRET)
    for _ in range(rules.PASSWORD_TRIES + 5):
        actions.sign_in(ben.email, "wrong", BROWSER)
    code_id, code = code_for(ben)
    session.flush()
    assert actions.sign_in_with_code(code_id, code, BROWSER) is not None


def test_a_lock_out_is_for_one_address_only(ben: Person, house: Organisation) -> None:
    other = cast.member(house, "Olga Oser", MemberRole.AUDITOR)
    actions.set_password(other, SECRET)
    for _ in range(rules.PASSWORD_TRIES + 1):
        actions.sign_in(ben.email, "wrong", BROWSER)
    assert actions.sign_in(other.email, SECRET, BROWSER) is not None


def test_who_gets_in_starts_counting_afresh(ben: Person) -> None:
    actions.set_password(ben, SECRET)
    for _ in range(3):
        for _ in range(rules.PASSWORD_TRIES - 1):
            actions.sign_in(ben.email, "wrong", BROWSER)
        assert actions.sign_in(ben.email, SECRET, BROWSER) is not None


def test_a_code_works_once(ben: Person, session: Session) -> None:
    code_id, code = code_for(ben)
    session.flush()
    assert actions.sign_in_with_code(code_id, code, BROWSER) is not None
    assert actions.sign_in_with_code(code_id, code, BROWSER) is None


def test_a_code_is_over_after_its_time(ben: Person, session: Session) -> None:
    begin = clock.now()
    with clock.standing_at(begin):
        code_id, code = code_for(ben)
        session.flush()
    with clock.standing_at(begin + rules.CODE_LIFE):
        assert actions.sign_in_with_code(code_id, code, BROWSER) is None
    with clock.standing_at(begin + rules.CODE_LIFE - timedelta(seconds=1)):
        assert actions.sign_in_with_code(code_id, code, BROWSER) is not None


@pytest.mark.parametrize(("wrong_tries", "works"), [(4, True), (5, False), (20, False)])
def test_a_code_may_be_mistyped_four_times(
    ben: Person, session: Session, wrong_tries: int, works: bool
) -> None:
    code_id, code = code_for(ben)
    session.flush()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(wrong_tries):
        assert actions.sign_in_with_code(code_id, wrong, BROWSER) is None
    assert (actions.sign_in_with_code(code_id, code, BROWSER) is not None) is works


def test_a_code_is_good_for_its_own_row_only(ben: Person, session: Session) -> None:
    one, other = code_for(ben), code_for(ben)
    session.flush()
    assert one[1] != other[1]
    assert actions.sign_in_with_code(other[0], one[1], BROWSER) is None
    assert actions.sign_in_with_code("", one[1], BROWSER) is None
    assert actions.sign_in_with_code(ids.new(), one[1], BROWSER) is None
    assert actions.sign_in_with_code(one[0], one[1], BROWSER) is not None


def test_a_decoy_opens_nothing_even_with_its_code(session: Session) -> None:
    code_id = actions.ask_for_code("nobody@x.example")
    session.flush()
    assert actions.sign_in_with_code(code_id, mailed_code.code(code_id), BROWSER) is None


def test_after_too_many_codes_an_hour_there_are_decoys(ben: Person, session: Session) -> None:
    asked = [actions.ask_for_code(ben.email) for _ in range(rules.CODES_PER_HOUR + 2)]
    session.flush()
    people = [session.get_one(MailedCode, code_id).person_id for code_id in asked]
    assert people == [ben.id] * rules.CODES_PER_HOUR + [None, None]
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        assert session.get_one(MailedCode, code_for(ben)[0]).person_id == ben.id


def test_the_job_that_mails_a_code_knows_its_id_only(ben: Person, session: Session) -> None:
    code_id, code = code_for(ben)
    session.flush()
    promise = session.scalars(select(outbox.Promise)).one()
    assert (promise.task, promise.arguments) == ("identity.send_code", {"code": code_id})
    kept = session.get_one(MailedCode, code_id)
    assert code not in str(vars(kept))


def test_disabling_ends_every_session_and_every_way_in(ben: Person, session: Session) -> None:
    actions.set_password(ben, SECRET)
    came = actions.sign_in(ben.email, SECRET, BROWSER)
    code_id, code = code_for(ben)
    session.flush()
    actions.disable(ben, ANNA)
    session.flush()
    assert isinstance(came, actions.Inside)
    assert queries.live_session(came.token) is None
    assert actions.sign_in(ben.email, SECRET, BROWSER) is None
    assert actions.sign_in_with_code(code_id, code, BROWSER) is None
    actions.enable(ben, ANNA)
    assert queries.live_session(came.token) is None, "an ended session stays ended"
    assert actions.sign_in(ben.email, SECRET, BROWSER) is not None


def test_signing_out_everywhere_ends_the_sessions_of_one_person(
    ben: Person, house: Organisation, session: Session
) -> None:
    other = cast.sign_in(cast.member(house, "Olga Oser", MemberRole.AUDITOR))
    own = [cast.sign_in(ben) for _ in range(3)]
    actions.end_all_sessions(ben)
    assert [queries.live_session(token) for token in own] == [None] * 3
    assert queries.live_session(other) is not None


def test_what_is_long_over_is_forgotten(ben: Person, session: Session) -> None:
    cast.sign_in(ben)
    old, begin = actions.ask_for_code("nobody@x.example"), clock.now()
    with clock.standing_at(begin + timedelta(days=31)):
        young = actions.ask_for_code("nobody@x.example")
        actions.sweep()
    assert session.scalars(select(LoginSession)).all() == []
    assert set(session.scalars(select(MailedCode.id))) == {young}
    assert old != young


def test_a_weak_password_is_not_kept(ben: Person) -> None:
    with pytest.raises(Refused, match="12"):
        actions.set_password(ben, "short")
    with pytest.raises(Refused, match="name"):
        actions.set_password(ben, "I am Ben Brunner!")
    assert ben.password_hash is None


def test_the_database_keeps_no_token_that_opens_a_session(ben: Person, session: Session) -> None:
    token = cast.sign_in(ben)
    (kept,) = session.scalars(select(LoginSession)).all()
    assert kept.token_hash == tokens.fingerprint(token)
    assert token not in str(
        {column.key: getattr(kept, column.key) for column in kept.__table__.columns}
    )
