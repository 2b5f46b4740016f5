"""A house, in the transaction of the test."""

from tests.documents.actions.conftest import house, keller

__all__ = ["house", "keller"]
