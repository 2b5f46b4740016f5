"""Coming in through a provider: asked, answered, believed, and matched to somebody who works here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.core import clock, counters, journal, sealing, tokens
from app.core.db import insert, session
from app.federation import queries
from app.federation.actions.connecting import redirect_uri
from app.federation.providers import openid
from app.federation.providers.openid import Asked, Client
from app.federation.rules import (
    PENDING_FOR,
    Endpoints,
    Reason,
    Refusal,
    is_fresh,
    verified_email,
)
from app.identity import actions as identity
from app.identity import queries as people
from app.identity.actions import Browser
from app.identity.models import LinkedIdentity, Person, SignInProvider
from app.identity.rules import Proof
from app.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that a browser began; its cookie keeps it until the answer comes."""

    house: str
    """The organisation's id."""
    issuer: str
    client_id: str
    state: str
    nonce: str
    verifier: str
    wanted: str
    """Where to go on."""
    afresh: bool
    begun_at: str

    def to_json(self) -> dict[str, Any]:
        """Return it as the cookie keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: object) -> "Pending | None":
        """Return what a cookie keeps; None where it keeps nothing of the kind."""
        try:
            return cls(**kept) if isinstance(kept, dict) else None
        except TypeError:
            return None


def begin(
    house: Organisation, provider: SignInProvider, wanted: str, *, afresh: bool
) -> tuple[Pending, str]:
    """Return what the browser keeps, and where it goes. Nothing is called and nothing is written."""
    asked = Asked(state=tokens.new(), nonce=tokens.new(), verifier=tokens.new())
    pending = Pending(
        house=house.id,
        issuer=provider.issuer,
        client_id=provider.client_id,
        wanted=wanted,
        afresh=afresh,
        begun_at=clock.now().isoformat(),
        **{name: getattr(asked, name) for name in ("state", "nonce", "verifier")},
    )
    client = Client(provider.issuer, provider.client_id, "", redirect_uri(house))
    endpoints = Endpoints(**provider.endpoints)
    return pending, openid.question(client, endpoints, asked, afresh=afresh)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is to be asked of the provider while no transaction is open; it touches no database."""

    client: Client
    endpoints: Endpoints
    pending: Pending
    code: str
    now: datetime

    def perform(self) -> dict[str, Any]:
        """Return what the provider vouches for; raises `Refusal`."""
        id_token, access = openid.redeem(
            self.client, self.endpoints, self.code, self.pending.verifier
        )
        keys = openid.fetch_keys(self.endpoints)
        said = openid.claims(self.client, id_token, keys, self.pending.nonce, access, self.now)
        if self.pending.afresh and not is_fresh(self.now.timestamp(), said.get("auth_time")):
            raise Refusal(Reason.TOO_LONG_AGO)
        if "email" not in said and self.endpoints.userinfo and access:
            said = {**openid.userinfo(self.endpoints, access, said["sub"]), **said}
        return said


def take_up(pending: Pending | None, answer: Mapping[str, str]) -> Exchange:
    """Return what to ask the provider about an answer that belongs to this browser; raises `Refusal`."""
    now = clock.now()
    state = answer.get("state", "")
    if pending is None or not tokens.same(state, pending.state):
        raise Refusal(Reason.NOT_BEGUN, "another state, or none")
    if now - datetime.fromisoformat(pending.begun_at) > PENDING_FOR:
        raise Refusal(Reason.NOT_BEGUN, "too long ago")
    # An older cookie could be put back: the state itself counts once, whatever the browser keeps.
    if not counters.allow(f"oidc:{tokens.fingerprint(state)}", 1, PENDING_FOR):
        raise Refusal(Reason.NOT_BEGUN, "used before")
    found = queries.by_id(pending.house)
    if found is None or (found[1].issuer, found[1].client_id) != (
        pending.issuer,
        pending.client_id,
    ):
        raise Refusal(Reason.NOT_BEGUN, "the settings changed meanwhile")
    house, provider = found
    endpoints = Endpoints(**provider.endpoints)
    answered_by = answer.get("iss", "")
    if answered_by != provider.issuer and (answered_by or endpoints.names_issuer):
        raise Refusal(Reason.OTHER_ISSUER, answered_by[:200])
    if answer.get("error") or not answer.get("code"):
        raise Refusal(Reason.SAID_NO, answer.get("error", "no code")[:60])
    secret = sealing.unseal(provider.sealed_secret)
    client = Client(provider.issuer, provider.client_id, secret, redirect_uri(house))
    return Exchange(client, endpoints, pending, answer["code"], now)


def person_behind(exchange: Exchange, said: Mapping[str, Any]) -> Person:
    """Return who works here and is vouched for, linked from the first time on; raises `Refusal`."""
    house_id, issuer, subject = exchange.pending.house, exchange.client.issuer, said["sub"]
    linked = people.linked_identity(house_id, issuer, subject)
    person = people.person_by_id(linked.person_id) if linked else _vouched_for(house_id, said)
    if person is None or not queries.is_working_here(person, house_id):
        raise Refusal(Reason.UNKNOWN)
    if linked is None:
        _link(person, issuer, subject)
    return person


def _vouched_for(house_id: str, said: Mapping[str, Any]) -> Person | None:
    email = verified_email(said)
    if email is None:
        raise Refusal(Reason.UNVERIFIED)
    person = people.person_by_email(email)
    return person if person is not None and person.organisation_id == house_id else None


def _link(person: Person, issuer: str, subject: str) -> None:
    row = insert(LinkedIdentity).values(
        person_id=person.id,
        organisation_id=person.organisation_id,
        issuer=issuer,
        subject=subject,
        linked_at=clock.now(),
    )
    added = session().execute(row.on_conflict_do_nothing().returning(LinkedIdentity.person_id))
    if added.first() is None:
        # The address is the same, the account there is not: an administrator has to look at it.
        raise Refusal(Reason.UNKNOWN, "linked with another account")
    journal.record(
        "person.provider_linked",
        journal.Actor("person", person.id, person.name),
        organisation_id=person.organisation_id,
        about=("person", person.id),
        issuer=issuer,
    )


def enter(person: Person, browser: Browser) -> str:
    """Return the token of a new session."""
    return identity.let_in(person, (Proof.OIDC,), browser)


def note_refusal(pending: Pending | None, refusal: Refusal, browser: Browser) -> None:
    """Write one line on somebody who did not get in."""
    house = pending.house if pending is not None else None
    journal.record(
        "organisation.provider_refused",
        journal.SYSTEM,
        organisation_id=house,
        about=("organisation", house or "nobody"),
        reason=refusal.reason.value,
        detail=refusal.detail,
        address=browser.address,
    )
