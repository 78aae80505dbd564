"""Who is asking and what they may see: actors, scopes, decisions and tokens. Pure, but for the key file."""
