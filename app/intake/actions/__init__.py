"""Every write about what comes in."""
