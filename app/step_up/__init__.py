"""Step-up: a customer's people prove more than that they have a link or a password (PY-01 to PY-09)."""
