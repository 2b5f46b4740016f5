import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import cells
from app.delivery.channels.efaktura import answers, apart, reading, writing
from app.delivery.channels.efaktura.facts import Tiers, Version
from app.delivery.rules import Response, State
from app.demo.insurer import Verdict, response
from tests import corpus
from tests.delivery.channels.efaktura import cases
from tests.delivery.channels.efaktura.cases import parsed, request
from tests.delivery.channels.efaktura.test_writing import POSSIBLE, QR, original, payable

OLDEST = "400"
"""Another format, of 2005: what is sent today is not answered with it."""
RESPONSES = [path for path in corpus.files("forum-datenaustausch", ".xml") if "Resp" in path.name]
REQUESTS = [
    path for path in corpus.files("forum-datenaustausch", ".xml") if "Resp" not in path.name
]


def said(raw: bytes) -> dict[str, Any]:
    return dict(reading.work({}, raw).header)


@corpus.needed
def test_responses_of_every_version_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(RESPONSES) == 8
    monkeypatch.setattr(apart, "read", said)
    for path in RESPONSES:
        if OLDEST in path.name:
            assert "xmlData.ch" in said(path.read_bytes())["unreadable"]
        else:
            _is_read(path)


def _is_read(path: Path) -> None:
    first, *errors = answers.parse(path.read_bytes())
    assert first.reference
    assert first.state is State.DELIVERED
    assert first.response in set(Response) - {Response.NONE}
    if first.response is Response.REJECTED:
        assert [one.code for one in errors] == ["31160", "31148"]
        assert "00.0020 → 00.0021, #99901" in errors[1].reason
        assert errors[0].reason in first.reason
    assert len({one.key for one in (first, *errors)}) == 1 + len(errors)


def test_what_is_no_response_says_what_it_is() -> None:
    for path in REQUESTS:
        assert str(said(path.read_bytes())["unreadable"]).startswith(("a request", "KT-XML"))
    bomb = b'<!DOCTYPE a [<!ENTITY x "x">]><a>&x;</a>'
    assert said(bomb)["unreadable"] == "KT-XML-DOCTYPE"
    with pytest.raises(ValueError, match="KT-XML"):
        apart.read(b"\x00nothing")


@corpus.needed
@pytest.mark.parametrize(("version", "tiers"), POSSIBLE)
def test_the_stand_in_answers_as_the_schema_of_responses_asks(
    version: Version, tiers: Tiers
) -> None:
    made = request(payable(QR), version, tiers=tiers.value, case_number="123456")
    number = version.value.replace(".", "") + "0"
    schema = original(f"generalInvoiceResponse_{number}.xsd")
    meant = set()
    for verdict in Verdict:
        answer = response(writing.etree.tostring(writing.written(made)), verdict)
        assert schema.validate(parsed(answer)), schema.error_log
        found = said(answer)
        assert found["request_id"] == cases.ENVELOPE.reference
        meant.add(answers.response(found))
    # In 5.0 an insurer can only comment on the copy of a patient's invoice.
    is_copy = tiers is Tiers.GARANT and version is Version.V500
    assert (Response.REJECTED in meant) is not is_copy


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"verdict": "pending", "status_out": "frozen"}, Response.UNDER_QUERY),
        ({"verdict": "pending", "status_out": "something new"}, Response.IN_PROCESS),
        ({"verdict": "accepted", "status_out": "granted"}, Response.ACCEPTED),
        ({"verdict": "accepted", "is_changed": True}, Response.CONDITIONALLY_ACCEPTED),
        (
            {"verdict": "accepted", "balance": {"amount_delta": "-1.00"}},
            Response.CONDITIONALLY_ACCEPTED,
        ),
        (
            {"verdict": "accepted", "balance": {"amount_due": "9", "amount_paid": "8.95"}},
            Response.CONDITIONALLY_ACCEPTED,
        ),
        ({"verdict": "accepted", "status_out": "reimbursed"}, Response.PAID),
        (
            {
                "verdict": "accepted",
                "status_out": "reimbursed",
                "balance": {"amount_due": "9", "amount_paid": "5"},
            },
            Response.PARTLY_PAID,
        ),
        ({"verdict": "accepted", "balance": {"amount_due": "NaN"}}, Response.ACCEPTED),
        ({"verdict": "weighed"}, None),
        ({"verdict": "EncryptedData"}, None),
        ({}, None),
    ],
)
def test_what_an_answer_means(told: dict[str, Any], expected: Response | None) -> None:
    assert answers.response(told) is expected


scalars = st.none() | st.booleans() | st.text(max_size=20) | st.integers()


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "guid",
                "moment",
                "request_id",
                "verdict",
                "status_out",
                "explanation",
                "notes",
                "balance",
            ]
        ),
        scalars
        | st.lists(st.dictionaries(st.text(max_size=5), scalars))
        | st.just({"amount_paid": "1e999"}),
    )
)
def test_whatever_a_cell_says_is_news_or_no_response(told: dict[str, Any]) -> None:
    """A cell in which a stranger's file was read may have become the stranger's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "run", lambda *_arguments: cells.Answer(told))
        try:
            found = answers.parse(b"")
        except ValueError:
            return
    assert found[0].key == hashlib.sha256(b"").hexdigest()[:32]
