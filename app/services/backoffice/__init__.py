"""What back-office pages ask for and do."""
