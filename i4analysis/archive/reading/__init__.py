"""Who reads what: recognition of a file, its pieces, and the processes that share them."""
