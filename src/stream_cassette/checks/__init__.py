"""What a gate wants to know of cassettes: rules, each a function from a cassette to findings."""
