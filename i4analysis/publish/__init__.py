"""PUBLISH: numbers become charts, words, pages and files. Nothing is measured here."""
