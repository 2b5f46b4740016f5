"""Every look-up of reports, of the figures they tell, and of the dispatches of each day."""
