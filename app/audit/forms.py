"""The shape of the audit's filters, and of how long it is kept where something was done from."""

from wtforms import DateField, IntegerField, SearchField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.audit.rules import AREA_NAMES, KEPT_DAYS, THING_NAMES, area
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.web.forms import Form, anything, named


class Filters(Form):
    """What the journal is narrowed to; lives in the URL."""

    actor = SearchField(
        _l("Who"), [Optional(), Length(max=254)], render_kw={"placeholder": _l("E-mail address")}
    )
    event = SelectField(_l("Event"), [Optional()])
    thing = SelectField(_l("About"), [Optional()])
    named = SearchField(_l("Number or id"), [Optional(), Length(max=100)])
    since = DateField(_l("Since"), [Optional()])
    until = DateField(_l("Until"), [Optional()])

    def __init__(self, events: list[str], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.events = events
        self.event.choices = {_("All events"): [("", _("All"))], **_grouped(events)}
        self.thing.choices = anything() + named(THING_NAMES)


def _grouped(events: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the events that occur, by what they are about; the first choice of each is all of them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in events:
        about = area(one)
        title = _(AREA_NAMES[about]) if about in AREA_NAMES else about
        all_of_them = (f"{about}.", _("All: %(what)s", what=title))
        groups.setdefault(title, [all_of_them]).append((one, one))
    return dict(sorted(groups.items()))


class Retention(Form):
    """For how long it is kept where something was done from."""

    origin_days = IntegerField(
        _l("Days"),
        [
            InputRequired(_l("Enter a number of days.")),
            NumberRange(KEPT_DAYS.start, KEPT_DAYS.stop - 1, _l("Enter 1 to 730 days.")),
        ],
        render_kw={"inputmode": "numeric"},
    )
