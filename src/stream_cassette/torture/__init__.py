"""What a client makes of answers that are cut and broken on purpose: cases, and verdicts."""
