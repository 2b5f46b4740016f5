"""The register of personal data is complete: a table that it does not know fails the build."""

import importlib
import pkgutil
import subprocess
import sys

import pytest
from sqlalchemy import LargeBinary

import app
from app.core.db import Base
from app.core.settings import PROJECT
from app.privacy.rules import Fate
from app.privacy.rules.nobodys import NOBODYS
from app.privacy.rules.register import TREATMENTS

for module in pkgutil.walk_packages(app.__path__, "app."):
    if module.name.endswith(".models"):
        importlib.import_module(module.name)

SECRET = ("hash", "token", "sealed", "secret", "password")


def tables() -> set[str]:
    return set(Base.metadata.tables)


def test_every_table_says_how_it_knows_people_or_why_it_does_not() -> None:
    assert tables() - set(TREATMENTS) - set(NOBODYS) == set()
    assert set(TREATMENTS) & set(NOBODYS) == set()
    assert set(TREATMENTS) <= tables()


def test_a_process_that_only_works_knows_every_table_too() -> None:
    program = (
        "import jobs.register\n"
        "from app.core.db import Base\n"
        "from app.privacy.rules.register import TREATMENTS\n"
        "print(*sorted(set(TREATMENTS) - set(Base.metadata.tables)))"
    )
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == []


@pytest.mark.parametrize("name", TREATMENTS)
def test_a_treatment_speaks_of_columns_that_exist(name: str) -> None:
    treatment, table = TREATMENTS[name], Base.metadata.tables[name]
    own = [one[0] for one in treatment.via]
    named = [*treatment.person, *treatment.customer, *treatment.email, *own]
    assert {*named, *treatment.blank, *treatment.secret} <= set(table.columns.keys())
    for _column, other, column in treatment.via:
        assert column in Base.metadata.tables[other].columns
    assert named, "nobody would be found"
    is_blanked = Fate.BLANKED in (treatment.fate, treatment.after)
    assert bool(treatment.blank) is is_blanked


@pytest.mark.parametrize("name", TREATMENTS)
def test_what_is_the_machines_secret_is_never_told(name: str) -> None:
    for column in Base.metadata.tables[name].columns:
        looks_secret = any(word in column.name for word in SECRET)
        is_raw = isinstance(column.type, LargeBinary)
        told = column.name not in TREATMENTS[name].secret and not column.info.get("sealed")
        assert not ((looks_secret or is_raw) and told), column.name


def test_what_hangs_on_others_is_forgotten_before_them() -> None:
    order = list(TREATMENTS)
    for name, treatment in TREATMENTS.items():
        for _column, other, _others in treatment.via:
            if Fate.DELETED in (TREATMENTS[other].fate, TREATMENTS[other].after):
                assert order.index(name) < order.index(other), (name, other)
