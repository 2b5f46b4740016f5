"""What every page shows around its content: house, menu, language, person."""

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from flask import Flask, g, request, url_for

from app.access.grants import Can
from app.access.principal import principal
from app.core import languages, text
from app.core.languages import N_
from app.core.languages import gettext as _
from app.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu."""

    label: str
    url: str
    current: bool
    testid: str


DEFAULT_ACCENT = "#17586b"

LISTS = (
    *("/documents", "/releases", "/reminders", "/exports", "/bundles", "/evidence"),
    "/statement",
)
"""Where one is still among the documents."""

MENU = (
    ("desk.customer_home", "/home", N_("Home"), Can.SEE_HOME, "menu-home"),
    ("desk.desk", "/desk", N_("Desk"), Can.SEE_DESK, "menu-desk"),
    ("documents.index", LISTS, N_("Documents"), Can.READ_DOCUMENTS, "menu-documents"),
    ("desk.contacts", "/contacts", N_("People"), Can.MANAGE_CONTACTS, "menu-contacts"),
    ("intake.index", "/intakes", N_("Intake"), Can.SEE_INTAKE, "menu-intake"),
    (
        "desk.customers",
        ("/customers", "/master-data"),
        N_("Customers"),
        Can.READ_CUSTOMERS,
        "menu-customers",
    ),
    ("delivery.index", "/deliveries", N_("Deliveries"), Can.READ_DELIVERIES, "menu-deliveries"),
    ("reports.index", "/reports", N_("Reports"), Can.READ_REPORTS, "menu-reports"),
    ("admin.settings", "/settings", N_("Settings"), Can.READ_SETTINGS, "menu-settings"),
    ("master_data.own", "/own-data", N_("Your data"), Can.CHANGE_OWN_DATA, "menu-own-data"),
    ("identity.account", "/account", N_("Account"), Can.KEEP_ACCOUNT, "menu-account"),
)
"""Endpoint, its prefix in the address, label, permission, test id; in the order of the menu."""
OWN_PAGE = "identity.account"
"""Staff have it beside their name: their menu is long."""


@lru_cache(maxsize=256)
def _address(_root: str, endpoint: str) -> str:
    return url_for(endpoint)


def _url(endpoint: str) -> str:
    """Return the address of a page without arguments; it depends only on where Kontor is mounted."""
    return _address(request.script_root, endpoint)


def init_app(app: Flask) -> None:
    """Give templates what the layouts need."""
    app.context_processor(_surroundings)


def _house(organisation: Organisation) -> SimpleNamespace:
    """Return what layouts show of the house; everything stands in the row that is there already."""
    return SimpleNamespace(
        name=organisation.name,
        initials=text.initials(organisation.name),
        contact_email=organisation.contact_email,
        contact_phone=organisation.contact_phone,
        logo=organisation.shown_logo,
        imprint_url=organisation.imprint_url,
        privacy_url=organisation.privacy_url,
        sign_up_slug=organisation.slug if organisation.guests_welcome else None,
    )


def _surroundings() -> dict[str, Any]:
    who, organisation = principal(), g.get("organisation")
    return {
        "principal": who,
        "Can": Can,
        "organisation": organisation and _house(organisation),
        # The style sheet's own accent needs no second request.
        "brand_css": None
        if organisation is None or organisation.accent == DEFAULT_ACCENT
        else url_for("organisations.brand", colour=organisation.accent.lstrip("#")),
        "menu": [
            Entry(_(label), _url(endpoint), request.path.startswith(prefix), testid)
            for endpoint, prefix, label, permission, testid in MENU
            if who.may(permission) and not (who.is_staff and endpoint == OWN_PAGE)
        ],
        "language": languages.current(),
        "languages": languages.LANGUAGES,
        "search_url": _url("documents.index") if who.may(Can.READ_DOCUMENTS) else None,
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
        "urls": SimpleNamespace(
            home=_url("desk.home"),
            sign_in=_url("identity.sign_in"),
            sign_out=_url("identity.sign_out"),
            account=_url("identity.account"),
            language=_url("identity.choose_language"),
        ),
    }
