"""What events say of custody, as records."""
