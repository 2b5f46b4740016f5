"""An app for one-time codes, in a person's hand."""

from dataclasses import dataclass

from app.core import clock, sealing
from app.identity import actions
from app.identity.models import Factor, Person
from app.identity.proofs import totp


@dataclass
class App:
    """What a phone knows of one account."""

    seed: str
    factor_id: str

    def code(self, ahead: int = 0) -> str:
        """Return the digits of the present time step, or of one `ahead` of it."""
        return totp.code(self.seed, int(clock.now().timestamp()) // totp.SECONDS + ahead)

    def wrong_code(self) -> str:
        """Return six digits that are of no step near."""
        near = {self.code(ahead) for ahead in range(-2, 3)}
        return next(f"{number:06d}" for number in range(9) if f"{number:06d}" not in near)


def scan(factor: Factor) -> App:
    """Read a seed as an app reads it from the picture."""
    assert factor.secret is not None
    return App(sealing.unseal(factor.secret), factor.id)


def enrol(person: Person, name: str = "Phone") -> tuple[App, list[str]]:
    """Set up an app for a person, in the transaction that is open; return it and the recovery codes.

    The code of the step before the present one was used for it: the present one is still good.
    """
    factor = actions.begin_totp(person, name)
    app = scan(factor)
    # A time step must not end between the two looks at the clock.
    with clock.standing_at(clock.now()):
        return app, actions.confirm_totp(person, factor, app.code(-1))
