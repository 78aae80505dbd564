"""What a browser gets: the public look-up page, GraphiQL, and their static files."""
