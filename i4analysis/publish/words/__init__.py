"""Words in two languages: numbers, dates, plurals, sentences."""
