"""One module per command: what its options mean, and what it prints. Nothing is decided here."""
