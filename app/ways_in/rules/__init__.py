"""Pure decisions about what comes in without a browser."""
