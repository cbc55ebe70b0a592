"""What a request says, checked: path, parameters, body."""
