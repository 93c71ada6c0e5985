"""Bytes to frames. No files, no clocks, no other room of this package."""
