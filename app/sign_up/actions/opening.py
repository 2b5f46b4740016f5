"""Whether an organisation takes requests, and under which code."""

from sqlalchemy.exc import IntegrityError

from app.access.principal import Principal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations import actions as organisations
from app.organisations.models import Organisation
from app.sign_up import queries, rules


def open_door(house: Organisation, who: Principal, *, is_open: bool, code: str) -> None:
    """Let guests ask for access, or not any more; an empty code leaves the short name alone.

    Raises `Refused` where another organisation has the code.
    """
    wanted = rules.normal_code(code) or None
    taken = _("Another organisation of this installation has this code. Choose another one.")
    if wanted is not None and queries.is_code_taken(house, wanted):
        raise Refused(taken)
    try:
        with session().begin_nested():
            organisations.change_organisation(house, who, guests_welcome=is_open, guest_code=wanted)
    except IntegrityError as error:
        raise Refused(taken) from error
