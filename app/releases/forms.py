"""The shape of what a person asks to be released."""

import re
from collections.abc import Sequence
from typing import Final

from app.core import ids
from app.documents.rules.life import State

ONE_PAGE: Final = 100
"""Documents that are ticked one by one at most; of more, the filter says which."""


def chosen(given: Sequence[str]) -> list[str]:
    """Return the ids among what was ticked."""
    return [one for one in given if is_id(one)][:ONE_PAGE]


def is_id(text: str) -> bool:
    """Say whether a text can be an id of ours."""
    return re.fullmatch(ids.PATTERN, text) is not None


def address(values: dict[str, str]) -> dict[str, str]:
    """Return the parameters of the list of documents that shows what fits."""
    return {name: value for name, value in values.items() if value} | {"state": State.READY.value}
