"""One file per wire format."""
