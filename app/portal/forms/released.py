"""The shape of what is released, of who has the portal, and of whom an address is sent to."""

from collections.abc import Iterable

from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.access.rights import ACTION_NAMES, Action
from app.core import ids
from app.core.languages import gettext
from app.core.languages import lazy_gettext as _l
from app.documents.rules.kinds import NAMES
from app.organisations.models import Organisation
from app.organisations.rules.portal import (
    ACCESS_NAMES,
    KINDS,
    VISIBLE_NAMES,
    WAYS_NAMES,
    Access,
    Standing,
    Visible,
    Ways,
)
from app.web.forms import Form, choices, named

CHOOSE = InputRequired(_l("Choose one of these."))


def _ticked(label: object) -> SelectMultipleField:
    return SelectMultipleField(
        label, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )


class Settings(Form):
    """What is released to customers, and how they come in."""

    is_on = BooleanField(
        _l("Customers have a portal"),
        description=_l("Switched off, no customer sees anything, and no mail leads to a document."),
    )
    kinds = _ticked(_l("Kinds of documents"))
    actions = _ticked(_l("What customers may do"))
    ways = RadioField(_l("How customers come in"), [CHOOSE])
    is_open = BooleanField(
        _l("Customers without a choice of their own have the portal"),
        description=_l(
            "It holds at once for every customer that does as the organisation decides."
        ),
    )
    visible = RadioField(_l("Which documents are shown"), [Optional()])
    for_new = RadioField(
        _l("New customers get"),
        [CHOOSE],
        description=_l("It changes nothing for those who are customers already."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kinds.choices = named(NAMES)
        self.actions.choices = named(ACTION_NAMES)
        self.ways.choices = named(WAYS_NAMES)
        self.visible.choices = named(VISIBLE_NAMES)
        self.for_new.choices = named(ACCESS_NAMES)

    def columns(self) -> dict[str, object]:
        """Return what was chosen as columns of `Organisation`, lists in our own order.

        Which documents are shown is left as it is where nothing is said of it.
        """
        said = {"portal_visible": Visible(self.visible.data)} if self.visible.data else {}
        return said | {
            "portal_is_on": self.is_on.data,
            "portal_kinds": [kind for kind in KINDS if kind in (self.kinds.data or [])],
            "portal_actions": [
                one.value for one in Action if one.value in (self.actions.data or [])
            ],
            "portal_ways": Ways(self.ways.data),
            "portal_is_open": self.is_open.data,
            "portal_for_new": Access(self.for_new.data),
        }

    def standing(self, access: Access) -> Standing:
        """Return what would decide about a person of a customer, with what was chosen here."""
        ways = Ways(self.ways.data)
        return Standing(
            is_on=bool(self.is_on.data),
            actions=frozenset(self.actions.data or []),
            kinds=frozenset(self.kinds.data or []),
            access=access,
            is_open=bool(self.is_open.data),
            ways=ways,
            by_link=ways is not Ways.ACCOUNT,
            granted=None,
            is_over=False,
        )


def as_saved(house: Organisation) -> dict[str, object]:
    """Return what holds now, as the form of settings takes it."""
    return {
        "is_on": house.portal_is_on,
        "kinds": house.portal_kinds,
        "actions": house.portal_actions,
        "ways": house.portal_ways.value,
        "visible": house.portal_visible.value,
        "is_open": house.portal_is_open,
        "for_new": house.portal_for_new.value,
    }


class AccessChoice(Form):
    """Whether a customer has the portal (BM-05)."""

    access = RadioField(_l("Has the portal"), [CHOOSE])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.access.choices = named(ACCESS_NAMES)


class OfCustomer(AccessChoice):
    """What is decided for one customer: whether it has the portal, and which documents are shown."""

    visible = RadioField(_l("Which documents are shown"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        inherits = gettext(ACCESS_NAMES[Access.INHERIT])
        self.visible.choices = [*choices([("", inherits)]), *named(VISIBLE_NAMES)]

    @property
    def wanted(self) -> Visible | None:
        """The customer's own choice; None: as the organisation decides."""
        return Visible(self.visible.data) if self.visible.data else None


class Run(AccessChoice):
    """One value for all customers; `run` makes a second click the same as the first."""

    run = HiddenField()

    def is_known(self) -> bool:
        """Say whether the page that asks was seen."""
        return ids.is_id(self.run.data or "")


class Sending(Form):
    """Whom the address is sent to; `sending` makes a second click the same as the first."""

    to = RadioField(_l("Send it to"), [InputRequired(_l("Choose who is to receive it."))])
    sending = HiddenField()

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Offer (address, name) to choose from."""
        self.to.choices = choices((address, f"{name} · {address}") for address, name in people)
