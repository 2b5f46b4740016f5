"""The shape of how safely customers reach their documents (PY-11)."""

import hashlib
import json
from typing import Any, Final

from wtforms import BooleanField, HiddenField, IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange

from app.access.proof import Level, Method
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.organisations.models import Organisation
from app.organisations.rules.portal import MailedFiles
from app.portal.forms.released import CHOOSE
from app.portal.rules import security as rules
from app.portal.rules.security import Choice
from app.web.forms import Form, choices, named

COLUMNS: Final = (
    "proof_level",
    "proof_primary",
    "proof_secondary",
    "proof_idle_minutes",
    "mailed_files",
    "link_days",
    "members_need_factor",
    "contacts_need_factor",
)
"""What the form is about, as columns of `Organisation`; its fields have the same names."""

NUMBER: Final = InputRequired(_l("Enter a number."))


class Security(Form):
    """What is proved, how, for how long; what mails carry; how long links are open; second factors."""

    seen = HiddenField()
    proof_level = RadioField(_l("When customers prove who they are"), [CHOOSE])
    proof_primary = RadioField(_l("First method"), [CHOOSE])
    proof_secondary = RadioField(
        _l("Second method"),
        description=_l("It is offered where the first is impossible or did not arrive."),
    )
    proof_idle_minutes = IntegerField(
        _l("Minutes without doing anything after which they prove it again"),
        [
            NUMBER,
            NumberRange(*rules.IDLE_MINUTES, message=_l("Enter a number from %(min)s to %(max)s.")),
        ],
    )
    mailed_files = RadioField(_l("Mails carry"), [CHOOSE])
    link_days = IntegerField(
        _l("Days that a link stays open after the due date"),
        [
            NUMBER,
            NumberRange(*rules.LINK_DAYS, message=_l("Enter a number from %(min)s to %(max)s.")),
        ],
    )
    members_need_factor = BooleanField(
        _l("Whoever works here needs a second factor to sign in"),
        description=_l("Beside the password or mailed code: an app with codes, or a passkey."),
    )
    contacts_need_factor = BooleanField(
        _l("Customers with an account need a second factor to sign in"),
        description=_l("It does not concern who comes in by a link."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.proof_level.choices = named(rules.LEVEL_NAMES)
        self.proof_primary.choices = named(rules.METHOD_NAMES)
        none = choices([("", _("None"))])
        self.proof_secondary.choices = [*named(rules.METHOD_NAMES), *none]
        self.mailed_files.choices = named(rules.FILES_NAMES)

    def validate_proof_secondary(self, field: RadioField) -> None:
        """Refuse the same method twice."""
        if field.data and field.data == self.proof_primary.data:
            self.reject(field, _("Choose another one than the first, or none."))

    def columns(self) -> dict[str, Any]:
        """Return what was chosen, as columns of `Organisation`."""
        second = self.proof_secondary.data
        return {
            "proof_level": Level(self.proof_level.data),
            "proof_primary": Method(self.proof_primary.data),
            "proof_secondary": Method(second) if second else None,
            "proof_idle_minutes": self.proof_idle_minutes.data,
            "mailed_files": MailedFiles(self.mailed_files.data),
            "link_days": self.link_days.data,
            "members_need_factor": bool(self.members_need_factor.data),
            "contacts_need_factor": bool(self.contacts_need_factor.data),
        }

    def choice(self) -> Choice:
        """Return what was chosen, as the rules look at it."""
        return choice_of(self.columns())


def choice_of(values: dict[str, Any]) -> Choice:
    """Return columns of `Organisation` as the rules look at them."""
    return Choice(
        level=values["proof_level"],
        primary=values["proof_primary"],
        secondary=values["proof_secondary"],
        idle_minutes=values["proof_idle_minutes"],
        files=values["mailed_files"],
        link_days=values["link_days"],
        members_need_factor=values["members_need_factor"],
        contacts_need_factor=values["contacts_need_factor"],
    )


def as_saved(house: Organisation) -> dict[str, Any]:
    """Return what holds now, as the form takes it."""
    values = {name: getattr(house, name) for name in COLUMNS}
    plain = {name: getattr(value, "value", value) for name, value in values.items()}
    return plain | {"proof_secondary": plain["proof_secondary"] or "", "seen": mark_of(house)}


def mark_of(house: Organisation) -> str:
    """Return a mark of what holds now: another one says that somebody changed it meanwhile."""
    values = json.dumps([getattr(house, name) for name in COLUMNS])
    return hashlib.sha256(values.encode()).hexdigest()[:16]
