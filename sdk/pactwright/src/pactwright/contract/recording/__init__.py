"""The consumer's side: expectations held against the document, readings noted, pacts written."""
