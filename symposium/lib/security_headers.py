"""What a browser may do with our pages: the same short policy for every page, error and file.

There is no nonce because there is nothing to allow by one: no page holds a script, a style or a handler of its own, the
administration included, so that « unsafe-inline » and nonces are both absent. Data blocks (JSON) are not scripts.
"""

import re

SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # data: for the QR code of an authenticator app
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
NOT_USED = (
    "accelerometer", "autoplay", "browsing-topics", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
    "midi", "payment", "usb", "xr-spatial-tracking",
)  # fmt: skip
DOOR_PREFIX = "/checkin/"
# The page of a person, what a QR code opens, unsubscribing: the address is the proof of who somebody is.
WITH_TOKEN = re.compile(r"/(?:[a-z]{2}/registrations|t|u)/[^/]")


def content_security_policy(**changes: str) -> str:
    """Return the policy; a view that needs another source sets the header itself, naming what differs.

    ``response["Content-Security-Policy"] = content_security_policy(frame_ancestors="*")``
    """
    sources = SOURCES | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def permissions_policy(path: str) -> str:
    """Return the policy of a page: only the door may ask for the camera."""
    camera = "camera=(self)" if path.startswith(DOOR_PREFIX) else "camera=()"
    return ", ".join([camera, *(f"{name}=()" for name in NOT_USED)])


def holds_token(path: str) -> bool:
    """Say whether an address is to be told to no other page, whatever is answered there: a refusal is read there too."""
    return WITH_TOKEN.match(path) is not None
