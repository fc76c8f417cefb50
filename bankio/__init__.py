"""Bank files: bytes to values and values to bytes. Knows nothing of books."""
