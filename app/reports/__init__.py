"""Reports on what was sent: configured by who may, made on time, mailed; and the figures of deliveries."""
