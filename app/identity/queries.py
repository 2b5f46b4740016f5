"""Every look-up of people, factors, sessions, codes, links and keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import column, false, func, select, table, true

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, tokens
from app.core.db import session
from app.identity import rules
from app.identity.models import (
    ApiKey,
    CapabilityLink,
    Factor,
    LinkedIdentity,
    LoginSession,
    MailedCode,
    Passkey,
    PasswordReset,
    Person,
    RecoveryCode,
    SecondStep,
    SignInProvider,
)
from app.identity.rules import FactorKind

_member = table("member", column("person_id"), column("role"))
"""Who works for an organisation: a table of a floor above, asked here for one thing only."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person could take for the second step."""

    has_totp: bool
    passkeys: int
    recovery_codes: int
    """Not used yet."""


def person_by_id(person_id: str) -> Person | None:
    """Return a person; for jobs and for the principal."""
    return session().get(Person, person_id)


def person_by_email(email: str) -> Person | None:
    """Return the one person with an address, in the whole installation."""
    return session().scalar(select(Person).where(Person.email == rules.normal_email(email)))


def person_of(who: Principal) -> Person | None:
    """Return the person behind a principal; None for a guest."""
    return None if who.is_guest else session().get(Person, who.id)


def live_session(token: str) -> LoginSession | None:
    """Return the session that a cookie's token opens, as long as it is alive."""
    found = session().scalar(
        select(LoginSession).where(LoginSession.token_hash == tokens.fingerprint(token))
    )
    return found if found is not None and _is_alive(found, clock.now()) else None


def sessions_of(who: Principal) -> list[LoginSession]:
    """Return the living sessions of a person, the newest first."""
    rows = select(LoginSession).where(LoginSession.person_id == who.id)
    now = clock.now()
    newest = session().scalars(rows.order_by(LoginSession.id.desc()).limit(100))
    return [found for found in newest if _is_alive(found, now)]


def own_session(who: Principal, session_id: str) -> LoginSession | None:
    """Return one living session of the person who asks."""
    return next((one for one in sessions_of(who) if one.id == session_id), None)


def code_by_id(code_id: str) -> MailedCode | None:
    """Return a mailed code."""
    return session().get(MailedCode, code_id)


def factors_of(person_id: str) -> Factors:
    """Return what a person has for the second step, in two statements."""
    kinds = (
        select(Factor.kind, func.count())
        .where(Factor.person_id == person_id, Factor.confirmed_at.is_not(None))
        .group_by(Factor.kind)
    )
    counted = dict(session().execute(kinds).all())
    return Factors(
        has_totp=FactorKind.TOTP in counted,
        passkeys=counted.get(FactorKind.PASSKEY, 0),
        recovery_codes=recovery_codes_left(person_id),
    )


def recovery_codes_left(person_id: str) -> int:
    """Return how many recovery codes of a person are still good; at most ten were made."""
    unused = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session().scalar(select(func.count()).where(*unused)) or 0


def factors(person_id: str) -> list[Factor]:
    """Return the factors of a person that count, the oldest first."""
    rows = select(Factor).where(Factor.person_id == person_id, Factor.confirmed_at.is_not(None))
    return list(session().scalars(rows.order_by(Factor.id)))


def passkeys(person_id: str) -> list[Passkey]:
    """Return what a person's passkeys are made of."""
    rows = select(Passkey).join(Factor).where(Factor.person_id == person_id)
    return list(session().scalars(rows))


def passkey(credential_id: str) -> tuple[Passkey, Factor] | None:
    """Return the passkey that a device calls by this id, and whose it is."""
    rows = select(Passkey, Factor).join(Factor).where(Passkey.credential_id == credential_id)
    row = session().execute(rows).one_or_none()
    return None if row is None else (row.Passkey, row.Factor)


def own_factor(who: Principal, factor_id: str) -> Factor | None:
    """Return one factor of the person who asks, confirmed or not."""
    return session().scalar(
        select(Factor).where(Factor.id == factor_id, Factor.person_id == who.id)
    )


def live_step(step_id: str) -> SecondStep | None:
    """Return a second step that can still be taken."""
    found = session().get(SecondStep, step_id)
    now = clock.now()
    is_live = found is not None and found.used_at is None and now < found.expires_at
    return found if is_live else None


def reset_by_id(reset_id: str) -> PasswordReset | None:
    """Return a way to a new password; for the job that mails it."""
    return session().get(PasswordReset, reset_id)


def live_reset(token: str) -> PasswordReset | None:
    """Return the way to a new password that a token opens, while it does."""
    return session().scalar(
        select(PasswordReset).where(
            PasswordReset.token_hash == tokens.fingerprint(token),
            PasswordReset.person_id.is_not(None),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > clock.now(),
        )
    )


