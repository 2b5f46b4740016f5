"""Organisations, their members, their customers, and who receives a customer's documents."""
