"""Guests ask for access: confirmed by mail, decided on by an administrator, never shown who is known."""
