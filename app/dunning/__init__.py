"""Reminders that Kontor makes: when one is due, what it asks for, who is spared."""
