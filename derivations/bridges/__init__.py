"""Results that tie several methods together."""
