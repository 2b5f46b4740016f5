"""Every write about reports: kept, made on time, mailed, ended; and the counts of each day."""
