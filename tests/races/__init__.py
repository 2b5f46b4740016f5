"""Races: many threads do the same at once."""
