"""Published weights: fetched once, checked, read without ever running what is in them, kept as safetensors."""
