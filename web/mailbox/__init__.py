"""The demonstration's mailbox: what would have been sent can be read here."""
