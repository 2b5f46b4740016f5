"""A house that sends, in the transaction of the test."""

import pytest
from sqlalchemy.orm import Session

from tests.reports.stage import Stage, staged


@pytest.fixture
def stage(session: Session) -> Stage:
    """The house."""
    return staged(session)
