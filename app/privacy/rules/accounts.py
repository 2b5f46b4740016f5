"""What hangs on an account, or asks for one: the part of the register that needs no order among itself."""

from typing import Final

from app.core.languages import N_
from app.privacy.rules import Fate, Treatment

ACCOUNT: Final = N_("It belongs to the account, which is closed.")
REACH: Final = N_("It says how somebody was reached.")

OF_ACCOUNTS: Final[dict[str, Treatment]] = {
    "access_request": Treatment(
        N_("Requests for access"),
        Fate.DELETED,
        REACH,
        person=("person_id",),
        customer=("customer_id",),
        email=("email",),
        secret=frozenset({"token_hash"}),
    ),
    **{
        table: Treatment(
            name,
            Fate.DELETED,
            ACCOUNT,
            person=("person_id",),
            via=(("person_id", "person", "id"),),
            secret=frozenset(secret),
        )
        for table, name, secret in (
            ("factor", N_("Second factors"), ["secret"]),
            ("recovery_code", N_("Recovery codes"), ["code_hash"]),
            ("second_step", N_("Sign-ins that were begun"), []),
            ("password_reset", N_("Requests for a new password"), ["token_hash"]),
            ("known_device", N_("Devices that are known"), ["token_hash"]),
            ("linked_identity", N_("Identities at other providers"), []),
        )
    },
}
"""Table → how it knows people; all of it goes before the account does."""
