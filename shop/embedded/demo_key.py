"""The demo's API key, made of a secret that the demo keeps: the same from demo to demo, like its admin's password.

Its form is that of shop/visitors/api_key_text.py, which this package does not know:
tests/integration/test_api_key_demo.py proves that it is taken.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256


def demo_api_key(*, secret: str) -> str:
    """`lk_<8 hex digits>_<43 characters>`; nobody who sees the prefix knows more of the secret."""
    prefix = sha256(f"prefix {secret}".encode()).hexdigest()[:8]
    key = urlsafe_b64encode(sha256(f"key {secret}".encode()).digest()).rstrip(b"=").decode()
    return f"lk_{prefix}_{key}"
