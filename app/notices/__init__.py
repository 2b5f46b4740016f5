"""Short letters to people about what others did: told once, in their language, from the outbox."""
