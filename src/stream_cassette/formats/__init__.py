"""One module per file format: text in, model out, and back."""
