"""The description says what is there: every address, every parameter, every word."""

import re
from collections.abc import Callable

from flask import Flask
from openapi_spec_validator import validate

from app.api import description, filters, sending
from app.api.views import blueprint
from app.comments.rules import LONGEST, Side
from app.delivery.rules import Response
from app.delivery.rules import State as DeliveryState
from app.documents.models import FileRole
from app.documents.rules.findings import Severity
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.organisations.rules import Channel
from app.organisations.rules.portal import Access, Rule
from app.renditions.rules import Form, Reason
from app.renditions.rules import State as RenditionState
from tests.browser import Browser
from tests.installation import BASE_URL


def test_it_is_valid_openapi() -> None:
    validate(description.load())


def test_every_address_is_described_and_nothing_else(app: Flask) -> None:
    there = {
        (re.sub(r"<id:(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith(f"{blueprint.name}.") and rule.rule.startswith("/api/v1/")
    }
    described = {
        (path, method)
        for path, methods in description.load()["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert len(there) >= 5
    assert described == there


def test_its_words_are_ours() -> None:
    schemas = description.load()["components"]["schemas"]
    assert schemas["Kind"]["enum"] == [one.value for one in Kind]
    assert schemas["State"]["enum"] == [one.value for one in State]
    assert schemas["Finding"]["properties"]["severity"]["enum"] == [one.value for one in Severity]
    assert schemas["File"]["properties"]["role"]["enum"] == [one.value for one in FileRole]
    assert schemas["Access"]["enum"] == [one.value for one in Access]
    closed = schemas["CustomerPortal"]["properties"]["closed_by"]["enum"]
    assert closed == [*(one.value for one in Rule), "unpublished", None]
    rendition = schemas["Rendition"]["properties"]
    assert rendition["form"]["enum"] == [one.value for one in Form]
    assert rendition["state"]["enum"] == [one.value for one in RenditionState]
    assert rendition["reason"]["enum"] == [*(one.value for one in Reason), None]
    assert schemas["Comment"]["properties"]["side"]["enum"] == [one.value for one in Side]
    assert schemas["Comment"]["properties"]["text"]["maxLength"] == LONGEST
    delivery = schemas["Delivery"]["properties"]
    assert delivery["state"]["enum"] == [one.value for one in DeliveryState]
    assert delivery["response"]["enum"] == [one.value for one in Response]
    assert delivery["channel"]["enum"] == [one.value for one in Channel]


def test_its_parameters_are_ours() -> None:
    customers = description.load()["paths"]["/api/v1/customers"]
    assert {one["name"] for one in customers["get"]["parameters"]} == filters.CUSTOMER_NAMES
    documents = description.load()["paths"]["/api/v1/documents"]
    assert {one["name"] for one in documents["get"]["parameters"]} == filters.NAMES
    assert set(documents["post"]["requestBody"]["content"]) == set(sending.ACCEPTED)


def test_it_is_served_to_everybody(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json", base_url=BASE_URL)
    assert answer.get_json() == description.load()


def test_the_page_shows_every_operation(app: Flask, browser: Callable[[str], Browser]) -> None:
    operations = [
        operation
        for methods in description.load()["paths"].values()
        for name, operation in methods.items()
        if name != "parameters"
    ]
    for who in ("nobody", "anna"):
        page = browser(who).get("/api").text
        assert page.count('data-testid="operation"') == len(operations) >= 5
