"""A house that reminds."""

import pytest

from app.core.runtime import Runtime
from tests.dunning import houses
from tests.dunning.houses import House


@pytest.fixture
def house(here: Runtime) -> House:
    return houses.house(here)
