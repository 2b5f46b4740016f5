"""Every write about endpoints, deliveries and tries."""
