"""Fresh notebooks, checks, one atomic switch; what is live and how old."""
