"""Every write about organisations and those around them."""

from app.organisations.actions.contacts import (
    add_contact,
    admit,
    change_rights,
    end,
    invite,
    look_through,
    make_primary,
    reopen,
)
from app.organisations.actions.customers import (
    add_customer,
    change_customer,
    change_field,
    confirm_data,
)
from app.organisations.actions.families import put_below, take_out
from app.organisations.actions.houses import (
    add_member,
    change_organisation,
    disable_member,
    found,
    show_logo,
)
from app.organisations.actions.recipients import add_recipient, note_checked, remove_recipient

__all__ = [
    "add_contact",
    "add_customer",
    "add_member",
    "add_recipient",
    "admit",
    "change_customer",
    "change_field",
    "change_organisation",
    "change_rights",
    "confirm_data",
    "disable_member",
    "end",
    "found",
    "invite",
    "look_through",
    "make_primary",
    "note_checked",
    "put_below",
    "remove_recipient",
    "reopen",
    "show_logo",
    "take_out",
]
