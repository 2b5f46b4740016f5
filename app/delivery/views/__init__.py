"""Addresses of dispatches and of the links that they carry."""

from flask import Blueprint

blueprint = Blueprint("delivery", __name__)
