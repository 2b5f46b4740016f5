"""The chain of rules: the first that says no decides, and nothing is released that it does not leave."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.rights import GENERAL, Action
from app.documents.rules.kinds import Kind
from app.organisations.rules import portal
from app.organisations.rules.portal import KINDS, Access, Rule, Standing, Ways

EVERYTHING = Standing(
    is_on=True,
    actions=frozenset(action.value for action in Action),
    kinds=frozenset(KINDS),
    access=Access.INHERIT,
    is_open=True,
    ways=Ways.BOTH,
    by_link=False,
    granted=None,
    is_over=False,
)


def test_kinds_are_released_by_the_names_of_the_table_of_kinds() -> None:
    assert tuple(kind.value for kind in Kind) == KINDS


def test_where_nothing_is_closed_everything_is_released() -> None:
    found = portal.rights(EVERYTHING)
    assert found.kinds(Action.VIEW) == frozenset(KINDS)
    assert found.general == GENERAL


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"is_on": False}, Rule.MODULE),
        ({"actions": frozenset({"comment"})}, Rule.ACTION),
        ({"kinds": frozenset({"quote"})}, Rule.KIND),
        ({"access": Access.NO}, Rule.CUSTOMER),
        ({"is_open": False}, Rule.CUSTOMER),
        ({"ways": Ways.LINK}, Rule.WAY),
        ({"ways": Ways.ACCOUNT, "by_link": True}, Rule.WAY),
        ({"granted": frozenset({"quote:view"})}, Rule.CONTACT),
        ({"is_over": True}, Rule.CONTACT),
    ],
)
def test_each_rule_closes_a_document_by_itself(change: dict[str, object], rule: Rule) -> None:
    standing = replace(EVERYTHING, **change)  # type: ignore[arg-type]
    refused = [
        step.rule for step in portal.chain(standing, Action.VIEW, "invoice") if not step.passes
    ]
    assert refused == [rule]
    assert not portal.rights(standing).allow(Action.VIEW, "invoice")


def test_a_customer_that_says_yes_does_not_ask_what_others_inherit() -> None:
    standing = replace(EVERYTHING, access=Access.YES, is_open=False)
    assert portal.rights(standing).allow(Action.VIEW, "invoice")


WORDS = st.frozensets(st.sampled_from([action.value for action in Action]))
STANDINGS = st.builds(
    Standing,
    is_on=st.booleans(),
    actions=WORDS,
    kinds=st.frozensets(st.sampled_from(KINDS)),
    access=st.sampled_from(Access),
    is_open=st.booleans(),
    ways=st.sampled_from(Ways),
    by_link=st.booleans(),
    granted=st.none()
    | st.frozensets(
        st.sampled_from(
            [
                portal.right(kind, action)
                for kind in KINDS
                for action in Action
                if action not in GENERAL
            ]
            + [action.value for action in GENERAL]
        )
    ),
    is_over=st.booleans(),
)


@given(STANDINGS)
def test_what_is_released_is_what_every_rule_lets_pass(standing: Standing) -> None:
    found = portal.rights(standing)
    for action in Action:
        for kind in (None,) if action in GENERAL else KINDS:
            passes = all(step.passes for step in portal.chain(standing, action, kind))
            assert found.allow(action, kind) == passes
