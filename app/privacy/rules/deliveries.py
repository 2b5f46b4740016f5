"""What hangs on deliveries and on reports about them: a part of the register, in its order."""

from typing import Final

from app.core.languages import N_
from app.privacy.rules import Fate, Treatment
from app.privacy.rules.accounts import REACH

PROOF: Final = N_("It proves that and when something was delivered, and is kept with the document.")
OWN: Final = N_("It is about the customer itself.")
SETTING: Final = N_("It is a setting of the organisation and says only whose it was.")
ERASED: Final = "—"
"""What stands in place of a name."""

OF_DELIVERIES: Final[dict[str, Treatment]] = {
    "climb_step": Treatment(
        N_("Steps of delivery ladders"),
        Fate.HELD,
        PROOF,
        via=(("climb_id", "climb", "id"),),
    ),
    "climb": Treatment(N_("Delivery ladders"), Fate.HELD, PROOF, customer=("customer_id",)),
    "delivery_event": Treatment(
        N_("What was told about deliveries"),
        Fate.HELD,
        PROOF,
        via=(("dispatch_id", "dispatch", "id"),),
        blank={"reason": ""},
        after=Fate.BLANKED,
    ),
    "blocked_address": Treatment(
        N_("Addresses that nothing is sent to"),
        Fate.DELETED,
        REACH,
        via=(("dispatch_id", "dispatch", "id"),),
    ),
    "channel_rule": Treatment(
        N_("Which way documents take"), Fate.DELETED, OWN, customer=("customer_id",)
    ),
    "attempt": Treatment(
        N_("Attempts to deliver"),
        Fate.HELD,
        PROOF,
        via=(("dispatch_id", "dispatch", "id"),),
        blank={"address": ERASED, "answer": "", "raw": None},
        secret=frozenset({"token"}),
        after=Fate.BLANKED,
    ),
    "dispatch": Treatment(
        N_("Deliveries"),
        Fate.HELD,
        PROOF,
        customer=("customer_id",),
        blank={"address": ERASED, "name": ERASED, "answer": ""},
        secret=frozenset({"attempt_token"}),
        after=Fate.BLANKED,
    ),
}
OF_REPORTS: Final[dict[str, Treatment]] = {
    "report_letter": Treatment(
        N_("Mails of reports"),
        Fate.DELETED,
        REACH,
        via=(("recipient_id", "report_recipient", "id"),),
    ),
    "report_recipient": Treatment(
        N_("Recipients of reports"), Fate.DELETED, REACH, person=("person_id",)
    ),
    "report": Treatment(N_("Reports"), Fate.HELD, SETTING, person=("owner_id",)),
}
"""Table → how it knows people, in the order in which they are forgotten."""
