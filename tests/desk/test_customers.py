import re
from collections.abc import Callable
from html import unescape
from typing import Any

from flask import Flask

from app.core import ids
from app.organisations import queries
from app.organisations.models import Customer
from app.organisations.rules import Channel, RecipientRole
from app.web import installation, paging
from tests import cast as stage
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import contents, error_at, main_of, typed_in

NEW: dict[str, Any] = {
    "name": "Lena Neu",
    "number": "K-77",
    "kind": "business",
    "email": "Lena@Neu.example",
    "language": "sv",
    "street": "Storgatan 1",
    "postcode": "411 01",
    "city": "Göteborg",
    "country": "SE",
    "vat_id": "SE 5566 7788 9901",
    "gln": "7300010000001",
}


def now(app: Flask, customer_id: str) -> Customer:
    with installation.of(app).database.reading():
        found = queries.customer_by_id(customer_id)
    assert found is not None
    return found


def names(page: str) -> list[str]:
    return [
        unescape(name) for name in re.findall(r'data-testid="customer-link"[^>]*>([^<]+)<', page)
    ]


def test_a_customer_is_added_with_all_that_was_typed(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    assert ben.get("/customers/new").status_code == 200
    answer = ben.post("/customers", NEW)
    assert answer.status_code == 303
    made = now(app, answer.headers["Location"][-26:])
    assert (made.number, made.kind.value, made.name, made.email) == (
        "K-77",
        "business",
        "Lena Neu",
        "lena@neu.example",
    )
    assert (made.vat_id, made.gln, made.city, made.language) == (
        "SE556677889901",
        "7300010000001",
        "Göteborg",
        "sv",
    )
    shown = main_of(ben.get(answer.headers["Location"]).text)
    assert "Lena Neu is a customer now." in shown
    assert "lena@neu.example" in shown


def test_what_was_not_asked_for_is_ignored(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    extra = {
        "id": ids.new(),
        "organisation_id": cast.brandt.id,
        "name_sort": "zzz",
        "created_at": "2000-01-01",
        "endpoint": "0088:1",
    }
    answer = browser("ben").post("/customers", NEW | extra)
    made = now(app, answer.headers["Location"][-26:])
    assert made.id != extra["id"]
    assert (made.organisation_id, made.name_sort, made.endpoint) == (
        cast.lindenhof.id,
        "lena neu",
        None,
    )
    browser("ben").post(f"/customers/{made.id}", NEW | extra | {"name": "Other"})
    assert now(app, made.id).organisation_id == cast.lindenhof.id


WRONG = (
    ("name", "", "Enter a name."),
    ("name", "   ", "Enter a name."),
    ("name", "x" * 201, "200"),
    ("number", "K-1", "There is a customer with the number K-1 already."),
    ("number", "x" * 41, "40"),
    ("email", "lena", "Enter an address like name@example.org."),
    ("gln", "123", "A GLN has 13 digits."),
    ("vat_id", "x" * 33, "Begin with the two letters of the country"),
    ("vat_id", "SE556677889902", "wrong length or check digit"),
    ("phone", "12", "There is no such number."),
    ("iban", "SE4550000000058398257467", "This IBAN has a wrong length or check digit."),
    ("uid", "CHE-1", "A UID looks like"),
    ("registration", "12", "556677-8899"),
    ("postcode", "x" * 21, "20"),
)
"""Field, what is typed, and what is said at the field."""


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    before = contents(installation.of(app))
    ben = browser("ben")
    for field, wrong, message in WRONG:
        for path in ("/customers", f"/customers/{cast.huber.id}"):
            answer = ben.post(path, NEW | {field: wrong})
            assert answer.status_code == 422, (field, wrong)
            assert message in error_at(answer.text, field)
            assert typed_in(answer.text, field) == wrong.strip()
            assert typed_in(answer.text, "street") == NEW["street"]
    assert contents(installation.of(app)) == before


def test_a_choice_that_was_not_offered_is_refused(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    before = contents(installation.of(app))
    for field in ("kind", "language", "country"):
        assert browser("ben").post("/customers", NEW | {field: "xx"}).status_code == 422
    assert contents(installation.of(app)) == before


def test_a_customer_is_changed_and_keeps_its_number(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), f"/customers/{cast.keller.id}"
    page = ben.get(f"{path}/edit").text
    assert typed_in(page, "name") == "Ruth Keller"
    assert ben.post(path, NEW | {"number": "", "email": "", "gln": ""}).status_code == 303
    found = now(app, cast.keller.id)
    assert (found.number, found.name, found.email, found.gln) == ("K-1", "Lena Neu", None, None)


def test_walking_through_the_customers_shows_each_once(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        for number in range(2 * paging.SIZE):
            stage.customer(cast.lindenhof, f"N-{number}", f"Customer {number % 7}", None)
    ben, path = browser("ben"), "/customers"
    pages: list[str] = []
    while path:
        pages.append(ben.get(path).text)
        found = re.findall(r'href="([^"]+)"[^>]*data-testid="pager-next"', pages[-1])
        path = unescape(found[0]) if found else ""
    forth = [names(page) for page in pages]
    assert [len(page) for page in forth] == [25, 25, 2]
    seen = [name for page in forth for name in page]
    assert seen == sorted(seen, key=str.lower)
    back, page = [forth[-1]], pages[-1]
    while found := re.findall(r'href="([^"]+)"[^>]*data-testid="pager-previous"', page):
        page = ben.get(unescape(found[0])).text
        back.insert(0, names(page))
    assert back == forth


def test_customers_are_searched(cast: Cast, browser: Callable[[str], Browser]) -> None:
    ben = browser("ben")
    assert names(ben.get("/customers?q=max").text) == ["Max Huber"]
    assert names(ben.get("/customers?q=K-1").text) == ["Ruth Keller"]
    assert names(ben.get("/customers?q=fremde").text) == []
    for cursor in ("x", "~", "a~b", "🙂"):
        assert ben.get("/customers", query_string={"after": cursor}).status_code == 200


def test_a_contact_signs_in_from_now_on(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), f"/customers/{cast.keller.id}/contacts"
    fields = {"name": "Lena Keller", "email": " Lena@kunden.example", "language": ""}
    answer = ben.post(path, fields | {"is_primary": "on", "organisation_id": cast.brandt.id})
    assert answer.status_code == 303
    assert "Lena Keller can sign in now" in main_of(ben.get(answer.headers["Location"]).text)
    with installation.of(app).database.reading():
        found = queries.contacts_of(cast.keller.id)
    assert [(person.email, contact.is_primary) for contact, person in found] == [
        ("ruth@kunden.example", True),
        ("lena@kunden.example", False),
    ]
    for email, message in (
        ("info@kunden.example", "shared by several people"),
        (cast.max.email, "has a login already"),
        (cast.dora.email, "has a login already"),
        ("lena", "Enter an address like name@example.org."),
    ):
        answer = ben.post(path, fields | {"email": email})
        assert answer.status_code == 422
        assert message in error_at(answer.text, "email")
        assert "Lena Keller" in answer.text


def test_a_recipient_is_added_and_removed(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), f"/customers/{cast.keller.id}/recipients"
    form = re.findall(r'name="(recipient-[a-z]+)"', ben.get(f"/customers/{cast.keller.id}").text)
    assert {"recipient-name", "recipient-email", "recipient-channel"} <= set(form)
    fields = {
        "recipient-role": "insurer",
        "recipient-name": "Versicherung",
        "recipient-channel": "email",
        "recipient-email": "faktura@versicherung.example",
        "recipient-language": "de",
        "recipient-kinds": ["invoice", "credit_note"],
    }
    assert ben.post(path, fields).status_code == 303
    with installation.of(app).database.reading():
        (_own, added) = sorted(queries.recipients_of(cast.keller.id), key=lambda one: one.id)
    assert (added.role, added.channel, added.kinds, added.language) == (
        RecipientRole.INSURER,
        Channel.EMAIL,
        ["invoice", "credit_note"],
        "de",
    )
    assert ben.post(f"{path}/{added.id}/removal").status_code == 303
    assert "Versicherung receives no more" in main_of(ben.get(f"/customers/{cast.keller.id}").text)
    with installation.of(app).database.reading():
        assert [one.name for one in queries.recipients_of(cast.keller.id)] == ["Ruth Keller"]
    assert ben.post(f"/customers/{cast.huber.id}/recipients/{added.id}/removal").status_code == 404


def test_a_recipient_that_cannot_be_reached_is_refused(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    fields = {
        "recipient-role": "relative",
        "recipient-name": "Lena",
        "recipient-channel": "email",
        "recipient-email": "lena@kunden.example",
    }
    for field, wrong, message in (
        ("recipient-name", "", "Enter a name."),
        ("recipient-email", "", "To send by e-mail, an e-mail address is needed."),
        ("recipient-email", "lena", "Enter an address like name@example.org."),
    ):
        path = f"/customers/{cast.keller.id}/recipients"
        answer = browser("ben").post(path, fields | {field: wrong})
        assert answer.status_code == 422
        assert message in error_at(answer.text, field)


def test_an_auditor_reads_and_changes_nothing(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    olga, path = browser("olga"), f"/customers/{cast.keller.id}"
    page = olga.get(path).text
    assert "recipient-remove" not in page
    assert "customer-edit" not in page
    assert olga.get(f"{path}/edit").status_code == 403
    assert olga.post(path, NEW).status_code == 403


ACCOUNT = {
    "phone": "031-12 34 56",
    "mobile": "070-174 06 05",
    "address_line": "c/o Bergman",
    "iban": "SE45 5000 0000 0583 9825 7466",
    "bic": "ESSESESS",
    "account_holder": "Lena Neu AB",
    "registration": "556677-8899",
}


def test_staff_keep_telephone_account_and_registration_and_lists_show_an_accounts_end(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    answer = ben.post("/customers", NEW | ACCOUNT)
    made = now(app, answer.headers["Location"][-26:])
    assert (made.phone, made.mobile, made.iban) == (
        "+4631123456",
        "+46701740605",
        "SE4550000000058398257466",
    )
    shown = main_of(ben.get(f"/customers/{made.id}").text)
    assert "…7466, Lena Neu AB" in shown
    assert "5839" not in shown
    page = ben.get(f"/customers/{made.id}/edit").text
    assert typed_in(page, "iban") == ACCOUNT["iban"]
    assert typed_in(page, "phone") == "+46 31 12 34 56"
    answer = ben.post(f"/customers/{made.id}", NEW | ACCOUNT | {"account_holder": ""})
    assert "Enter whose account it is." in error_at(answer.text, "account_holder")


def test_what_a_customer_has_already_does_not_keep_staff_from_changing_the_rest(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        old = session.get_one(Customer, cast.keller.id)
        old.vat_id, old.postcode, old.iban = "SE1", "80", "OLD"
    fields = {"name": "Ruth Neu", "kind": "private", "country": "CH", "postcode": "80"}
    wanted = fields | {"vat_id": "SE1", "iban": "OLD"}
    assert browser("ben").post(f"/customers/{cast.keller.id}", wanted).status_code == 303
    assert now(app, cast.keller.id).name == "Ruth Neu"
    answer = browser("ben").post(f"/customers/{cast.keller.id}", wanted | {"country": "DE"})
    assert "It looks like 10115." in error_at(answer.text, "postcode")


def test_the_customers_own_recipient_goes_along_with_name_and_address(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    fields = {"name": "Ruth Neu", "kind": "private", "email": "neu@kunden.example"}
    assert browser("ben").post(f"/customers/{cast.keller.id}", fields).status_code == 303
    with installation.of(app).database.reading():
        (own,) = queries.recipients_of(cast.keller.id)
    assert (own.name, own.email, own.channel) == (
        "Ruth Neu",
        "neu@kunden.example",
        Channel.EMAIL,
    )
