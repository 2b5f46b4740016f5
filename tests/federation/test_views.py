"""Signing in through a provider: the way in, and everything that must not be one."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.core import clock
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.demo.identity_provider import Faults, IdentityProvider
from app.federation.rules import Reason
from app.identity import queries
from app.identity.models import LinkedIdentity, LoginSession, Person, SignInProvider
from app.identity.proofs.password import hashed
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL

BEGIN = "/o/lindenhof/sign-in/oidc"
CALLBACK = "/sign-in/oidc/callback"
PEOPLE = "ben@lindenhof.example"


def asked(browser: Browser, path: str = BEGIN) -> dict[str, str]:
    """Begin, and return what the provider is asked."""
    response = browser.get(path)
    assert response.status_code == 303
    return {
        name: values[0]
        for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()
    }


def answered(browser: Browser, address: str) -> TestResponse:
    """Come back from the provider, and let the form go on."""
    parts = urlsplit(address)
    page = browser.get(f"{parts.path}?{parts.query}")
    assert page.status_code == 200
    fields = dict(re.findall(r'name="(code|state|iss|error)" value="([^"]*)"', page.text))
    return browser.post(CALLBACK, fields)


def reason(here: Runtime) -> str | None:
    """Return why the last one did not get in, as the journal has it."""
    with here.database.reading() as opened:
        rows = select(Entry).where(Entry.name == "organisation.provider_refused")
        last = opened.scalars(rows.order_by(Entry.id.desc())).first()
        return None if last is None else last.data["reason"]


def sessions(here: Runtime, person: Person) -> int:
    with here.database.reading() as opened:
        rows = select(LoginSession).where(LoginSession.person_id == person.id)
        return len(opened.scalars(rows).all())


def linked(here: Runtime) -> list[tuple[str, str]]:
    with here.database.reading() as opened:
        rows = select(LinkedIdentity.person_id, LinkedIdentity.subject)
        return [(one, subject) for one, subject in opened.execute(rows)]


def test_somebody_who_works_here_comes_in_and_is_known_by_subject_from_then_on(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    stranger = browser("nobody")
    assert "Sign in with Acme" in stranger.get("/o/lindenhof/sign-in").text
    question = asked(stranger, f"{BEGIN}?next=/documents")
    assert question["code_challenge_method"] == "S256"
    assert question["redirect_uri"] == BASE_URL + CALLBACK
    response = answered(stranger, provider.grant(question, f"subject-of-{PEOPLE}"))
    assert (response.status_code, response.headers["Location"]) == (303, "/documents")
    assert "Ben Brunner" in stranger.get("/account").text
    assert linked(here) == [(connected.ben.id, f"subject-of-{PEOPLE}")]

    provider.people[f"subject-of-{PEOPLE}"] = {"email": "b.brunner@elsewhere.example"}
    again = browser("nobody")
    assert answered(again, provider.grant(asked(again), f"subject-of-{PEOPLE}")).status_code == 303
    assert "Ben Brunner" in again.get("/account").text


def test_nothing_of_a_token_is_kept(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    stranger = browser("nobody")
    response = answered(stranger, provider.grant(asked(stranger), f"subject-of-{PEOPLE}"))
    assert response.status_code == 303
    (access,) = provider.access
    with here.database.reading() as opened:
        held = [
            str(row)
            for table in ("journal_entry", "sign_in_provider", "login_session")
            for row in opened.connection().exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert not [row for row in held if access in row or provider.secret in row]
    with stranger.client.session_transaction(base_url=BASE_URL) as cookie:
        assert "at_provider" not in cookie


WRONG: dict[str, tuple[dict[str, Any], Reason]] = {
    "another nonce": ({"claims": {"nonce": "another"}}, Reason.BAD_TOKEN),
    "no nonce": ({"claims": {"nonce": None}}, Reason.BAD_TOKEN),
    "another audience": ({"claims": {"aud": "another"}}, Reason.BAD_TOKEN),
    "for another among several": (
        {"claims": {"aud": ["kontor", "x"], "azp": "x"}},
        Reason.BAD_TOKEN,
    ),
    "another issuer": ({"claims": {"iss": "https://evil.example"}}, Reason.BAD_TOKEN),
    "over": ({"claims": {"exp": 1_700_000_000}}, Reason.BAD_TOKEN),
    "not yet": ({"claims": {"nbf": 4_000_000_000}}, Reason.BAD_TOKEN),
    "no end": ({"claims": {"exp": None}}, Reason.BAD_TOKEN),
    "no subject": ({"claims": {"sub": None}}, Reason.BAD_TOKEN),
    "no signature": ({"signature": "none"}, Reason.BAD_TOKEN),
    "signed with the secret": ({"signature": "secret"}, Reason.BAD_TOKEN),
    "signed by another": ({"signature": "strange"}, Reason.BAD_TOKEN),
    "address not verified": ({"claims": {"email_verified": False}}, Reason.UNVERIFIED),
    "nobody vouches": ({"claims": {"email_verified": None}}, Reason.UNVERIFIED),
    "nobody's address": ({"claims": {"email": "nobody@lindenhof.example"}}, Reason.UNKNOWN),
    "a customer's person": ({"claims": {"email": "ruth@kunden.example"}}, Reason.UNKNOWN),
    "from another house": ({"claims": {"email": "dora@brandt.example"}}, Reason.UNKNOWN),
    "answered by another": ({"answer": {"iss": "https://evil.example"}}, Reason.OTHER_ISSUER),
    "another state": ({"answer": {"state": "a" * 43}}, Reason.NOT_BEGUN),
    "another code": ({"answer": {"code": "made-up"}}, Reason.CODE_REFUSED),
    "down": ({"token": "down"}, Reason.CODE_REFUSED),
    "garbage": ({"token": "garbage"}, Reason.UNREACHABLE),
}


def test_what_is_wrong_lets_nobody_in_and_says_the_same_to_all(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    with here.database.reading() as opened:
        before = len(opened.scalars(select(LoginSession)).all())
    for wrong, (faults, expected) in WRONG.items():
        provider.faults = Faults(**faults)
        stranger = browser("nobody")
        response = answered(stranger, provider.grant(asked(stranger), f"subject-of-{PEOPLE}"))
        assert (response.status_code, reason(here)) == (422, expected.value), wrong
        assert "You are not signed in" in response.text
        assert stranger.get("/account").status_code == 303
    assert linked(here) == []
    with here.database.reading() as opened:
        assert len(opened.scalars(select(LoginSession)).all()) == before


def test_an_answer_counts_in_the_browser_that_asked_and_once(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    attacker, victim = browser("nobody"), browser("nobody")
    address = provider.grant(asked(attacker), f"subject-of-{PEOPLE}")
    assert answered(victim, address).status_code == 422
    assert reason(here) == Reason.NOT_BEGUN.value
    with attacker.client.session_transaction(base_url=BASE_URL) as cookie:
        kept = dict(cookie["at_provider"])
    assert answered(attacker, address).status_code == 303
    with attacker.client.session_transaction(base_url=BASE_URL) as cookie:
        cookie["at_provider"] = kept
    before = provider.redeemed
    assert answered(attacker, address).status_code == 422
    assert provider.redeemed == before


def test_an_answer_that_takes_too_long_or_comes_after_a_change_is_refused(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    stranger = browser("nobody")
    address = provider.grant(asked(stranger), f"subject-of-{PEOPLE}")
    with stranger.client.session_transaction(base_url=BASE_URL) as cookie:
        kept = dict(cookie["at_provider"])
        cookie["at_provider"] = {**kept, "begun_at": "2026-01-01T00:00:00+00:00"}
    assert answered(stranger, address).status_code == 422
    address = provider.grant(asked(stranger), f"subject-of-{PEOPLE}")
    with here.database.transaction() as opened:
        opened.execute(update(SignInProvider).values(client_id="another"))
    assert answered(stranger, address).status_code == 422
    assert provider.redeemed == 0


def test_a_new_key_of_the_provider_counts_at_once_and_the_old_one_no_more(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    provider.rotate()
    first, second = browser("nobody"), browser("nobody")
    assert answered(first, provider.grant(asked(first), f"subject-of-{PEOPLE}")).status_code == 303
    provider.faults.signature = "former"
    address = provider.grant(asked(second), f"subject-of-{PEOPLE}")
    assert answered(second, address).status_code == 422
    assert reason(here) == Reason.NO_KEY.value


def test_whoever_has_left_does_not_come_in_by_the_link_either(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    first = browser("nobody")
    assert answered(first, provider.grant(asked(first), f"subject-of-{PEOPLE}")).status_code == 303
    with here.database.transaction() as opened:
        opened.execute(
            update(Person).where(Person.id == connected.ben.id).values(disabled_at=clock.now())
        )
    second = browser("nobody")
    assert (
        answered(second, provider.grant(asked(second), f"subject-of-{PEOPLE}")).status_code == 422
    )
    assert reason(here) == Reason.UNKNOWN.value


def test_a_second_account_with_the_same_address_is_not_the_same_person(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    first = browser("nobody")
    assert answered(first, provider.grant(asked(first), f"subject-of-{PEOPLE}")).status_code == 303
    provider.know(PEOPLE, subject="another")
    second = browser("nobody")
    assert answered(second, provider.grant(asked(second), "another")).status_code == 422
    assert (
        browser("anna").post(f"/settings/sign-in/people/{connected.ben.id}/unlinking").status_code
        == 303
    )
    third = browser("nobody")
    assert answered(third, provider.grant(asked(third), "another")).status_code == 303
    assert linked(here) == [(connected.ben.id, "another")]


def test_who_goes_back_at_the_provider_reads_the_same_page(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    stranger = browser("nobody")
    assert answered(stranger, provider.refuse(asked(stranger))).status_code == 422
    assert reason(here) == Reason.SAID_NO.value
    assert "refused: the provider said no" in browser("anna").get("/settings/sign-in").text


def test_a_provider_that_is_off_or_never_was_has_no_button_and_no_address(
    connected: Cast, browser: Callable[[str], Browser], here: Runtime
) -> None:
    with here.database.transaction() as opened:
        opened.execute(update(SignInProvider).values(is_on=False))
    stranger = browser("nobody")
    assert "Sign in with Acme" not in stranger.get("/o/lindenhof/sign-in").text
    assert stranger.get(BEGIN).status_code == 404
    assert stranger.get("/o/nobody/sign-in/oidc").status_code == 404


def settings_form(provider: IdentityProvider, **changes: str) -> dict[str, str]:
    given = {
        "issuer": provider.url,
        "client_id": provider.client_id,
        "secret": provider.secret,
        "label": "Acme",
        "is_on": "y",
    }
    return {**given, **changes}


UNFIT: list[tuple[dict[str, str], dict[str, Any], str]] = [
    ({"secret": "wrong"}, {}, "refuses client ID and secret"),
    ({}, {"issuer": "https://another.example"}, "calls itself by another address"),
    ({}, {"token_endpoint": "http://169.254.169.254/token"}, "cannot be used"),
    ({}, {"code_challenge_methods_supported": ["plain"]}, "cannot be used"),
    ({}, {"id_token_signing_alg_values_supported": ["none", "HS256"]}, "cannot be used"),
    ({}, {"jwks_uri": "http://127.0.0.1:1025/keys"}, "cannot be reached"),
    ({"issuer": "http://127.0.0.1:1025"}, {}, "cannot be reached"),
    ({"issuer": "ftp://example.org"}, {}, "https on the internet"),
    ({"secret": ""}, {}, "Enter the client secret"),
    ({"is_only_way": "y"}, {}, "First an administrator needs"),
]


def test_only_what_was_tried_out_is_saved(
    cast: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    anna = browser("anna")
    for changes, faults, said in UNFIT:
        provider.faults.discovery = faults
        response = anna.post("/settings/sign-in", settings_form(provider, **changes))
        assert response.status_code == 422
        assert said in response.text
    with here.database.reading():
        assert queries.provider_of(cast.lindenhof.id) is None


def test_a_secret_is_sealed_and_goes_to_nobody_it_was_not_given_for(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    anna = browser("anna")
    kept = anna.post("/settings/sign-in", settings_form(provider, secret="", label="Acme AG"))
    assert kept.status_code == 303
    page = anna.get("/settings/sign-in")
    assert "Acme AG" in page.text
    assert provider.secret not in page.text
    with IdentityProvider() as another:
        other = anna.post(
            "/settings/sign-in", settings_form(provider, issuer=another.url, secret="")
        )
        assert other.status_code == 422
        assert "Enter the client secret" in other.text


def test_the_provider_alone_lets_in_those_who_work_here_but_not_customers(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    plain = "a long sentence for the tests"
    with here.database.transaction() as opened:
        for one in (connected.anna, connected.ben, connected.ruth, connected.dora):
            opened.get_one(Person, one.id).password_hash = hashed(plain)
        opened.get_one(Person, connected.anna.id).has_factor = True
    form = settings_form(provider, secret="", is_only_way="y")
    assert browser("anna").post("/settings/sign-in", form).status_code == 303

    def leads_on(person: Person) -> bool:
        fields = {"email": person.email, "password": plain}
        return browser("nobody").post("/sign-in", fields).status_code == 303

    assert not leads_on(connected.ben)
    assert leads_on(connected.ruth)
    assert leads_on(connected.dora)
    assert leads_on(connected.anna), "somebody has to come in when the provider does not answer"
    with here.database.transaction() as opened:
        opened.get_one(Person, connected.anna.id).has_factor = False
    assert not leads_on(connected.anna)
    assert "nobody comes in" in browser("anna").get("/settings/sign-in").text
    stranger = browser("nobody")
    assert (
        answered(stranger, provider.grant(asked(stranger), f"subject-of-{PEOPLE}")).status_code
        == 303
    )


def test_who_is_asked_to_confirm_signs_in_afresh_as_the_same_person(
    connected: Cast, provider: IdentityProvider, browser: Callable[[str], Browser], here: Runtime
) -> None:
    ben = browser("nobody")
    assert answered(ben, provider.grant(asked(ben), f"subject-of-{PEOPLE}")).status_code == 303
    provider.know(connected.anna.email)
    for account, faults, status in (
        (f"subject-of-{connected.anna.email}", {}, 303),
        (f"subject-of-{PEOPLE}", {"auth_time": 1_700_000_000}, 303),
        (f"subject-of-{PEOPLE}", {}, 200),
    ):
        with here.database.transaction() as opened:
            opened.execute(update(LoginSession).values(confirmed_at=None))
        assert "Sign in with Acme" in ben.get("/account/confirmation").text
        provider.faults.claims = faults
        question = asked(ben, f"{BEGIN}?again=yes&next=/account/factors")
        assert (question["prompt"], question["max_age"]) == ("login", "0")
        answered(ben, provider.grant(question, account))
        assert ben.get("/account/factors").status_code == status
    assert "Ben Brunner" in ben.get("/account").text
