"""The shell: arguments, clock, disk, database, terminal, web pages."""
