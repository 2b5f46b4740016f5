"""Second factors: added by showing that they work, used once for each code, removed (PY-34)."""

from typing import Any

from sqlalchemy import delete, select, update

from app.access.principal import Principal
from app.core import clock, counters, ids, journal, sealing
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import queries, rules
from app.identity.actions.sessions import end_all_sessions
from app.identity.models import Factor, Passkey, Person, RecoveryCode
from app.identity.proofs import recovery, totp
from app.identity.rules import FactorKind, Proof


def begin_totp(person: Person, name: str) -> Factor:
    """Make a seed for an app; it counts once a code of it was shown. Raises `Refused` for too many."""
    if len(queries.factors(person.id)) >= rules.MOST_FACTORS:
        raise Refused(_("There are enough second factors. Remove one before you add another."))
    # Whoever begins anew has lost the picture of the last time.
    session().execute(
        delete(Factor).where(Factor.person_id == person.id, Factor.confirmed_at.is_(None))
    )
    factor = Factor(
        id=ids.new(),
        person_id=person.id,
        kind=FactorKind.TOTP,
        name=name,
        secret=sealing.seal(totp.seed()),
        created_at=clock.now(),
    )
    session().add(factor)
    return factor


def confirm_totp(person: Person, factor: Factor, answer: str) -> list[str]:
    """Let an app count from now on, where `answer` is its present code.

    Returns recovery codes to be shown once, where the person had none left. Raises `Refused` for
    a wrong code, or where it was tried too often.
    """
    if not _is_allowed(person.id):
        raise Refused(_("That was tried too often. Wait a quarter of an hour, then try again."))
    step = totp.step_of(sealing.unseal(factor.secret or ""), answer, clock.now())
    if step is None:
        raise Refused(
            _("This code is not right. Wait for the next one, and look at the phone’s clock.")
        )
    now = clock.now()
    confirmed = session().execute(
        update(Factor)
        .where(Factor.id == factor.id, Factor.confirmed_at.is_(None))
        .values(confirmed_at=now, last_step=step, last_used_at=now)
        .returning(Factor.id)
    )
    if confirmed.first() is None:
        raise Refused(_("This app has been set up already."))
    counters.forget(_counted(person.id))
    return note_added(person, factor)


def note_added(person: Person, factor: Factor) -> list[str]:
    """Have a factor that works asked for from now on; returns recovery codes where none were left.

    For every kind of factor: call it in the transaction that confirmed it.
    """
    _settle(person)
    _announce(person, "person.factor_added", factor=factor.name, kind=factor.kind.value)
    return [] if queries.recovery_codes_left(person.id) else make_recovery_codes(person)


def remove_factor(person: Person, factor: Factor) -> None:
    """Forget a factor; with the last one go the recovery codes, and signing in takes one step again."""
    name, kind, was_asked_for = factor.name, factor.kind, factor.confirmed_at is not None
    session().execute(delete(Passkey).where(Passkey.factor_id == factor.id))
    session().execute(delete(Factor).where(Factor.id == factor.id, Factor.person_id == person.id))
    if not was_asked_for:
        return
    _settle(person)
    if not person.has_factor:
        session().execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    _announce(person, "person.factor_removed", factor=name, kind=kind.value)


def forget_factors(person: Person, who: Principal) -> None:
    """Forget all second factors of somebody who lost them; every session of theirs ends.

    Raises `Refused` where there are none.
    """
    if not person.has_factor:
        raise Refused(_("%(name)s has no second factor.", name=person.name))
    own = select(Factor.id).where(Factor.person_id == person.id)
    session().execute(delete(Passkey).where(Passkey.factor_id.in_(own)))
    session().execute(delete(Factor).where(Factor.person_id == person.id))
    session().execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    _settle(person)
    end_all_sessions(person)
    journal.announce(
        "person.factors_forgotten",
        who.actor,
        organisation_id=person.organisation_id,
        about=("person", person.id),
    )


def rename_factor(factor: Factor, name: str) -> None:
    """Call a factor something else."""
    factor.name = name


def make_recovery_codes(person: Person) -> list[str]:
    """Return ten new codes, to be shown this once; those of before are worth nothing."""
    session().execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes, now = [recovery.new() for _number in range(rules.RECOVERY_CODES)], clock.now()
    session().add_all(
        RecoveryCode(
            id=ids.new(),
            person_id=person.id,
            code_hash=recovery.kept(person.id, code),
            created_at=now,
        )
        for code in codes
    )
    _announce(person, "person.recovery_codes_made")
    return codes


def check(person_id: str, answer: str) -> Proof | None:
    """Return what `answer` proves, a code of an app or one for recovery, and use it up."""
    if not _is_allowed(person_id):
        return None
    proof = Proof.TOTP if _spend_totp(person_id, answer) else None
    if proof is None and _spend_recovery(person_id, answer):
        proof = Proof.RECOVERY_CODE
    if proof is not None:
        counters.forget(_counted(person_id))
    return proof


def _spend_totp(person_id: str, answer: str) -> bool:
    now = clock.now()
    for factor in queries.factors(person_id):
        if factor.kind is not FactorKind.TOTP:
            continue
        step = totp.step_of(sealing.unseal(factor.secret or ""), answer, now)
        if step is not None and _spend_step(factor.id, step):
            return True
    return False


def _spend_step(factor_id: str, step: int) -> bool:
    """Use up a time step and all before it; False where one as late was used (RFC 6238, 5.2)."""
    is_newer = Factor.last_step.is_(None) | (Factor.last_step < step)
    spent = session().execute(
        update(Factor)
        .where(Factor.id == factor_id, is_newer)
        .values(last_step=step, last_used_at=clock.now())
        .returning(Factor.id)
    )
    return spent.first() is not None


def _spend_recovery(person_id: str, answer: str) -> bool:
    spent = session().execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == recovery.kept(person_id, answer),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    if spent.first() is None:
        return False
    person = session().scalar(select(Person).where(Person.id == person_id))
    if person is not None:
        left = queries.recovery_codes_left(person_id)
        _announce(person, "person.recovery_code_used", left=left)
    return True


def _settle(person: Person) -> None:
    """Note whether any factor is left; one at a time, so that the last word is the right one."""
    session().flush()
    session().refresh(person, with_for_update=True)
    person.has_factor = bool(queries.factors(person.id))


def _announce(person: Person, name: str, **data: Any) -> None:
    """Write one line that is also mailed to the person: it may have been somebody else."""
    journal.announce(
        name,
        journal.Actor("person", person.id, person.name),
        organisation_id=person.organisation_id,
        about=("person", person.id),
        **data,
    )


def _is_allowed(person_id: str) -> bool:
    return counters.allow(_counted(person_id), rules.FACTOR_TRIES, rules.FACTOR_WINDOW)


def _counted(person_id: str) -> str:
    return f"factor:{person_id}"
