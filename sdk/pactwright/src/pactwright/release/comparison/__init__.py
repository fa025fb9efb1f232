"""What changed between two versions of documents or pacts, and whom it breaks."""
