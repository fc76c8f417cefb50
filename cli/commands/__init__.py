"""The use cases: each a straight sequence of effects, called by `books` and the web pages."""
