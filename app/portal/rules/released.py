"""What is said of the customer portal: effects, reasons, and what would be seen; no decision of its own."""

from dataclasses import dataclass
from typing import Final

from app.access.rights import GENERAL, Action
from app.core.languages import N_
from app.documents.rules.kinds import KINDS, Kind
from app.organisations.rules import portal
from app.organisations.rules.portal import Rule, Standing

REASONS: Final = {
    Rule.MODULE: N_("The customer portal is switched off."),
    Rule.ACTION: N_("Viewing documents is not released."),
    Rule.KIND: N_("This kind of document is not released."),
    Rule.CUSTOMER: N_("This customer does not have the portal."),
    Rule.WAY: N_("This way in is closed."),
    Rule.CONTACT: N_("This person does not have the right."),
}
"""The first rule that says no → why nothing is seen."""

WAITS: Final = {
    Rule.MODULE: N_("%(organisation)s does not show documents here at present."),
    Rule.ACTION: N_("%(organisation)s does not show documents here at present."),
    Rule.KIND: N_("%(organisation)s does not show documents here at present."),
    Rule.CUSTOMER: N_("%(organisation)s does not show documents to you here at present."),
    Rule.WAY: N_("%(organisation)s shows documents in another way: look into your mails."),
    Rule.CONTACT: N_("Nothing is released to you here at present."),
}
"""The same for the customer's people themselves, who need not know how a house is organised."""

REPAIRS: Final = {rule: rule is Rule.CUSTOMER for rule in Rule}
"""Rule → whether its setting is on the page of the customer; all others are the organisation's."""

KIND_EFFECTS: Final = {
    Kind.INVOICE: N_("Customers see their invoices, and may pay them where that is released."),
    Kind.REMINDER: N_("Customers see what is overdue, as it was sent to them."),
    Kind.QUOTE: N_("Customers see their quotes, and may answer them where that is released."),
    Kind.CREDIT_NOTE: N_("Customers see what was credited to them."),
    Kind.DELIVERY_NOTE: N_("Customers see what was delivered to them."),
    Kind.ORDER_CONFIRMATION: N_("Customers see what they ordered, as it was confirmed."),
}
ACTION_EFFECTS: Final = {
    Action.VIEW: N_("Without it customers see no document at all."),
    Action.COMMENT: N_("Customers write below a document, and are answered there."),
    Action.ANSWER: N_("Customers accept a quote, reject it, or ask for another one."),
    Action.PAY: N_("Customers pay what is open on the page of the document."),
    Action.CHANGE_DATA: N_("Customers propose changes of their address and bank account."),
    Action.CONTACT: N_("Customers see how to reach you."),
}
FITTING: Final = {
    Action.ANSWER: frozenset({Kind.QUOTE}),
    Action.PAY: frozenset(kind for kind, traits in KINDS.items() if traits.is_payable),
}
"""Actions that only some kinds of documents know."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a customer may with one kind of document, or beside all of them."""

    kind: Kind | None
    """None: what is about no document."""
    actions: tuple[Action, ...]
    rule: Rule | None
    """The first rule that says no to seeing it at all; to all that is about no document."""


def sights(standing: Standing) -> list[Sight]:
    """Return what a customer would have, kind by kind, and what is about no document at the end."""
    found = [_of_kind(standing, kind) for kind in Kind]
    beside = tuple(one for one in Action if one in GENERAL)
    open_ones = tuple(one for one in beside if portal.obstacle(standing, one) is None)
    rule = None if open_ones else portal.obstacle(standing, beside[0])
    return [*found, Sight(None, open_ones, rule)]


def _of_kind(standing: Standing, kind: Kind) -> Sight:
    rule = portal.obstacle(standing, Action.VIEW, kind.value)
    fitting = [one for one in Action if one not in GENERAL and kind in FITTING.get(one, Kind)]
    actions = (
        ()
        if rule
        else tuple(one for one in fitting if portal.obstacle(standing, one, kind.value) is None)
    )
    return Sight(kind, actions, rule)
