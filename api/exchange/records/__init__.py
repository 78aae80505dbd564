"""Records in files: what the mutations take, one record after the other, in formats of lines and elements."""
