"""The budget: small files, small functions, no imports inside functions, no `utils.py`."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from app.core import settings

CODE = [path for folder in ("app", "jobs") for path in (settings.PROJECT / folder).rglob("*.py")]
LONGEST_FILE = 350
LONGEST_FUNCTION = 40
FORBIDDEN = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py", "manager.py"}


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in CODE}
    assert len(lengths) > 80
    assert {str(path): n for path, n in lengths.items() if n > LONGEST_FILE} == {}
    assert median(lengths.values()) <= 90
    assert quantiles(lengths.values(), n=10)[-1] <= 280


def test_functions_are_short() -> None:
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for _, node in functions()]
    long = [
        f"{path.name}:{node.name}"
        for path, node in functions()
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []
    assert quantiles(lengths, n=10)[-1] <= 26


def test_nothing_is_imported_inside_a_function() -> None:
    hidden = [
        f"{path.name}:{inner.lineno}"
        for path, node in functions()
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_there_is_no_drawer_for_everything() -> None:
    assert {path.name for path in CODE} & FORBIDDEN == set()


def test_every_module_has_a_caption() -> None:
    without = [str(path) for path in CODE if not ast.get_docstring(ast.parse(path.read_text()))]
    assert without == []
