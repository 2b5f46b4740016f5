"""Where an organisation and its intermediary meet: folders of this installation, or an SFTP server."""

from app.delivery.channels.adapter import Setup
from app.delivery.channels.efaktura.connection import SFTP
from app.delivery.channels.efaktura.folder import Folder, folder_of
from app.delivery.channels.efaktura.remote import Remote, remote_of

Store = Folder | Remote


def store_of(setup: Setup) -> Store:
    """Return the place, of the test mode another one (B2-23); raises `NoFolder`."""
    if setup.values.get("way") == SFTP:
        return remote_of(setup)
    return folder_of(setup.organisation_id, setup.values, is_test=setup.is_test)
