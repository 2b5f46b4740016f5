"""Weak combinations, and a preview that is the door's own table."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.grants import Can, Role
from app.access.principal import Principal
from app.access.proof import Demand, Level, Method, Need
from app.organisations.rules import CustomerKind
from app.organisations.rules.portal import MailedFiles, Ways
from app.portal.rules import security as rules
from app.portal.rules.security import Choice, Facts, Weakness
from tests.released import EVERYTHING

SOUND = Choice(
    level=Level.SENSITIVE,
    primary=Method.SMS,
    secondary=None,
    idle_minutes=30,
    files=MailedFiles.EXCLUDE,
    link_days=30,
    members_need_factor=False,
    contacts_need_factor=False,
)
FACTS = Facts(ways=Ways.BOTH, can_text=True, has_mobile=True, has_address=True)
FACTLESS = replace(FACTS, can_text=False)


@pytest.mark.parametrize(
    ("choice", "facts", "weak"),
    [
        ({}, {}, []),
        ({"level": Level.NEVER}, {}, [Weakness.OPEN_LINK]),
        ({"level": Level.NEVER}, {"ways": Ways.ACCOUNT}, []),
        ({"primary": Method.ADDRESS}, {}, [Weakness.ADDRESS_ONLY]),
        ({"secondary": Method.ADDRESS}, {}, [Weakness.WEAK_SECOND]),
        ({}, {"can_text": False}, [Weakness.NOBODY, Weakness.NO_GATEWAY]),
        ({}, {"has_mobile": False}, [Weakness.NOBODY, Weakness.NO_MOBILE]),
        (
            {"secondary": Method.ADDRESS},
            {"can_text": False},
            [Weakness.NO_GATEWAY, Weakness.WEAK_SECOND],
        ),
        (
            {"primary": Method.ADDRESS},
            {"has_address": False},
            [Weakness.NOBODY, Weakness.ADDRESS_ONLY],
        ),
        ({"level": Level.NEVER, "primary": Method.ADDRESS}, {"ways": Ways.ACCOUNT}, []),
        ({"level": Level.CLOSED}, {"can_text": False}, []),
        ({"files": MailedFiles.INCLUDE}, {}, [Weakness.FILES_GO_ROUND]),
        ({"files": MailedFiles.INCLUDE, "level": Level.CLOSED}, {}, [Weakness.FILES_GO_ROUND]),
        ({"files": MailedFiles.EXCLUDE_PRIVATE}, {}, [Weakness.FILES_GO_ROUND]),
        ({"files": MailedFiles.EXCLUDE_PRIVATE, "level": Level.SENSITIVE_PRIVATE}, {}, []),
        (
            {"files": MailedFiles.INCLUDE, "level": Level.NEVER},
            {"ways": Ways.ACCOUNT},
            [],
        ),
        ({"link_days": 61}, {}, [Weakness.LONG_LINK]),
        ({"link_days": 120}, {"ways": Ways.ACCOUNT}, []),
        ({"idle_minutes": 61}, {}, [Weakness.LONG_IDLE]),
        (
            {"members_need_factor": True},
            {"members_lack_factor": True, "contacts_lack_factor": True},
            [Weakness.MEMBERS_LACK_FACTOR],
        ),
        (
            {"contacts_need_factor": True},
            {"members_lack_factor": True, "contacts_lack_factor": True},
            [Weakness.CONTACTS_LACK_FACTOR],
        ),
    ],
)
def test_a_weak_combination_is_named(
    choice: dict[str, object], facts: dict[str, object], weak: list[Weakness]
) -> None:
    found = rules.weaknesses(replace(SOUND, **choice), replace(FACTS, **facts))  # type: ignore[arg-type]
    assert list(found) == weak


def test_every_choice_and_weakness_has_its_words() -> None:
    assert set(rules.LEVEL_NAMES) == set(rules.LEVEL_EFFECTS) == set(Level)
    assert set(rules.METHOD_NAMES) == set(rules.METHOD_EFFECTS) == set(rules.MISSING) == set(Method)
    assert set(rules.FILES_NAMES) == set(rules.FILES_EFFECTS) == set(MailedFiles)
    assert set(rules.WEAKNESSES) == set(Weakness)


@given(st.sampled_from(Level), st.sampled_from(MailedFiles))
def test_the_preview_says_of_both_kinds_what_the_door_asks(
    level: Level, files: MailedFiles
) -> None:
    for one in rules.sights(replace(SOUND, level=level, files=files)):
        for is_proven, page, file in (
            (False, one.page, one.files),
            (True, one.page_proven, one.files_proven),
        ):
            who = Principal(
                role=Role.CONTACT,
                id="x",
                rights=EVERYTHING,
                demand=Demand(
                    level, is_private=one.kind is CustomerKind.PRIVATE, is_proven=is_proven
                ),
            )
            for permission, need in (
                (Can.READ_DOCUMENTS, page),
                (Can.DOWNLOAD_DOCUMENTS, file),
                (Can.BUNDLE_DOCUMENTS, file),
            ):
                may, asked = who.may(permission, "invoice"), who.has_to_prove(permission)
                said = {
                    Need.NOTHING: (True, False),
                    Need.PROOF: (True, True),
                    Need.CLOSED: (False, False),
                }
                assert (may, asked) == said[need]
