"""Guests who ask for access."""
