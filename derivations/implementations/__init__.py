"""What widely used libraries compute, and how it relates to the losses as they are published."""
