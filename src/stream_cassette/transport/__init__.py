"""Shells around HTTP clients: interception, tee, replay."""
