"""What a chapter is: its figures, tables and sentences, saved and shown."""
