"""Mail taken apart byte for byte (RFC 5322, 2045, 2046): the standard library keeps no offsets."""
