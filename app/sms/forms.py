"""The shape of what people type about text messages."""
