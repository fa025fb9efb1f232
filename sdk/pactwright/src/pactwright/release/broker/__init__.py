"""A Pact Broker in place of records, by its HTTP API (https://docs.pact.io/pact_broker)."""
