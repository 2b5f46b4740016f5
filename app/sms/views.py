"""How text messages are sent, and what became of the last ones."""
