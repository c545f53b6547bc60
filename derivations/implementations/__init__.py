"""What widely used libraries compute: how it relates to the losses as they are published."""
