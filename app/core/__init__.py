"""The floor everything stands on; knows no feature and no HTTP."""
