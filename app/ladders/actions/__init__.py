"""Every write about ladders and climbs."""
