"""Every write about people: who they are, how they prove it, and the links and keys that stand for them."""

from app.identity.actions.keys import make_api_key, revoke_api_key, use_api_key
from app.identity.actions.links import (
    make_link,
    open_link,
    revoke_link,
    revoke_links_of_customer,
    revoke_links_of_document,
)
from app.identity.actions.people import (
    choose_language,
    disable,
    enable,
    register,
    set_password,
)
from app.identity.actions.proving import ask_for_code, sign_in, sign_in_with_code, sweep
from app.identity.actions.sessions import (
    Browser,
    confirm,
    end_all_sessions,
    end_session,
    end_session_by_id,
    prove,
    see,
)

__all__ = [
    "Browser",
    "ask_for_code",
    "choose_language",
    "confirm",
    "disable",
    "enable",
    "end_all_sessions",
    "end_session",
    "end_session_by_id",
    "make_api_key",
    "make_link",
    "open_link",
    "prove",
    "register",
    "revoke_api_key",
    "revoke_link",
    "revoke_links_of_customer",
    "revoke_links_of_document",
    "see",
    "set_password",
    "sign_in",
    "sign_in_with_code",
    "sweep",
    "use_api_key",
]
