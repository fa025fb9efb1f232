"""Two versions of a schema: which values the one takes that the other does not."""
