"""Settings of the address for documents."""
