"""Settings and care, for those who run the portal; writes only through the features' actions."""
