"""What a text message costs in parts, who may get one, and the life it has."""
