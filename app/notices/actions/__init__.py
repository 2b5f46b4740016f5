"""Every write about notices: told, sent, and who is told of what."""

from app.notices.actions.alarms import tell_of_paused_messages
from app.notices.actions.people import tell_of_end, welcome
from app.notices.actions.security import SECURITY, tell_of_security
from app.notices.actions.telling import (
    SEND,
    Due,
    begin,
    finish,
    forget,
    give_up,
    post,
    tell,
    unquote,
)

__all__ = [
    "SECURITY",
    "SEND",
    "Due",
    "begin",
    "finish",
    "forget",
    "give_up",
    "post",
    "tell",
    "tell_of_end",
    "tell_of_paused_messages",
    "tell_of_security",
    "unquote",
    "welcome",
]
