"""Chapters: one function a notebook, taking results of measures and giving a `Chapter`."""