def link_by_id(link_id: str) -> CapabilityLink | None:
    """Return a link; for jobs and for the principal."""
    return session().get(CapabilityLink, link_id)


def link_by_token(token: str) -> CapabilityLink | None:
    """Return the link that a token stands for, open or not."""
    return session().scalar(
        select(CapabilityLink).where(CapabilityLink.token_hash == tokens.fingerprint(token))
    )


MOST_LINKS = 100
"""Links that are looked at for one customer and document: there are as many as recipients."""


def open_links(customer_ids: Sequence[str], lineage_id: str | None) -> list[CapabilityLink]:
    """Return the open links to one document of customers, and to all of them; the newest first.

    Without a document: the open links to any.
    """
    is_meant = (CapabilityLink.lineage_id == lineage_id) | CapabilityLink.lineage_id.is_(None)
    rows = select(CapabilityLink).where(
        CapabilityLink.customer_id.in_(customer_ids),
        true() if lineage_id is None else is_meant,
        CapabilityLink.revoked_at.is_(None),
        CapabilityLink.expires_at > clock.now(),
    )
    return list(session().scalars(rows.order_by(CapabilityLink.id.desc()).limit(MOST_LINKS)))


def link_of(who: Principal, customer_id: str, link_id: str) -> CapabilityLink | None:
    """Return one link of one customer, for staff."""
    rows = select(CapabilityLink).where(
        CapabilityLink.id == link_id,
        CapabilityLink.customer_id == customer_id,
        CapabilityLink.organisation_id == who.organisation_id,
        ~false() if who.is_staff else false(),
    )
    return session().scalar(rows)


def api_keys(who: Principal) -> list[ApiKey]:
    """Return the keys of the principal's organisation, those in use first, then the newest."""
    rows = select(ApiKey).where(ApiKey.organisation_id == who.organisation_id)
    rows = rows.where(~false() if who.is_staff else false())
    order = (ApiKey.revoked_at.is_not(None), ApiKey.id.desc())
    return list(session().scalars(rows.order_by(*order)))


def api_key(who: Principal, key_id: str) -> ApiKey | None:
    """Return one key of the principal's organisation."""
    return next((one for one in api_keys(who) if one.id == key_id), None)


def provider_of(organisation_id: str) -> SignInProvider | None:
    """Return where an organisation's own people sign in, switched on or not."""
    return session().get(SignInProvider, organisation_id)


def linked_identity(organisation_id: str, issuer: str, subject: str) -> LinkedIdentity | None:
    """Return whom an organisation's provider calls `subject`."""
    rows = select(LinkedIdentity).where(
        LinkedIdentity.organisation_id == organisation_id,
        LinkedIdentity.issuer == issuer,
        LinkedIdentity.subject == subject,
    )
    return session().scalar(rows)


def linked_provider(person: Person) -> SignInProvider | None:
    """Return where a person signed in before, as long as it is switched on."""
    rows = (
        select(SignInProvider)
        .join(LinkedIdentity, LinkedIdentity.organisation_id == SignInProvider.organisation_id)
        .where(LinkedIdentity.person_id == person.id, SignInProvider.is_on.is_(True))
    )
    return session().scalar(rows)


def linked_of(who: Principal) -> dict[str, LinkedIdentity]:
    """Return the linked people of the principal's organisation by the person's id."""
    rows = select(LinkedIdentity).where(
        LinkedIdentity.organisation_id == who.organisation_id,
        ~false() if who.is_staff else false(),
    )
    return {one.person_id: one for one in session().scalars(rows)}


def has_to_use_provider(person: Person) -> bool:
    """Say whether a password, a code and a passkey are of no use to somebody: the provider alone is.

    Customers' people never. Administrators who have a password and a second factor may go on: who
    breaks the connection to the provider has to be able to mend it.
    """
    rows = (
        select(_member.c.role)
        .join(SignInProvider, SignInProvider.organisation_id == person.organisation_id)
        .where(
            _member.c.person_id == person.id,
            SignInProvider.is_on.is_(True),
            SignInProvider.is_only_way.is_(True),
        )
    )
    role = session().scalar(rows)
    return role is not None and not (role == Role.ADMINISTRATOR and keeps_own_way(person))


def keeps_own_way(person: Person) -> bool:
    """Say whether somebody can sign in safely without a provider: with a password and a second factor."""
    return person.password_hash is not None and person.has_factor


def _is_alive(one: LoginSession, now: datetime) -> bool:
    return rules.is_session_alive(now, one.last_seen_at, one.ends_at, one.ended_at)
