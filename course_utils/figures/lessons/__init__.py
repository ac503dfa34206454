"""What single notebooks draw: pictures that only their lesson needs. Each file says which."""
