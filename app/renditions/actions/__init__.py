"""Every write about renditions. Whoever only wishes does not load what draws."""
