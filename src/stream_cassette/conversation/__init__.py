"""Provider-neutral meaning. Comes with the conversation layer."""
