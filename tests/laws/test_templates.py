"""Every template compiles, speaks through gettext only, and has what a page needs."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from app.core.rendering import TEMPLATES
from app.factory import create_app
from tests.installation import test_settings

SCREENS = sorted(
    path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file()
)
PAGES = [
    name
    for name in SCREENS
    if name.endswith(".html")
    and not name.startswith(("mail/", "layouts/", "components/"))
    and not Path(name).name.startswith("_")
]
LONGEST = 150
NAMES = {"Kontor", "©", "Redis"}
"""Words that are the same in every language."""


def source(name: str) -> str:
    return (TEMPLATES / name).read_text()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """What the portal makes pages with; no page is asked for, so no database is opened."""
    folder = tmp_path_factory.mktemp("portal")
    settings = test_settings(folder, database_url=f"sqlite:///{folder / 'none.db'}")
    return create_app(settings).jinja_env


def bare_words(text: str) -> list[str]:
    """Return the words between the tags that no expression made."""
    # The block `kind` is a class of the body; an attribute may stand in a macro of its own.
    text = re.sub(r"{% block kind %}.*?{% endblock %}|[\w:-]+=\"[^\"]*\"", "", text)
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", text, flags=re.S)
    text = re.sub(r"<(style|script)\b.*?</\1>", " ", text, flags=re.S)
    text = re.sub(r"<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>", " ", text)
    return [
        word
        for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", text))
        if word not in NAMES
    ]


@pytest.mark.parametrize("name", SCREENS)
def test_it_compiles(environment: Environment, name: str) -> None:
    environment.compile(source(name), name)


@pytest.mark.parametrize("name", SCREENS)
def test_it_holds_no_bare_words(name: str) -> None:
    assert bare_words(source(name)) == []


def test_bare_words_are_found() -> None:
    assert bare_words("<p title='x > y'>Good {{ _('day') }} <b>friend</b></p>") == [
        "Good",
        "friend",
    ]


@pytest.mark.parametrize("name", [name for name in SCREENS if name.endswith(".html")])
def test_attributes_that_people_read_are_translated(name: str) -> None:
    for attribute in ("placeholder", "title", "alt", "aria-label"):
        found = re.findall(rf'\b{attribute}="([^"]*)"', source(name))
        bare = [
            value
            for value in found
            if re.search(r"[^\W\d_]{2,}", re.sub(r"{[{%].*?[%}]}", "", value))
        ]
        assert bare == [], name


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title_and_a_heading(name: str) -> None:
    text = source(name)
    assert "{% block title %}" in text
    parts = [text] + [source(part) for part in re.findall(r'{% include "([^"]+)"', text)]
    assert any("<h1" in part or "ui.head(" in part for part in parts)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_its_names_inside_blocks(environment: Environment, name: str) -> None:
    """A block rendered alone does not run a template's own imports and assignments."""
    outside = [
        type(node).__name__
        for node in environment.parse(source(name)).body
        if isinstance(node, nodes.Import | nodes.FromImport | nodes.Assign)
    ]
    assert outside == []


@pytest.mark.parametrize("name", PAGES)
def test_a_block_that_htmx_replaces_is_named_like_its_element(
    environment: Environment, name: str
) -> None:
    blocks = {block.name for block in environment.parse(source(name)).find_all(nodes.Block)}
    ids = set(re.findall(r'id="([a-z-]+)"', source(name)))
    targets = set(re.findall(r"hx-target=\"#([a-z-]+)\"", source(name)))
    assert targets <= blocks & (ids | {"main"}) | set(), name


@pytest.mark.parametrize("name", SCREENS)
def test_it_is_short(name: str) -> None:
    assert len(source(name).splitlines()) <= LONGEST


def test_every_screen_is_shown_by_some_view() -> None:
    code = "\n".join(path.read_text() for path in Path(TEMPLATES).parent.rglob("*.py"))
    templates = "\n".join(source(name) for name in SCREENS)
    unused = [
        name
        for name in SCREENS
        if name.endswith(".html")
        and not name.startswith(("mail/", "components/", "layouts/"))
        and f'"{name}"' not in code + templates
    ]
    assert unused == []


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    sprite = set(
        re.findall(
            r'<symbol id="([a-z0-9-]+)"', (TEMPLATES.parent / "static/icons.svg").read_text()
        )
    )
    used = {
        icon
        for name in SCREENS
        for icon in re.findall(r"icon(?:_name)?\(?=?'([a-z0-9-]+)'", source(name))
    }
    assert len(used) > 5
    assert used <= sprite
