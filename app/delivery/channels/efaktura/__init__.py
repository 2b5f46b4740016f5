"""eFaktura: invoices and reminders to Swiss health insurers, as data (forum-datenaustausch.ch)."""
