"""What merchants, agents whose servers call us, ask for and are told."""
