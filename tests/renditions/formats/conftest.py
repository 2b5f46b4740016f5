"""One rule server for the tests of what is written."""

from tests.documents.conftest import engine

__all__ = ["engine"]
