"""The REST API: what the phone can do, for apps and partners."""
