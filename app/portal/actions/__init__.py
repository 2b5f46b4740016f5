"""Every write about the customer portal: what is released, to whom, and under which addresses."""
