"""What is true of custody: the records, the edges between them, and the questions asked of them."""
