"""Writes about providers of identities: connecting one, coming in through it."""
