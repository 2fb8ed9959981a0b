"""Small mathematics that every measure shares."""
