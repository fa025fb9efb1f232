"""Consumer-driven contracts: recorded, checked, covered, stubbed and verified."""
