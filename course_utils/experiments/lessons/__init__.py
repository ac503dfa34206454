"""What single notebooks measure, where the measuring is not the lesson. Each file says which."""
