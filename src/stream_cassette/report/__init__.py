"""Values to terminal text and other renderings."""
