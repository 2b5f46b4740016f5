"""The payment providers, one module each: ask for a payment, look at one, try the key."""
