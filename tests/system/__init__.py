"""The whole system as its user starts it, driven through its real doors."""
