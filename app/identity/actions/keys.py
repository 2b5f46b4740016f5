"""API keys: made, used, revoked."""

from collections.abc import Iterable

from sqlalchemy import update

from app.access.grants import Can
from app.access.principal import Principal
from app.core import clock, ids, journal, tokens
from app.core.db import session
from app.identity import rules
from app.identity.models import ApiKey


def make_api_key(who: Principal, name: str, scopes: Iterable[Can]) -> tuple[ApiKey, str]:
    """Make a key for a program and return it with its token, which nobody can see again."""
    token = rules.API_KEY_PREFIX + tokens.new()
    key = ApiKey(
        id=ids.new(),
        organisation_id=who.organisation_id,
        token_hash=tokens.fingerprint(token),
        name=name,
        scopes=sorted(scope.value for scope in scopes),
        created_by=who.id,
        created_at=clock.now(),
    )
    session().add(key)
    _note_key("api_key.made", key, who)
    return key, token


def revoke_api_key(key: ApiKey, who: Principal) -> None:
    """Shut a key: it opens nothing from now on. Twice is harmless."""
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        _note_key("api_key.revoked", key, who)


def use_api_key(key_id: str) -> None:
    """Note that a key was used just now."""
    session().execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=clock.now()))


def _note_key(name: str, key: ApiKey, who: Principal) -> None:
    journal.record(
        name,
        who.actor,
        organisation_id=key.organisation_id,
        about=("api_key", key.id),
        key=key.name,
        scopes=key.scopes,
    )
