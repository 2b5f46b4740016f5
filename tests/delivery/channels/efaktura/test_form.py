from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core import runtime
from app.delivery.channels.efaktura.connection import FIELD_NAMES, connection, tariff_of
from app.delivery.channels.efaktura.facts import Law, Tiers
from app.delivery.channels.efaktura.form import Settings
from app.delivery.channels.efaktura.particulars import Particulars
from app.delivery.forms.channels import own_secrets, own_values
from tests.delivery.channels.efaktura import cases

REMOTE = {
    "way": "sftp",
    "host": "sftp.medidata.example",
    "username": "lindenhof",
    "folder": "",
    "fingerprints": "SHA256:abc",
    "password": "geheim",
}


def typed(app: Flask, tmp_path: Path, **changes: Any) -> tuple[Any, Settings]:
    """Return the settings as somebody sends them."""
    here = runtime.current()
    there = replace(here.settings, partner_folders=tmp_path)
    values = {"way": "folder"} | cases.SETTINGS | changes
    with (
        runtime.using(replace(here, settings=there)),
        app.test_request_context(method="POST", data={f"own-{n}": v for n, v in values.items()}),
    ):
        form = Settings(prefix="own-")
        return form.validate(), form


def test_settings_are_kept_as_they_were_typed_and_secrets_apart(app: Flask, tmp_path: Path) -> None:
    is_right, form = typed(app, tmp_path, **REMOTE)
    assert is_right, form.errors
    values = own_values(form)
    assert own_secrets(form) == {"password": "geheim"}
    assert "password" not in values
    there = connection(values)
    assert (there.law, there.tiers, there.provider_gln) == (Law.KVG, Tiers.PAYANT, cases.OURS)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"biller_gln": "7601001302113"}, "biller_gln"),
        ({"biller_gln": ""}, "biller_gln"),
        ({"folder": "../other-tenant"}, "folder"),
        ({"folder": ""}, "way"),
        ({"way": "sftp"}, "way"),
        ({"tariffs": "no tariff at all"}, "tariffs"),
        ({"biller_zsr": "12"}, "biller_zsr"),
        ({"private_key": "no key"}, "private_key"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(
    app: Flask, tmp_path: Path, changes: dict[str, str], field: str
) -> None:
    is_right, form = typed(app, tmp_path, **changes)
    assert not is_right
    assert field in form.errors


def test_particulars_are_plain_values(app: Flask) -> None:
    told = cases.PATIENT | {
        "case_date": "2026-10-01",
        "sex": "",
        "law": "",
        "tiers": "",
        "canton": "",
    }
    with app.test_request_context(method="POST", data=told):
        form = Particulars()
        assert form.validate(), form.errors
        kept = own_values(form)
    assert {name: kept[name] for name in told} == told
    assert set(kept) <= set(FIELD_NAMES)
    wrong = told | {"born_on": "2999-01-01", "insurance_number": "12", "case_date": "yesterday"}
    with app.test_request_context(method="POST", data=wrong):
        form = Particulars()
        assert not form.validate()
        assert set(form.errors) == {"born_on", "insurance_number", "case_date"}


def test_a_tariff_is_the_items_own_then_of_its_beginning_then_the_usual() -> None:
    there = connection(cases.SETTINGS | {"tariffs": "P* 500\nPFL* 533 1\nPFL6 533 6"})
    found = [tariff_of(there, item) for item in ("PFL6", "PFL7", "PX", "Z")]
    assert [(one.type, one.code) for one in found] == [
        ("533", "6"),
        ("533", "1"),
        ("500", ""),
        ("999", ""),
    ]
