"""What the settings of an organisation mean for the line and the folders."""

from app.delivery.channels.adapter import Setup
from app.delivery.channels.print_centre.folders import Folders
from app.delivery.channels.print_centre.line import Where


def where_of(setup: Setup, allow_private: bool) -> Where:
    """Return which host is called, as whom."""
    values, secrets = setup.values, setup.secrets
    return Where(
        host=str(values.get("host") or ""),
        port=int(values.get("port") or 22),
        username=str(values.get("username") or ""),
        fingerprints=frozenset(str(values.get("fingerprints") or "").split()),
        password=str(secrets.get("password") or ""),
        private_key=str(secrets.get("private_key") or ""),
        allow_private=allow_private,
    )


def folders_of(setup: Setup) -> Folders:
    """Return where files are put and found; in test mode where nothing is posted (B2-23)."""
    values = setup.values
    letters = values.get("folder_test" if setup.is_test else "folder_in")
    return Folders(
        letters=_path(letters or ("test" if setup.is_test else "in")),
        taken=_path(values.get("folder_taken") or ""),
        answers=_path(values.get("folder_out") or "out"),
        done=_path(values.get("folder_done") or "out/done"),
    )


def _path(typed: object) -> str:
    written = str(typed)
    return written.rstrip("/") or written
