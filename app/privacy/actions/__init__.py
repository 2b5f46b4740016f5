"""Every write about what is known of people: told, forgotten, swept."""
