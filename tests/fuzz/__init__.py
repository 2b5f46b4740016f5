"""Files of strangers, changed at random: whatever comes in is read, held or refused, never a crash."""
