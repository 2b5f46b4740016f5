"""Every write about people: who they are, how they prove it, and the links and keys that stand for them."""

from app.identity.actions.factors import (
    begin_totp,
    check,
    confirm_totp,
    forget_factors,
    make_recovery_codes,
    note_added,
    remove_factor,
    rename_factor,
)
from app.identity.actions.keys import make_api_key, revoke_api_key, use_api_key
from app.identity.actions.links import make_link, open_link, revoke_link
from app.identity.actions.passkeys import (
    add_passkey,
    confirm_with_passkey,
    sign_in_with_passkey,
)
from app.identity.actions.people import (
    change_password,
    choose_language,
    disable,
    enable,
    register,
    set_password,
)
from app.identity.actions.proving import (
    ask_for_code,
    confirm_it_is,
    sign_in,
    sign_in_with_code,
    sign_in_with_factor,
    sweep,
)
from app.identity.actions.resetting import ask_for_reset, reset_password
from app.identity.actions.second_step import Came, Halfway, Inside, admit, let_in, take_step
from app.identity.actions.sessions import (
    Browser,
    confirm,
    end_all_sessions,
    end_other_sessions,
    end_session,
    end_session_by_id,
    open_session,
    prove,
    see,
)

__all__ = [
    "Browser",
    "Came",
    "Halfway",
    "Inside",
    "add_passkey",
    "admit",
    "ask_for_code",
    "ask_for_reset",
    "begin_totp",
    "change_password",
    "check",
    "choose_language",
    "confirm",
    "confirm_it_is",
    "confirm_totp",
    "confirm_with_passkey",
    "disable",
    "enable",
    "end_all_sessions",
    "end_other_sessions",
    "end_session",
    "end_session_by_id",
    "forget_factors",
    "let_in",
    "make_api_key",
    "make_link",
    "make_recovery_codes",
    "note_added",
    "open_link",
    "open_session",
    "prove",
    "register",
    "remove_factor",
    "rename_factor",
    "reset_password",
    "revoke_api_key",
    "revoke_link",
    "see",
    "set_password",
    "sign_in",
    "sign_in_with_code",
    "sign_in_with_factor",
    "sign_in_with_passkey",
    "sweep",
    "take_step",
    "use_api_key",
]
