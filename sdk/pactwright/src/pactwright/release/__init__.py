"""What was verified and what is deployed, on record, and what follows for a release."""
