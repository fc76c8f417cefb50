"""Plugins for Beancount. Their names stand in users' files and never change."""
