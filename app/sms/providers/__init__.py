"""The gateways that hand messages over, one module for each: submit, receipt, is_genuine."""
