"""Signatures of Office documents: XML signatures over the parts of a package.

ECMA-376-2 (Open Packaging Conventions, clause 10), W3C XML Signature 1.1, ETSI EN 319 132-1
(XAdES). lxml parses and canonicalises, cryptography verifies, pyHanko's validator builds the
chains; what is covered, and what that is worth, is decided here.
"""

from verification.readers.ooxml_signature.reading import SignedPackage, read

__all__ = ["SignedPackage", "read"]
