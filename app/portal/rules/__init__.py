"""Pure decisions about the customer portal: what is released, and how safely it is reached."""
