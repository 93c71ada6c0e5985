"""Real HTTP servers: the demo's embedded provider."""
