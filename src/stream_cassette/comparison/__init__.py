"""Differences between conversations. Comes with the conversation layer."""
