"""What is refused before anything is published."""
