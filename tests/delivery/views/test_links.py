import io
import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.core import clock, log, tokens
from app.core.db import Base
from app.delivery import actions, queries
from app.delivery.channels.email import Result
from app.delivery.rules import Outcome, State
from app.identity import actions as identity
from app.identity import rules
from app.identity.models import CapabilityLink, LoginSession
from app.identity.proofs import capability
from app.web import installation
from tests import factories
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL
from tests.web.observing import contents, error_at, main_of, testids, typed_in


@pytest.fixture
def path(app: Flask, cast: Cast) -> str:
    """The address of Ruth's link."""
    return f"/link/{capability.token(cast.link.id)}"


@pytest.fixture
def expired(app: Flask, cast: Cast) -> str:
    """The address of a link that is over."""
    return f"/link/{capability.token(cast.expired_link.id)}"


def alike(answer: TestResponse) -> str:
    """Return a page without what differs between any two: tokens and the reference."""
    page = re.sub(r'name="csrf_token"[^>]*', "", answer.text)
    return re.sub(r"/link/[A-Za-z0-9_-]{43}|%2Flink%2F\S{43}|[0-9a-f]{12}", "", page)


def send(app: Flask, cast: Cast) -> str:
    """Send Ruth's invoice and return the address in the letter."""
    with installation.of(app).database.transaction():
        sending = actions.begin(cast.dispatch.id)
        assert sending is not None
        actions.finish(sending, Result(Outcome.ACCEPTED, 250, None, "250 Ok"))
    found = re.search(r"http://kontor\.test(/link/\S{43})", sending.letter.text)
    assert found is not None
    return found[1]


def test_looking_at_a_link_changes_nothing_however_often(
    app: Flask, cast: Cast, path: str, expired: str, browser: Callable[[str], Browser]
) -> None:
    noted = {"receipt", "counter", *(name for name in Base.metadata.tables if "journal" in name)}
    before = contents(installation.of(app), without=noted)
    for who in ("nobody", "ruth", "ben", "guest", "dora"):
        one = browser(who)
        for address in (path, expired, f"/link/{tokens.new()}"):
            one.get(address)
            assert one.client.head(address, base_url=BASE_URL).data == b""
            one.client.options(address, base_url=BASE_URL)
    assert contents(installation.of(app), without=noted) == before
    with installation.of(app).database.reading():
        fetched = queries.beside(cast.invoice.id)[1]
    names = sorted((one.reader_id, one.kind.value) for one in fetched)
    links = sorted([cast.link.id, cast.expired_link.id])
    assert names == [(link, "fetched") for link in links], (
        "once each, and nobody has opened anything"
    )


def test_a_link_shows_what_it_is_for_and_whose_it_is(
    cast: Cast, path: str, browser: Callable[[str], Browser]
) -> None:
    page = browser("nobody").get(path)
    assert page.status_code == 200
    assert "Invoice 2026-0412 for you" in main_of(page.text)
    assert "Haus Lindenhof" in page.text
    assert "link-continue" in testids(page.text)
    assert "642.24" not in page.text, "the document itself needs one step more"


def test_going_on_opens_the_document_at_an_address_without_a_secret(
    cast: Cast, path: str, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    answer = nobody.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/documents/{cast.invoice.id}",
    )
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = nobody.get(answer.headers["Location"])
    assert page.status_code == 200
    assert path.removeprefix("/link/") not in page.text
    assert "Ruth Keller" in page.text


def test_a_scanner_that_follows_and_sends_everything_leaves_the_link_usable(
    app: Flask, cast: Cast, path: str, browser: Callable[[str], Browser]
) -> None:
    uses = cast.link.uses
    for _ in range(5):
        scanner = browser("nobody")
        scanner.get(path)
        assert scanner.post(path).status_code == 303
        scanner.get(f"/documents/{cast.invoice.id}")
    ruth = browser("nobody")
    assert ruth.post(path).status_code == 303
    assert ruth.get(f"/documents/{cast.invoice.id}").status_code == 200
    with installation.of(app).database.reading() as session:
        found = session.get_one(CapabilityLink, cast.link.id)
        newest = session.scalars(select(LoginSession).order_by(LoginSession.id.desc())).first()
    assert found.uses == uses + 6
    assert found.last_used_at is not None
    assert newest is not None
    assert (newest.link_id, newest.person_id) == (cast.link.id, None)


