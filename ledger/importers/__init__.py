"""Documents and data of other systems, read into directives."""
