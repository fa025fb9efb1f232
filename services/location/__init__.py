"""Where each user is. Private: every request carries a token."""
