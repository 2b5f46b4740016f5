"""Every write about documents: `intake` takes them in, `publication` decides about them."""
