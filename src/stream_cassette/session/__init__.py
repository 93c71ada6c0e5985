"""What to do about a request. No I/O."""
