"""How a message goes out: as Standard Webhooks says."""
