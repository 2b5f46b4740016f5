"""Statements of account: what was charged and credited in a period, what is open, and since when."""
