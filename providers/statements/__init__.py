"""Settlement and transaction files: what a provider's dashboard exports, read as its statement."""
