"""The miniature's SDK: nothing, for the tests need none."""
