"""The screens of the customer portal: `released`, `security`, `runs`, `of_customers`, `of_documents`."""

from typing import cast

from flask import Blueprint, g

from app.organisations.models import Organisation

blueprint = Blueprint("portal", __name__)


def house() -> Organisation:
    """Return the organisation of who asks; it was found together with them."""
    return cast(Organisation, g.organisation)
