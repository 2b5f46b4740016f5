from collections.abc import Callable

import pytest
from flask import Flask

from tests.api.program import DOCUMENTS, Program
from tests.cast import Cast
from tests.installation import BASE_URL


def test_a_program_finds_what_was_made_and_downloads_it(
    cast: Cast, program: Callable[[str], Program]
) -> None:
    one = program("key")
    (made,) = one.get(f"{DOCUMENTS}/{cast.invoice.id}").get_json()["renditions"]
    assert (made["form"], made["state"]) == ("pdf", "made")
    answer = one.client.get(made["url"], headers=one.headers, base_url=BASE_URL)
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert len(answer.data) == made["size"]
    assert answer.headers["ETag"] == f'"{made["sha256"]}"'


@pytest.mark.parametrize(
    ("who", "status"), [("reading_key", 403), ("strange_key", 404), ("nobody", 401)]
)
def test_a_key_needs_the_scope_and_the_house(
    app: Flask, cast: Cast, program: Callable[[str], Program], who: str, status: int
) -> None:
    path = f"{DOCUMENTS}/{cast.invoice.id}/renditions/{cast.rendition_id}"
    one = program(who)
    answer = one.client.get(path, headers=one.headers, base_url=BASE_URL)
    assert answer.status_code == status
