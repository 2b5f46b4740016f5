"""Words about a customer's people: what they may, how long, and why they can (not) see something."""

from typing import Final

from app.access.rights import ACTION_NAMES, GENERAL, Action
from app.core import clock, languages, text
from app.core.languages import N_
from app.core.languages import gettext as _
from app.documents.rules.kinds import Kind
from app.documents.rules.reading import Rule, Step
from app.identity.models import Person
from app.organisations.models import Contact
from app.organisations.queries import is_over
from app.organisations.rules import granting, portal
from app.organisations.rules.granting import PRESET_NAMES
from app.organisations.rules.portal import right

STEPS: Final = {
    Rule.ENTRY: (N_("The login or link is open."), N_("The login or link is closed.")),
    portal.Rule.MODULE: (
        N_("The organisation has the customer portal switched on."),
        N_("The organisation has the customer portal switched off."),
    ),
    portal.Rule.ACTION: (
        N_("The organisation has released this action."),
        N_("The organisation has not released this action."),
    ),
    portal.Rule.KIND: (
        N_("The organisation has released this kind of document."),
        N_("The organisation has not released this kind of document."),
    ),
    portal.Rule.CUSTOMER: (
        N_("The customer has the portal."),
        N_("The customer does not have the portal."),
    ),
    portal.Rule.WAY: (
        N_("The organisation lets people in this way."),
        N_("The organisation does not let people in this way, by an account or by a link."),
    ),
    portal.Rule.CONTACT: (
        N_("They have the right, and their time is not over."),
        N_("They do not have the right, or their time is over."),
    ),
    Rule.VIEWING: (
        N_("They may view this kind of document."),
        N_("They may not view this kind of document."),
    ),
    Rule.OWN: (
        N_("The document is this customer’s."),
        N_("The document is not this customer’s."),
    ),
    Rule.PUBLISHED: (N_("It is published."), N_("It is not published, or was withdrawn.")),
    Rule.SCOPE: (
        N_("The link leads to this document."),
        N_("The link leads to another document only."),
    ),
    Rule.VISIBLE: (
        N_("It is not hidden because it waits for nothing."),
        N_("Only open documents are shown, and this one waits for nothing."),
    ),
    Rule.STEP_UP: (N_("Nothing more is asked for."), N_("A fresh proof is asked for.")),
}
"""Rule → what is said where it passes, and where it does not."""

OBSTACLES: Final = {
    portal.Rule.MODULE: N_("The organisation has switched the portal off. These rights wait."),
    portal.Rule.CUSTOMER: N_("This customer does not have the portal. These rights wait."),
    portal.Rule.WAY: N_("The organisation lets people in by a link only. These rights wait."),
}
"""What closes everything at present."""


def contact_state(one: Contact, person: Person) -> tuple[str, str]:
    """Return the tone and the words for how long a person's access goes on."""
    if person.disabled_at is not None:
        return "neutral", _("cannot sign in")
    today = clock.today(languages.timezone())
    if is_over(one, today):
        return "neutral", _("ended")
    if one.ends_on is not None:
        return "waiting", _("until %(day)s", day=text.day(one.ends_on, "long"))
    return "good", _("active")


def rights_told(one: Contact) -> str:
    """Say what a person was given: the name of a preset, or kind by kind."""
    rights = granting.given(one.rights)
    preset = granting.preset_of(rights)
    if preset is not None:
        return _(PRESET_NAMES[preset])
    told = []
    for kind in Kind:
        actions = [one for one in granting.COLUMNS if right(kind.value, one) in rights]
        if actions:
            names = ", ".join(_(ACTION_NAMES[action]) for action in actions)
            told.append(f"{_(kind.traits.plural)}: {names}")
    told += [_(ACTION_NAMES[action]) for action in sorted(GENERAL) if action.value in rights]
    return "; ".join(told) or _("Nothing")


def obstacle_told(rule: portal.Rule) -> str:
    """Say what closes the whole portal at present."""
    return _(OBSTACLES[rule])


def step_told(step: Step) -> str:
    """Say what a rule found."""
    return _(STEPS[step.rule][0 if step.passes else 1])


def verdict_told(action: Action, *, is_allowed: bool) -> tuple[str, str]:
    """Return the tone and the word of the door's answer to an action."""
    word = _("Yes") if is_allowed else _("No")
    return ("good" if is_allowed else "failed"), f"{_(ACTION_NAMES[action])}: {word}"
