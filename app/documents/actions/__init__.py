"""Every write about documents: `keeping` makes them, `publication` decides about them."""
