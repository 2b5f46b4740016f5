"""Every write about payments: started, asked about, settled, noted; and how an organisation is paid."""
