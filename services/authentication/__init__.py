"""Accounts, sign-in, tokens and introspection."""
