"""Four languages, complete: a string without a translation fails the build."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from app.core import settings
from app.core.languages import CATALOGUES, LANGUAGES, SOURCE

TRANSLATED = [code for code in LANGUAGES if code != SOURCE]
FORMAL_GERMAN_ONLY = ("du ", "dein", "dich ", "dir ")


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every message that the code and the templates hold now."""
    target = tmp_path_factory.mktemp("words") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "extract", "-F", "babel.cfg"]
    keywords = [word for name in ("_l", "N_", "lazy_gettext") for word in ("-k", name)]
    subprocess.run(
        [*command, *keywords, "-o", str(target), "app", "jobs"],
        cwd=settings.PROJECT,
        check=True,
        capture_output=True,
    )
    with target.open("rb") as file:
        return read_po(file)


def catalogue(code: str) -> Catalog:
    with (Path(CATALOGUES) / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_string_is_translated(words: Catalog, code: str) -> None:
    known = catalogue(code)
    missing = []
    for message in words:
        if not message.id:
            continue
        found = known.get(message.id, message.context)
        texts = () if found is None else found.string
        texts = (texts,) if isinstance(texts, str) else texts
        if not texts or not all(texts) or found.fuzzy:  # type: ignore[union-attr]
            missing.append(message.id)
    assert len(words) > 200
    assert missing == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_are_kept(code: str) -> None:
    found = catalogue(code)
    wrong = [
        (message.id, [str(error) for error in message.check(found)])
        for message in found
        if message.id and list(message.check(found))
    ]
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_translated_that_nobody_says(words: Catalog, code: str) -> None:
    known = {message.id for message in words if message.id}
    assert [
        message.id for message in catalogue(code) if message.id and message.id not in known
    ] == []


def test_german_addresses_people_formally() -> None:
    informal = [
        message.id
        for message in catalogue("de")
        for text in ([message.string] if isinstance(message.string, str) else message.string)
        if any(f" {word}" in f" {text.lower()}" for word in FORMAL_GERMAN_ONLY)
    ]
    assert informal == []
