"""What a demonstration and the tests need around the portal; nothing of it runs in production."""
