"""Every write about changes of customers' data."""
