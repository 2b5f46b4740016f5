"""The interface for programs: documents in, their state and deliveries out, described in OpenAPI."""
