"""Webhooks: an organisation's own programs hear what happened, signed, until they say that they did."""
