"""The outside of the ways in: folders on a disk, letters that answer."""
