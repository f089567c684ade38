#!/usr/bin/env python3
"""Says whether a webhook was sent by your reeld: `verify-signature.py SECRET-FILE TIMESTAMP SIGNATURE < BODY`.

TIMESTAMP and SIGNATURE are the headers Reeld-Timestamp and Reeld-Signature, BODY is what came, byte by byte: check
before parsing, since parsed and printed again it has another signature. In reeld.toml:

    [hooks]
    url = "https://example.org/reeld"
    secret_file = "/etc/reeld/hook-secret"     # openssl rand -hex 32 > hook-secret
"""
import hashlib
import hmac
import pathlib
import sys
import time

FIVE_MINUTES = 300  # an older message may be a recorded one that somebody plays back


def is_genuine(secret: bytes, timestamp: str, signature: str, body: bytes) -> bool:
    expected = "v1=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    fresh = timestamp.isdecimal() and abs(time.time() - int(timestamp)) < FIVE_MINUTES
    return hmac.compare_digest(expected.encode(), signature.encode()) and fresh


if __name__ == "__main__":
    secret_file, sent_at, sent_signature = sys.argv[1:]
    secret = pathlib.Path(secret_file).read_bytes().strip()
    genuine = is_genuine(secret, sent_at, sent_signature, sys.stdin.buffer.read())
    print("genuine" if genuine else "NOT genuine")
    sys.exit(0 if genuine else 1)
