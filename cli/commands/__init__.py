"""The use cases: each a straight sequence of effects, for `books` and the web pages."""
