"""Acceptance: a customer accepts or rejects a quote, or asks for a revision; staff may open it again."""
