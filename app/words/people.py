"""Words about a customer's people: what they may, how long, and why they can (not) see something."""

from typing import Final

from app.access.proof import Method, Need
from app.access.rights import ACTION_NAMES, GENERAL
from app.core import clock, languages, text
from app.core.languages import N_
from app.core.languages import gettext as _
from app.documents.rules.kinds import Kind
from app.documents.rules.reading import DEEDS, Deed, Rule, Step, Verdict
from app.identity.models import Person
from app.organisations.models import Contact
from app.organisations.queries import is_over
from app.organisations.rules import granting, portal
from app.organisations.rules.granting import PRESET_NAMES
from app.organisations.rules.portal import right
from app.portal.rules.security import METHOD_NAMES

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
}
"""Rule → what is said where it passes, and where it does not."""

PROOFS: Final = {
    (Need.NOTHING, True): N_("Nothing more is asked for."),
    (Need.PROOF, True): N_("They prove first who they are: %(methods)s."),
    (Need.PROOF, False): N_("A proof is asked for, and this customer’s data are good for none."),
    (Need.CLOSED, False): N_("Files are never shown to customers."),
}
"""What stands between and whether it can be overcome → what is said."""

VERDICTS: Final = {
    Verdict.YES: ("good", N_("Yes")),
    Verdict.PROOF: ("waiting", N_("After the proof")),
    Verdict.NO: ("failed", N_("No")),
}
"""The door's answer → tone and word."""

DEED_NAMES: Final = {
    deed: N_("Open files") if deed is Deed.FILES else ACTION_NAMES[action]
    for deed, (action, _permission) in DEEDS.items()
}
"""What somebody may be about to do → its name."""

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
    if step.rule is Rule.STEP_UP:
        return _(PROOFS[step.need, step.passes], methods=methods_told(step.methods))
    return _(STEPS[step.rule][0 if step.passes else 1])


def step_state(step: Step) -> tuple[str, str]:
    """Return the tone and the word of what a rule found."""
    is_asked = step.passes and step.need is Need.PROOF
    verdict = Verdict.PROOF if is_asked else Verdict.YES if step.passes else Verdict.NO
    tone, word = VERDICTS[verdict]
    return tone, _(word)


def methods_told(methods: frozenset[Method]) -> str:
    """Name the methods of a proof, in one order."""
    return ", ".join(_(name) for method, name in METHOD_NAMES.items() if method in methods)


def verdict_told(deed: Deed, verdict: Verdict) -> tuple[str, str]:
    """Return the tone and the words of the door's answer to a deed."""
    tone, word = VERDICTS[verdict]
    return tone, f"{_(DEED_NAMES[deed])}: {_(word)}"
