from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.principal import Principal
from app.core import clock, journal
from app.core.errors import Refused
from app.identity import actions, queries, rules
from app.identity.models import Factor, LoginSession, Person, RecoveryCode
from app.identity.proofs import mailed_code, password
from app.identity.rules import Proof
from app.organisations.models import Organisation
from app.organisations.rules import MemberRole
from tests import cast
from tests.cast import BROWSER
from tests.identity.authenticator import enrol, scan

SECRET = "correct horse battery staple"


def halfway(person: Person) -> str:
    """Prove the first thing and return the step that is left."""
    if person.password_hash is None:
        actions.set_password(person, SECRET)
    came = actions.sign_in(person.email, SECRET, BROWSER)
    assert isinstance(came, actions.Halfway)
    return came.step_id


def sessions(session: Session) -> list[LoginSession]:
    return list(session.scalars(select(LoginSession).order_by(LoginSession.id)))


def test_an_app_counts_once_a_code_of_it_was_shown(ben: Person, session: Session) -> None:
    factor = actions.begin_totp(ben, "Phone")
    app = scan(factor)
    assert app.seed not in str(vars(factor))
    with pytest.raises(Refused, match="not right"):
        actions.confirm_totp(ben, factor, app.wrong_code())
    assert (ben.has_factor, queries.factors_of(ben.id).has_totp) == (False, False)
    codes = actions.confirm_totp(ben, factor, app.code())
    assert (ben.has_factor, queries.factors_of(ben.id).has_totp) == (True, True)
    assert len(set(codes)) == queries.factors_of(ben.id).recovery_codes == rules.RECOVERY_CODES
    kept = {row.code_hash for row in session.scalars(select(RecoveryCode))}
    assert not kept & set(codes)
    with pytest.raises(Refused, match="already"):
        actions.confirm_totp(ben, factor, app.code(1))


@pytest.mark.parametrize("first", [Proof.PASSWORD, Proof.MAILED_CODE])
def test_nobody_is_in_before_the_second_thing(ben: Person, session: Session, first: Proof) -> None:
    app, _codes = enrol(ben)
    if first is Proof.PASSWORD:
        step_id = halfway(ben)
    else:
        code_id = actions.ask_for_code(ben.email)
        session.flush()
        came = actions.sign_in_with_code(code_id, mailed_code.code(code_id), BROWSER)
        assert isinstance(came, actions.Halfway)
        step_id = came.step_id
    assert sessions(session) == []
    token = actions.sign_in_with_factor(step_id, app.code(), BROWSER)
    assert token is not None
    (one,) = sessions(session)
    assert one.proofs == [first, Proof.TOTP]
    assert one.proved_at == one.proof_seen_at == one.created_at, "two things prove more than an SMS"


def test_one_thing_proves_nothing_more(ben: Person, session: Session) -> None:
    cast.sign_in(ben)
    (one,) = sessions(session)
    assert (one.proofs, one.proved_at) == ([Proof.MAILED_CODE], None)


def test_a_code_of_an_app_is_good_once_and_so_is_a_step(ben: Person, session: Session) -> None:
    app, _codes = enrol(ben)
    one, other = halfway(ben), halfway(ben)
    code = app.code()
    assert actions.sign_in_with_factor(one, code, BROWSER) is not None
    assert actions.sign_in_with_factor(other, code, BROWSER) is None, "the code was used"
    assert actions.sign_in_with_factor(one, app.code(1), BROWSER) is None, "the step was taken"
    assert actions.sign_in_with_factor(other, app.code(1), BROWSER) is not None
    assert len(sessions(session)) == 2


def test_a_clock_may_be_one_step_wrong_and_not_two(ben: Person) -> None:
    app, _codes = enrol(ben)
    with clock.standing_at(clock.now()):
        for ahead in (-3, -2, 2, 3):
            assert actions.check(ben.id, app.code(ahead)) is None
        assert actions.check(ben.id, app.code(1)) is Proof.TOTP
        assert actions.check(ben.id, app.code()) is None, "what is older than the last is over"


def test_a_recovery_code_is_good_once_however_it_is_typed(ben: Person, house: Organisation) -> None:
    _app, codes = enrol(ben)
    other = cast.member(house, "Olga Oser", MemberRole.AUDITOR)
    _others_app, _others = enrol(other)
    typed = f" {codes[0].replace('-', ' ').upper()} "
    assert actions.check(other.id, codes[0]) is None, "it is Ben's"
    assert actions.check(ben.id, typed) is Proof.RECOVERY_CODE
    assert actions.check(ben.id, codes[0]) is None
    assert queries.recovery_codes_left(ben.id) == rules.RECOVERY_CODES - 1
    fresh = actions.make_recovery_codes(ben)
    assert actions.check(ben.id, codes[1]) is None
    assert actions.check(ben.id, fresh[1]) is Proof.RECOVERY_CODE


