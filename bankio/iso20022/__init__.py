"""ISO 20022 messages: values, codes, the one XML seam, and a module per message."""
