"""What an archive holds and what it cannot say."""