def test_a_guest_sees_this_document_in_all_its_versions_and_nothing_else(
    app: Flask, cast: Cast, path: str, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        newer = factories.invoice_for(cast.keller, cast.invoice.number)
        other = factories.invoice_for(cast.keller, "2026-0999")
    guest = browser("nobody")
    guest.post(path)
    assert guest.get(f"/documents/{cast.invoice.id}").status_code == 200
    assert guest.get(f"/documents/{newer.id}").status_code == 200
    for foreign in (other.id, cast.hubers.id, cast.held.id, cast.strangers.id):
        assert guest.get(f"/documents/{foreign}").status_code == 404
    listed = guest.get("/documents").text
    assert cast.invoice.number in listed
    assert "2026-0999" not in listed
    assert "2026-0999" not in guest.get("/home").text
    for closed in ("/desk", "/customers", "/deliveries", "/settings", "/intakes"):
        assert guest.get(closed).status_code == 403


def test_the_link_replaces_whoever_was_signed_in(
    cast: Cast, path: str, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    assert anna.post(path).status_code == 303
    assert anna.get("/desk").status_code == 403


def test_links_that_are_over_answer_like_links_that_never_were(
    cast: Cast, expired: str, browser: Callable[[str], Browser]
) -> None:
    unknown = f"/link/{tokens.new()}"
    for method in ("get", "post"):
        answers = [getattr(browser("nobody"), method)(address) for address in (expired, unknown)]
        assert [one.status_code for one in answers] == [410, 410]
        # Whoever holds a link of ours sees whose house it was; the words are the same.
        assert main_of(answers[0].text) == main_of(answers[1].text)
        assert "2026-0412" not in "".join(one.text for one in answers)


def test_a_revoked_link_offers_nothing_and_one_of_a_withdrawn_document_says_so(
    app: Flask, cast: Cast, expired: str, browser: Callable[[str], Browser]
) -> None:
    sent = send(app, cast)
    found = capability_of(app, cast)
    with installation.of(app).database.transaction():
        identity.revoke_link(found)
    nobody = browser("nobody")
    for answer in (nobody.get(sent), nobody.post(sent)):
        assert answer.status_code == 410
        assert "renewal-form" not in testids(answer.text)
        assert "Haus Lindenhof can help you." in main_of(answer.text)
    nobody.post(f"{sent}/renewal", {"email": "ruth@kunden.example"})
    # Another link to the same document does not go round the revocation.
    nobody.post(f"{expired}/renewal", {"email": "ruth@kunden.example"})
    with installation.of(app).database.reading():
        dispatch = queries.by_id(cast.dispatch.id)
    assert dispatch is not None
    assert dispatch.round == 1
    assert browser("ben").post(f"/documents/{cast.invoice.id}/withdrawal").status_code == 303
    told = nobody.get(expired)
    assert told.status_code == 410
    assert "The sender has withdrawn this document." in main_of(told.text)
    assert "2026-0412" not in told.text


def capability_of(app: Flask, cast: Cast) -> str:
    """Return the id of the link in Ruth's letter."""
    with installation.of(app).database.reading():
        found = queries.by_id(cast.dispatch.id)
    assert found is not None
    assert found.link_id is not None
    return found.link_id


def test_fifty_clicks_on_a_link_that_is_over_throttle_nobody_and_guessing_is_counted_by_network(
    app: Flask, cast: Cast, path: str, expired: str, browser: Callable[[str], Browser]
) -> None:
    one = browser("nobody")

    def status(address: str, network: str) -> int:
        answer = one.client.get(
            address, base_url=BASE_URL, environ_overrides={"REMOTE_ADDR": network}
        )
        return answer.status_code

    clicks = [status(expired, "203.0.113.7") for _click in range(50)]
    assert set(clicks) == {410}
    guesses = [
        status(f"/link/{tokens.new()}", "203.0.113.7") for _guess in range(rules.UNKNOWN_LINKS + 5)
    ]
    assert guesses[: rules.UNKNOWN_LINKS] == [410] * rules.UNKNOWN_LINKS
    assert guesses[-1] == 429
    assert status(path, "203.0.113.7") == 200, "whoever has a link is let in"
    assert status(f"/link/{tokens.new()}", "203.0.113.8") == 410, "another network"


def test_a_link_is_over_to_the_second(
    cast: Cast, path: str, browser: Callable[[str], Browser]
) -> None:
    ends = cast.link.expires_at
    with clock.standing_at(ends - timedelta(seconds=1)):
        assert browser("nobody").post(path).status_code == 303
    with clock.standing_at(ends):
        assert browser("nobody").post(path).status_code == 410
        assert browser("nobody").get(path).status_code == 410


def test_a_new_link_is_sent_to_an_address_on_the_document_and_the_answer_is_always_the_same(
    app: Flask, cast: Cast, expired: str, browser: Callable[[str], Browser]
) -> None:
    sent = send(app, cast)
    answers = [
        browser("nobody").post(f"{address}/renewal", {"email": email})
        for address in (sent, expired, f"/link/{tokens.new()}")
        for email in (" Ruth@kunden.example ", "stranger@x.example")
    ]
    assert {one.status_code for one in answers} == {200}
    assert len({main_of(one.text) for one in answers}) == 1
    assert "If the document was sent to this address" in main_of(answers[0].text)
    with installation.of(app).database.reading():
        found = queries.by_id(cast.dispatch.id)
        others = queries.of_document(cast.hubers.id)
    assert found is not None
    assert (found.state, found.round) == (State.QUEUED, 2)
    assert [one.round for one in others] == [1]
    assert browser("nobody").post(sent).status_code == 410
    assert browser("nobody").post(send(app, cast)).status_code == 303


def test_what_is_no_address_is_said_at_the_field(
    cast: Cast, expired: str, browser: Callable[[str], Browser]
) -> None:
    for email in ("", "ruth", "a b@c.example"):
        answer = browser("nobody").post(f"{expired}/renewal", {"email": email})
        assert answer.status_code == 422
        assert error_at(answer.text, "email")
        assert typed_in(answer.text, "email") == email


def test_pages_with_a_token_in_their_address_are_kept_out_of_referrers_caches_and_indexes(
    cast: Cast, path: str, expired: str, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    for answer in (
        nobody.get(path),
        nobody.get(expired),
        nobody.post(f"{expired}/renewal", {"email": "x@y.example"}),
        nobody.post(f"{expired}/renewal", {"email": ""}),
        nobody.post(expired),
        nobody.post(path),
    ):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer.headers["Cache-Control"]


def test_the_database_holds_the_hash_of_a_token_only(
    app: Flask, cast: Cast, path: str, browser: Callable[[str], Browser]
) -> None:
    guest = browser("nobody")
    guest.post(path)
    with guest.client.session_transaction(base_url=BASE_URL) as cookie:
        secrets = [path.removeprefix("/link/"), cookie["_user_id"]]
    everything = repr(contents(installation.of(app), without=set()))
    assert len(everything) > 5000
    assert len(Base.metadata.tables) > 15
    for secret in secrets:
        assert secret not in everything
        assert tokens.fingerprint(secret) in everything


def test_no_log_line_holds_a_token_or_what_it_was_looked_up_by(
    app: Flask, cast: Cast, path: str
) -> None:
    """The error is made for real: the table is gone."""
    written = io.StringIO()
    channel = logging.StreamHandler(written)
    channel.setFormatter(log.JsonLines())
    logging.getLogger().addHandler(channel)
    with installation.of(app).database.transaction() as session:
        session.execute(text("ALTER TABLE capability_link RENAME TO gone"))
    try:
        answer = Browser(app).get(path)
        logging.getLogger("kontor").error("GET %s", path)
    finally:
        logging.getLogger().removeHandler(channel)
    token = path.removeprefix("/link/")
    assert answer.status_code == 500
    assert "Traceback" in written.getvalue()
    assert "/link/…" in written.getvalue()
    assert token not in written.getvalue()
    assert tokens.fingerprint(token) not in written.getvalue()


def test_a_language_that_was_chosen_holds_on_the_page_of_a_link(
    cast: Cast, path: str, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    headers = {"Accept-Language": "sv"}
    over = f"/link/{capability.token(cast.expired_link.id)}"
    sent = nobody.post(f"{over}/renewal", {"email": "x@y.example"}, headers=headers)
    for answer in (nobody.get(over, headers=headers), nobody.post(over, headers=headers), sent):
        assert '<html lang="en"' in answer.text, "a link that is over speaks the recipient's, too"
    unknown = nobody.get(f"/link/{tokens.new()}", headers=headers)
    assert '<html lang="sv"' in unknown.text, "nobody's: the browser's"
    assert '<html lang="en"' in nobody.get(path, headers=headers).text, "the recipient's"
    nobody.post("/language", {"language": "de", "next": path})
    assert '<html lang="de"' in nobody.get(path, headers=headers).text


def test_only_a_customers_person_leaves_a_receipt(
    app: Flask, cast: Cast, path: str, browser: Callable[[str], Browser]
) -> None:
    document = f"/documents/{cast.invoice.id}"

    def receipts() -> list[tuple[str, str]]:
        with installation.of(app).database.reading():
            found = queries.beside(cast.invoice.id)[1]
        return [(one.reader_name, one.kind.value) for one in found]

    for who in ("anna", "ben", "olga", "dora", "max", "nobody"):
        browser(who).get(document)
        browser(who).get(f"{document}/files/{cast.file_id}")
        browser(who).get(path)
    fetched, opened = ("Ruth Keller", "fetched"), ("Ruth Keller", "opened")
    assert receipts() == [fetched]
    guest = browser("nobody")
    guest.post(path)
    guest.client.head(document, base_url=BASE_URL)
    guest.get(document, headers={"Sec-Purpose": "prefetch"})
    assert receipts() == [fetched], "a program that asks ahead is no reader"
    for _ in range(2):
        guest.get(document)
    assert receipts() == [fetched, opened]
    guest.get(f"{document}/files/{cast.file_id}")
    assert receipts() == [fetched, opened, ("Ruth Keller", "downloaded")]
