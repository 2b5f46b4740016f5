"""Bundles: many documents with their files in one ZIP, for the accountant."""
