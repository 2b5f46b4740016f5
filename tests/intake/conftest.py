"""The house that documents come into, and the engine that checks them."""

from tests.documents.actions.conftest import house, keller
from tests.documents.conftest import engine

__all__ = ["engine", "house", "keller"]
