"""A supply chain like a real one, at any size, the same for the same settings."""
