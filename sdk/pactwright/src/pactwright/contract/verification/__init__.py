"""The provider's side: states made so, stubs replayed, interactions verified and reported."""
