"""What leaves by itself: letters to partners' platforms, made, signed and sent."""
