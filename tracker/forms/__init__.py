"""What a patient types, and its errors."""
