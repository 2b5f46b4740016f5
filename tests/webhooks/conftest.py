"""The tests in this folder run on both databases."""

from tests.both import here

__all__ = ["here"]
