"""Every look-up of portal addresses, and of what was applied to all customers."""
