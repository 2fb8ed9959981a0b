"""From saved chapters to pages, files and cards."""
