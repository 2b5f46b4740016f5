"""Logos: what is asked of a cell, and what the cell does with what was uploaded."""
