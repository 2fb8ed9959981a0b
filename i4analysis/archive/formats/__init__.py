"""One format, one file; `registry` lists them in the order in which they are asked."""
