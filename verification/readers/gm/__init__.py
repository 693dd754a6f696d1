"""Certificates and signed messages of the Chinese national algorithms, read and verified by us.

No library that we may use knows SM2 (docs/decisions/0010-sm2.md). What stands here reads DER,
certificates (GM/T 0015, RFC 5280) and signed messages (GM/T 0010, RFC 5652), with RSA and the
usual curves beside SM2, because all of them occur in seals.
"""
