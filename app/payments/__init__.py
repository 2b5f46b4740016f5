"""Paying invoices: by a link to the payment provider, and what staff know was paid otherwise."""
