"""Protocols of providers of identities."""
