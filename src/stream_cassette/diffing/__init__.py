"""What changed between two cassettes, or two trees of them."""
