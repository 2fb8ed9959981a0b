"""What is kept of an archive: parts named by their bytes, one row a post."""
