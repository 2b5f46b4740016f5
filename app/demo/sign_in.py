"""Signing in at a provider, in the demonstration: one house uses the stand-in that runs beside it."""

from typing import Final

from app.access.grants import Role
from app.access.principal import Principal
from app.core.runtime import current
from app.demo.houses import HOUSES
from app.demo.identity_provider import IdentityProvider
from app.federation.actions import connecting
from app.federation.actions.connecting import Wish
from app.federation.rules import Endpoints
from app.identity import queries
from app.organisations.models import Organisation

WHO_SHOWS_IT: Final = HOUSES[0]
LABEL: Final = "Example ID"


def use_provider(organisation: Organisation) -> None:
    """Let a house's people sign in at the stand-in; its port may be another than the last time."""
    url = current().settings.demo_provider_url
    if url is None or organisation.slug != WHO_SHOWS_IT.slug:
        return
    known = queries.provider_of(organisation.id)
    if known is not None and known.issuer == url:
        return
    who = Principal(
        role=Role.ADMINISTRATOR,
        id=organisation.id,
        name="Kontor",
        organisation_id=organisation.id,
    )
    secret = IdentityProvider.secret
    wish = Wish(url, IdentityProvider.client_id, secret, LABEL, is_on=True, is_only_way=False)
    said = Endpoints(
        authorization=f"{url}/authorize",
        token=f"{url}/token",
        jwks=f"{url}/keys",
        userinfo=f"{url}/userinfo",
        names_issuer=True,
    )
    # Nobody listens there yet: what it will say of itself is known.
    connecting.keep(organisation, wish, connecting.client_of(organisation, wish), said, who)


def accounts() -> list[str]:
    """Return the addresses that the stand-in vouches for: of those who work there."""
    return [member.email for member in WHO_SHOWS_IT.members]
