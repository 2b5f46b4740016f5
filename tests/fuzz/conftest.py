"""The engine that checks the official rules."""

from tests.documents.conftest import engine

__all__ = ["engine"]
