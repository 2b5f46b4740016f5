"""Connecting a provider: tried first, step by step, and kept only where every step went well."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import delete

from app.access.principal import Principal
from app.core import clock, journal, sealing
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.federation import queries
from app.federation.providers import openid
from app.federation.providers.openid import Client
from app.federation.rules import Endpoints, Reason, Refusal
from app.identity import queries as identity
from app.identity.models import LinkedIdentity, Person, SignInProvider
from app.organisations.models import Organisation

CALLBACK = "/sign-in/oidc/callback"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an administrator typed."""

    issuer: str
    client_id: str
    secret: str
    """Empty: the one of before."""
    label: str
    is_on: bool
    is_only_way: bool


@dataclass(slots=True)
class Trial:
    """What became of the steps, in order; the last one failed where there are no endpoints."""

    steps: list[tuple[bool, str]] = field(default_factory=list)
    """Whether it went well, and a sentence."""
    endpoints: Endpoints | None = None

    def note(self, sentence: str, *, is_well: bool = True) -> None:
        """Write down one step."""
        self.steps.append((is_well, sentence))


def redirect_uri(house: Organisation) -> str:
    """Return where the provider sends people back to: entered there, letter by letter."""
    return house.base_url + CALLBACK


def client_of(house: Organisation, wish: Wish) -> Client:
    """Return who we would be; raises `Refused` where no secret was given for this client.

    A secret goes to whom it was given for, and to nobody who is typed in later.
    """
    secret, found = wish.secret, identity.provider_of(house.id)
    known = found is not None and (found.issuer, found.client_id) == (wish.issuer, wish.client_id)
    if not secret and found is not None and known:
        secret = sealing.unseal(found.sealed_secret)
    if not secret:
        raise Refused(_("Enter the client secret that belongs to this client ID."))
    return Client(wish.issuer, wish.client_id, secret, redirect_uri(house))


def try_out(client: Client) -> Trial:
    """Ask the provider everything that a sign-in needs, as far as it goes. No transaction is open."""
    trial = Trial()
    endpoints = _step(trial, lambda: openid.discover(client.issuer), _("The provider answers."))
    if endpoints is None or not isinstance(endpoints, Endpoints):
        return trial
    keys = _step(trial, lambda: openid.fetch_keys(endpoints), _("Its keys can be read."))
    if keys is None:
        return trial
    fits = _step(trial, lambda: openid.knows_secret(client, endpoints), "")
    if fits is None:
        return trial
    if not fits:
        trial.note(_("The provider refuses client ID and secret."), is_well=False)
        return trial
    trial.note(_("The provider does not object to client ID and secret."))
    trial.endpoints = endpoints
    return trial


def _step(trial: Trial, ask: Callable[[], object], sentence: str) -> object:
    try:
        found = ask()
    except Refusal as refusal:
        trial.note(_failure(refusal), is_well=False)
        return None
    if sentence:
        trial.note(sentence)
    return found


def _failure(refusal: Refusal) -> str:
    match refusal.reason:
        case Reason.UNREACHABLE:
            said = _("The provider cannot be reached.")
        case Reason.OTHER_ISSUER:
            said = _("The provider calls itself by another address.")
        case Reason.NO_KEY:
            said = _("The provider shows no key that Kontor can use.")
        case _:
            said = _("What the provider says of itself cannot be used.")
    return f"{said} ({refusal.detail})" if refusal.detail else said


def keep(house: Organisation, wish: Wish, client: Client, found: Endpoints, who: Principal) -> None:
    """Keep a provider that was tried out; raises `Refused` where nobody could mend it."""
    if wish.is_only_way and not queries.keeps_a_way(house.id):
        raise Refused(
            _(
                "First an administrator needs a password and a second factor: somebody has to come in "
                "when the provider does not answer."
            )
        )
    one = identity.provider_of(house.id)
    is_other = one is not None and one.issuer != wish.issuer
    if one is None:
        one = SignInProvider(organisation_id=house.id)
        session().add(one)
    one.issuer, one.client_id, one.label = wish.issuer, wish.client_id, wish.label
    one.sealed_secret = sealing.seal(client.secret)
    one.is_on, one.is_only_way = wish.is_on, wish.is_on and wish.is_only_way
    one.endpoints, one.tested_at = found.to_json(), clock.now()
    if is_other:
        # What another provider called somebody means nothing at this one.
        session().execute(delete(LinkedIdentity).where(LinkedIdentity.organisation_id == house.id))
    journal.record(
        "organisation.provider_changed",
        who.actor,
        organisation_id=house.id,
        about=("organisation", house.id),
        issuer=wish.issuer,
        is_on=one.is_on,
        is_only_way=one.is_only_way,
        new_secret=bool(wish.secret),
    )


def unlink(person: Person, who: Principal) -> bool:
    """Forget what the provider calls a person: the next sign-in links them anew. False: nothing to forget."""
    gone = session().execute(
        delete(LinkedIdentity)
        .where(LinkedIdentity.person_id == person.id)
        .returning(LinkedIdentity.person_id)
    )
    if gone.first() is None:
        return False
    journal.record(
        "person.provider_unlinked",
        who.actor,
        organisation_id=person.organisation_id,
        about=("person", person.id),
    )
    return True
