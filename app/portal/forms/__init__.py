"""The shapes of what is typed on the screens of the customer portal."""

from app.portal.forms.released import (
    CHOOSE,
    AccessChoice,
    OfCustomer,
    Run,
    Sending,
    Settings,
    as_saved,
)

__all__ = ["CHOOSE", "AccessChoice", "OfCustomer", "Run", "Sending", "Settings", "as_saved"]
