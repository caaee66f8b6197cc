"""What templates of the site can ask for."""
