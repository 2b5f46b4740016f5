"""What an organisation releases, and who of its customers has the portal."""

from sqlalchemy import update

from app.access.principal import Principal
from app.core import journal
from app.core.db import session
from app.organisations.models import Customer, Organisation
from app.organisations.rules.portal import Access, Visible


def change_settings(house: Organisation, who: Principal, **values: object) -> None:
    """Change what is released to customers; `values` are columns of `Organisation`, `portal_…`."""
    changed = sorted(name for name, value in values.items() if getattr(house, name) != value)
    for name in changed:
        setattr(house, name, values[name])
    if changed:
        journal.record(
            "portal.settings_changed",
            who.actor,
            organisation_id=house.id,
            about=("organisation", house.id),
            fields=changed,
        )


def change_access(customer: Customer, access: Access, who: Principal) -> bool:
    """Say whether a customer has the portal; False where that was said before."""
    former = customer.portal
    changed = session().execute(
        update(Customer)
        .where(Customer.id == customer.id, Customer.portal != access)
        .values(portal=access)
        .returning(Customer.id)
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        return False
    session().refresh(customer)
    journal.record(
        "portal.access_changed",
        who.actor,
        organisation_id=customer.organisation_id,
        about=("customer", customer.id),
        access=access.value,
        former=former.value,
    )
    return True


def change_visible(customer: Customer, visible: Visible | None, who: Principal) -> bool:
    """Say which documents are shown to a customer's people (PY-22); None: as the organisation decides.

    False where that was said before.
    """
    former = customer.visible
    changed = session().execute(
        update(Customer)
        .where(Customer.id == customer.id, Customer.visible.is_distinct_from(visible))
        .values(visible=visible)
        .returning(Customer.id)
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        return False
    session().refresh(customer)
    journal.record(
        "portal.visible_changed",
        who.actor,
        organisation_id=customer.organisation_id,
        about=("customer", customer.id),
        visible=visible.value if visible else "",
        former=former.value if former else "",
    )
    return True
