"""What the REST API does that no other channel does."""
