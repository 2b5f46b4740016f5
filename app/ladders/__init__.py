"""Delivery ladders: what follows, step by step, where nobody opens what was sent (K-03, B2-19)."""
