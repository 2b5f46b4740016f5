"""What can be given: presets, the table, and what is sound."""

from dataclasses import replace
from datetime import date

import pytest

from app.access.rights import Action
from app.organisations.rules import granting
from app.organisations.rules.granting import EVERYTHING, PRESETS, Preset
from app.organisations.rules.portal import KINDS, Access, Rule, right
from tests.organisations.test_portal import EVERYTHING as OPEN


def test_answering_is_for_quotes_and_paying_for_what_asks_for_money() -> None:
    answered = {one for one in EVERYTHING if one.endswith(":answer")}
    paid = {one for one in EVERYTHING if one.endswith(":pay")}
    assert answered == {"quote:answer"}
    assert paid == {"invoice:pay", "reminder:pay"}


def test_every_preset_is_sound_and_says_what_its_name_says() -> None:
    assert not any(granting.is_blind(rights) for rights in PRESETS.values())
    assert all(rights <= EVERYTHING for rights in PRESETS.values())
    assert PRESETS[Preset.READ_ONLY] == {right(kind, Action.VIEW) for kind in KINDS}
    assert "invoice:pay" in PRESETS[Preset.ACCOUNTING]
    assert "credit_note:pay" not in PRESETS[Preset.ACCOUNTING]
    assert "quote:answer" in PRESETS[Preset.PURCHASING]
    assert PRESETS[Preset.TAX_ADVISER] == {"invoice:view"}
    assert [granting.preset_of(rights) for rights in PRESETS.values()] == list(PRESETS)


def test_everything_is_stored_as_nothing_said_so_that_new_kinds_belong_to_it() -> None:
    assert granting.stored(EVERYTHING) is None
    assert granting.given(None) == EVERYTHING
    for preset in (Preset.ACCOUNTING, Preset.TAX_ADVISER):
        assert granting.given(granting.stored(PRESETS[preset])) == PRESETS[preset]
    assert granting.given(["invoice:view", "invoice:eat"]) == {"invoice:view"}


def test_doing_something_unseen_is_noticed() -> None:
    assert granting.is_blind(frozenset({"invoice:pay"}))
    assert granting.is_blind(frozenset({"invoice:pay", "quote:view"}))
    assert not granting.is_blind(frozenset({"invoice:pay", "invoice:view", "contact"}))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"is_on": False}, Rule.MODULE),
        ({"access": Access.NO}, Rule.CUSTOMER),
        ({"kinds": frozenset()}, None),
        ({"actions": frozenset()}, None),
    ],
)
def test_what_closes_the_whole_portal_is_told_apart(
    change: dict[str, object], rule: Rule | None
) -> None:
    assert granting.obstacle(replace(OPEN, **change)) is rule  # type: ignore[arg-type]


def test_what_the_organisation_has_closed_is_marked_in_the_table() -> None:
    standing = replace(OPEN, kinds=frozenset({"quote"}), actions=frozenset({"view", "contact"}))
    matrix = granting.matrix(standing, EVERYTHING - {"quote:view"})
    boxes = {box.right: box for _kind, row in matrix.rows for box in row if box is not None}
    assert {name for name, box in boxes.items() if not box.is_closed} == {"quote:view"}
    assert {name for name, box in boxes.items() if not box.is_offered} == {"quote:view"}
    assert [box.is_closed for box in matrix.general] == [True, False]


def test_a_delegation_is_proposed_until_the_end_of_a_year_that_lasts() -> None:
    assert granting.last_day_proposed(date(2026, 3, 1)) == date(2026, 12, 31)
    assert granting.last_day_proposed(date(2026, 11, 22)) == date(2027, 12, 31)
