"""Signing in at the organisation's own provider of identities, by OpenID Connect."""
