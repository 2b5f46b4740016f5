"""Every write about reminding: settings, pauses, runs, and the reminders themselves."""