def test_a_step_is_over_after_five_tries_or_five_minutes(ben: Person) -> None:
    app, _codes = enrol(ben)
    tried, late = halfway(ben), halfway(ben)
    for _try in range(rules.SECOND_STEP_TRIES):
        assert actions.sign_in_with_factor(tried, app.wrong_code(), BROWSER) is None
    assert actions.sign_in_with_factor(tried, app.code(), BROWSER) is None
    with clock.standing_at(clock.now() + rules.SECOND_STEP_LIFE):
        assert actions.sign_in_with_factor(late, app.code(), BROWSER) is None


def test_guessing_is_limited_over_all_steps_and_noted(ben: Person, session: Session) -> None:
    app, _codes = enrol(ben)
    for _step in range(3):
        step_id = halfway(ben)
        for _try in range(rules.SECOND_STEP_TRIES):
            actions.sign_in_with_factor(step_id, app.wrong_code(), BROWSER)
            actions.note_wrong_step(step_id)
    assert actions.sign_in_with_factor(halfway(ben), app.code(), BROWSER) is None
    session.flush()
    names = [entry.name for entry in journal.about("person", ben.id)]
    assert names.count("person.second_step_failed") >= rules.FACTOR_TRIES
    with clock.standing_at(clock.now() + rules.FACTOR_WINDOW + timedelta(seconds=1)):
        assert actions.sign_in_with_factor(halfway(ben), app.code(), BROWSER) is not None


def test_who_was_shut_out_between_the_steps_stays_out(ben: Person) -> None:
    app, _codes = enrol(ben)
    step_id = halfway(ben)
    actions.disable(ben, Principal(id="A", name="Anna"))
    assert actions.sign_in_with_factor(step_id, app.code(), BROWSER) is None


def test_with_the_last_factor_go_the_recovery_codes(ben: Person, session: Session) -> None:
    phone, _codes = enrol(ben)
    tablet, none = enrol(ben, "Tablet")
    assert none == [], "the codes of before are still good"
    actions.remove_factor(ben, session.get_one(Factor, phone.factor_id))
    assert ben.has_factor
    assert actions.check(ben.id, phone.code(1)) is None
    assert actions.check(ben.id, tablet.code(1)) is Proof.TOTP
    actions.remove_factor(ben, session.get_one(Factor, tablet.factor_id))
    assert not ben.has_factor
    assert queries.factors_of(ben.id) == queries.Factors(False, 0, 0)
    actions.set_password(ben, SECRET)
    assert isinstance(actions.sign_in(ben.email, SECRET, BROWSER), actions.Inside)


def test_who_begins_anew_has_one_seed(ben: Person, session: Session) -> None:
    first = scan(actions.begin_totp(ben, "Phone"))
    second = actions.begin_totp(ben, "Phone")
    session.flush()
    assert [one.id for one in session.scalars(select(Factor))] == [second.id]
    assert scan(second).seed != first.seed


@pytest.mark.parametrize("way", [Proof.PASSWORD, Proof.TOTP, Proof.MAILED_CODE])
def test_one_confirms_in_each_way_and_guessing_is_limited(
    ben: Person, house: Organisation, session: Session, way: Proof
) -> None:
    app, _codes = enrol(ben)
    actions.set_password(ben, SECRET)
    other = cast.member(house, "Olga Oser", MemberRole.AUDITOR)
    code_id, foreign = actions.ask_for_code(ben.email), actions.ask_for_code(other.email)
    session.flush()
    right = {
        Proof.PASSWORD: SECRET,
        Proof.TOTP: app.code(),
        Proof.MAILED_CODE: mailed_code.code(code_id),
    }[way]
    assert not actions.confirm_it_is(ben, way, mailed_code.code(foreign), foreign)
    assert not actions.confirm_it_is(ben, way, "", code_id)
    assert actions.confirm_it_is(ben, way, right, code_id)
    for _try in range(rules.CONFIRMATION_TRIES):
        assert not actions.confirm_it_is(ben, way, "wrong", code_id)
    actions.set_password(ben, SECRET)
    assert not actions.confirm_it_is(ben, Proof.PASSWORD, SECRET)


def test_a_process_hashes_for_few_at_a_time() -> None:
    """However many come at once, the memory of argon2 is bounded (ASVS 6.2.4)."""
    taken = [password._room.acquire(blocking=False) for _ in range(password.AT_ONCE)]
    assert all(taken)
    assert not password._room.acquire(blocking=False)
    for _one in taken:
        password._room.release()
    assert password.matches(SECRET, password.hashed(SECRET))
