"""What the six families of images to images make of held-out images: `python -m benchmarks.translation`."""
